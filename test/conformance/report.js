/** How the results are printed: failed cases, a table per RFC section, totals per level. */
import fs from "node:fs";
import { show } from "./response.js";

/**
 * @typedef {object} CaseResult
 * @property {string} section
 * @property {string} level
 * @property {string} name
 * @property {string} file
 * @property {"passed"|"failed"|"skipped"} outcome
 * @property {string[]} complaints  what was expected and what came, one sentence each
 * @property {string} sent  escaped
 * @property {string} received  escaped
 */

const count = (results, outcome) => results.filter((r) => r.outcome === outcome).length;

/** "9112 §9.10" after "9112 §9.9": by document, then by the numbers of the section. */
function bySection(a, b) {
  const key = (section) => section.match(/\d+/g) ?? [section];
  const [left, right] = [key(a), key(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = Number(left[i] ?? -1) - Number(right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function formatFailure(result) {
  return [
    `FAILED  ${result.section} ${result.level}: ${result.name}  (${result.file})`,
    ...result.complaints.map((complaint) => `  wrong     ${complaint}`),
    `  sent      ${result.sent}`,
    `  received  ${result.received || "nothing"}`,
    "",
  ].join("\n");
}

function table(title, groups) {
  const rows = [[title, "passed", "failed", "skipped"]];
  for (const [name, results] of groups) {
    rows.push([name, ...["passed", "failed", "skipped"].map((o) => String(count(results, o)))]);
  }
  const width = Math.max(...rows.map((row) => row[0].length));
  return rows.map(([name, ...numbers]) => {
    return name.padEnd(width) + numbers.map((n) => (n === "0" ? "-" : n).padStart(9)).join("");
  });
}

function group(results, key) {
  const groups = new Map();
  for (const result of results) {
    groups.set(result[key], [...(groups.get(result[key]) ?? []), result]);
  }
  return [...groups];
}

/** The whole report as text; its last line holds the totals. */
export function formatReport(results, { verbose = false } = {}) {
  const out = [];
  for (const result of results) {
    if (result.outcome === "failed") out.push(formatFailure(result));
    else if (verbose) out.push(`${result.outcome}  ${result.section} ${result.name}`);
    if (result.outcome === "skipped" && verbose) out.push(`  ${result.complaints.join("; ")}`);
  }
  const sections = group(results, "section").sort((a, b) => bySection(a[0], b[0]));
  out.push(...table("section", sections), "", ...table("level", group(results, "level")), "");
  const skipped = count(results, "skipped");
  const reasons = results.filter((r) => r.outcome === "skipped").map((r) => r.complaints[0]);
  for (const reason of new Set(reasons)) out.push(`skipped: ${reason}`);
  const totals = `${count(results, "passed")} passed, ${count(results, "failed")} failed`;
  out.push(skipped > 0 ? `${totals}, ${skipped} skipped` : totals);
  return out.join("\n");
}

export function writeJson(file, results) {
  fs.writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

export const escape = (buffers) => show(Buffer.concat(buffers), 1200);
