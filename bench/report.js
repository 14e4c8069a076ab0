// What is printed and written: a table on the terminal, the same as Markdown, and JSON with every
// round.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RESULTS = fileURLToPath(new URL("./results/", import.meta.url));

const microseconds = (value) => value.toFixed(value < 1 ? 3 : 2);
const times = (value) => (value === null ? "–" : value.toFixed(2));
const percent = (value) => `${(value * 100).toFixed(0)} %`;

const COLUMNS = [
  ["server", (result) => result.name],
  ["CPU µs/request", ({ summary }) => microseconds(summary.cpu)],
  ["spread", ({ summary }) => `${(summary.spread * 100).toFixed(1)} %`],
  ["user", ({ summary }) => microseconds(summary.user)],
  ["system", ({ summary }) => microseconds(summary.system)],
  ["requests/s", ({ summary }) => Math.round(summary.requestsPerSecond).toLocaleString("en")],
  ["CPU busy", ({ summary }) => percent(summary.busy)],
  ["others", ({ summary }) => percent(summary.others)],
  ["× floor", ({ summary }) => times(summary.toFloor)],
  ["× best peer", ({ summary }) => times(summary.toBestPeer)],
  ["errors", ({ summary }) => String(summary.errors)],
];

function cellsOf(report) {
  const head = COLUMNS.map(([title]) => title);
  return [head, ...report.results.map((result) => COLUMNS.map(([, cell]) => cell(result)))];
}

export function textTable(report) {
  const rows = cellsOf(report);
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const align = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  const lines = rows.map((row) => row.map(align).join("  "));
  return [lines[0], "-".repeat(lines[0].length), ...lines.slice(1)].join("\n");
}

function markdownTable(report) {
  const [head, ...rows] = cellsOf(report).map((row) => `| ${row.join(" | ")} |`);
  const rule = `| --- |${" ---: |".repeat(COLUMNS.length - 1)}`;
  return [head, rule, ...rows].join("\n");
}

function markdown(report) {
  const { machine, options } = report;
  const versions = report.results.map(({ name, version }) => `${name} ${version}`).join("; ");
  const absent = report.absent.map(({ name, reason }) => `- ${name}: ${reason}`);
  return [
    `# ${report.scenario}: ${report.about}`,
    "",
    markdownTable(report),
    "",
    `Median of ${options.rounds} interleaved rounds of ${options.seconds} s, ` +
      `${options.connections} connections, server on CPU ${options.cpus.server}, ` +
      `wrk on CPU ${options.cpus.load}. How it is measured: bench/README.md.`,
    "",
    `- ${report.date}`,
    `- ${machine.cpu}, ${machine.cores} cores${machine.virtual ? ", virtual machine" : ""}`,
    `- ${machine.system}, Linux ${machine.kernel}; wrk ${machine.wrk}`,
    `- ${versions}`,
    ...absent,
    "",
  ].join("\n");
}

export function writeReport(report) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}${report.scenario}.json`, JSON.stringify(report, null, 2) + "\n");
  writeFileSync(`${RESULTS}${report.scenario}.md`, markdown(report));
}
