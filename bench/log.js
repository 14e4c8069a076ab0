// The scenario "log": what an access log costs a request, by format, beside the same server without
// one. The head is a browser's, so lines have a referer and a user agent of the usual length.

import { truncateSync } from "node:fs";
import { closeAll, company, measure, open, runRounds } from "./measure.js";
import { microseconds, percent, times } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { SERVERS } from "./servers.js";
import { WORK } from "./site.js";
import { compare } from "./statistics.js";
import { describeRounds, warnOfOthers } from "./table.js";

const NONE = "none";
const FORMATS = [NONE, "common", "combined", "json"];

const COLUMNS = [
  ["log", ({ name }) => name],
  ["CPU µs/request", ({ summary }) => microseconds(summary.cpu)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["requests/s", ({ summary }) => Math.round(summary.requestsPerSecond).toLocaleString("en")],
  ["CPU busy", ({ summary }) => percent(summary.busy)],
  ["others", ({ summary }) => percent(summary.others)],
  ["× none", ({ summary }) => times(summary, 3)],
  ["errors", ({ summary }) => String(summary.errors)],
];

export const log = {
  name: "log",
  about: "what an access log costs a request",
  rounds: 100,
  slice: 120,
  run,
};

async function run(_, options) {
  const epollux = SERVERS.find(({ name }) => name === "epollux");
  if (!options.servers.includes("epollux") || !epollux.find()) return null;
  const scenario = scenarioLike("head", { name: "log" });
  const entries = [];
  try {
    for (const format of FORMATS) {
      const path = `${WORK}${format}.log`;
      const flags = format === NONE ? [] : ["--log-file", path, "--log-format", format];
      const entry = await open(epollux, scenario, options, { flags });
      entries.push({ ...entry, name: format, path: format === NONE ? undefined : path });
    }
    await runRounds(company(entries), options, (entry, milliseconds) =>
      measureOnce(entry, scenario, options, milliseconds));
  } finally {
    await closeAll(entries);
    empty(entries);
  }
  return report(entries, scenario, options);
}

async function measureOnce(entry, scenario, options, milliseconds) {
  empty([entry]);
  return measure(entry, scenario, options, milliseconds);
}

/** Logs of some hundred megabytes would measure the disk. */
function empty(entries) {
  for (const { path } of entries) if (path) truncateSync(path);
}

function report(entries, scenario, options) {
  const results = entries.map(({ name, version, rounds }) => ({
    name, version, rounds, summary: compare(rounds, entries[0].rounds),
  }));
  warnOfOthers(results.map(({ summary }) => summary));
  const { ratio } = results.find(({ name }) => name === "combined").summary;
  const bars = results.map(({ name, summary }) => ({
    name: name === NONE ? "no log" : name,
    value: summary.cpu,
    text: `${microseconds(summary.cpu)} (× ${summary.ratio.toFixed(2)})`,
    isOurs: true,
  }));
  return {
    data: {
      results,
      absent: [],
      headline: [
        `With an access log in the combined format a request costs × ${ratio.toFixed(3)} of what it ` +
          "costs without (goal ≤ 1.05)",
      ],
      chart: { quantity: "CPU µs per request", bars },
    },
    tables: [{ columns: COLUMNS, rows: results }],
    notes: [
      describeRounds(scenario, options),
      "Each log is a file on the disk of this project, which is emptied before each measurement. The " +
        "writes are the server's own and so is their CPU time; bringing them to the disk is the " +
        "kernel's, in threads of its own.",
    ],
  };
}
