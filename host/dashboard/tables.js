// The tables: answers by class of status, and the workers.

import { openConnections, repliesOf, workerRates } from "./rates.js";
import { NONE, showCount, showShare, showWhole } from "./units.js";

/** RFC 9110 §15. */
const MEANINGS = {
  "2xx": "successful", "3xx": "redirection", "4xx": "client error", "5xx": "server error",
};

/** `point` tells the rates; there is none yet after the first snapshot. */
export function fillStatuses(body, now, point) {
  const totals = Object.keys(MEANINGS).map((name) =>
    now.workers.reduce((sum, worker) => sum + repliesOf(worker, name), 0));
  const all = totals.reduce((sum, total) => sum + total, 0);
  fill(body, Object.entries(MEANINGS).map(([name, meaning], i) => [
    `${name} ${meaning}`,
    point ? showCount(point[name]) : NONE,
    showWhole(totals[i]),
    all > 0 ? showShare(totals[i] / all) : NONE,
  ]));
}

/** `before` is the snapshot before, if it can be compared. */
export function fillWorkers(body, before, now) {
  fill(body, now.workers.map((worker, i) => {
    const rates = before && workerRates(before, now, i);
    return [
      `${worker.worker}`,
      worker.state,
      rates ? showCount(rates.requests) : NONE,
      showWhole(openConnections(worker.metrics)),
      rates ? showShare(rates.cpu) : NONE,
      rates && rates.lookups > 0 ? showShare(rates.hits / rates.lookups) : NONE,
      showWhole(worker.failures),
    ];
  }));
}

/** The rows stay as long as there are as many: a selection survives. */
function fill(body, rows) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((texts, i) => {
    const row = body.rows[i] ?? addRow(body, texts.length);
    texts.forEach((text, column) => {
      if (row.cells[column].textContent !== text) row.cells[column].textContent = text;
    });
  });
}

function addRow(body, columns) {
  const row = body.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  row.append(head);
  for (let i = 1; i < columns; i++) row.insertCell();
  return row;
}
