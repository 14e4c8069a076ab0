// What is printed and written: tables on the terminal, the same as Markdown, and JSON with every
// round. A table is { title, columns, rows }; a column is [heading, row → text].

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where results are kept. */
export const RESULTS = fileURLToPath(new URL("./results", import.meta.url));

export const microseconds = (value) =>
  value < 1000 ? value.toFixed(value < 1 ? 3 : 2) : Math.round(value).toLocaleString("en");
/** A ratio of `compareRounds`: how many times, and how sure that is. */
export const times = (comparison, digits = 2) =>
  comparison === null
    ? "–"
    : comparison.ratio.toFixed(digits) +
      (comparison.uncertainty === null ? "" : ` ±${comparison.uncertainty.toFixed(digits)}`);
export const percent = (value, digits = 0) => `${(value * 100).toFixed(digits)} %`;

/** The columns of the scenarios that compare servers. */
export const tableColumns = [
  ["server", (result) => result.name],
  ["CPU µs/request", ({ summary }) => microseconds(summary.cpu)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["user", ({ summary }) => microseconds(summary.user)],
  ["system", ({ summary }) => microseconds(summary.system)],
  ["requests/s", ({ summary }) => Math.round(summary.requestsPerSecond).toLocaleString("en")],
  ["CPU busy", ({ summary }) => percent(summary.busy)],
  ["others", ({ summary }) => percent(summary.others)],
  ["unasked", ({ summary }) => percent(summary.unasked)],
  ["× floor", ({ summary }) => times(summary.toFloor)],
  ["× best peer", ({ summary }) => times(summary.toBestPeer)],
  ["errors", ({ summary }) => String(summary.errors)],
];

function cellsOf({ columns, rows }) {
  const head = columns.map(([title]) => title);
  return [head, ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
}

export function textTable(table) {
  const rows = cellsOf(table);
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const align = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  const lines = rows.map((row) => row.map(align).join("  "));
  const title = table.title ? [table.title, ""] : [];
  return [...title, lines[0], "-".repeat(lines[0].length), ...lines.slice(1), ""].join("\n");
}

export function markdownTable(table) {
  const [head, ...rows] = cellsOf(table).map((row) => `| ${row.join(" | ")} |`);
  const rule = `| --- |${" ---: |".repeat(table.columns.length - 1)}`;
  const title = table.title ? [`## ${table.title}`, ""] : [];
  return [...title, head, rule, ...rows, ""].join("\n");
}

export function machineLines(machine) {
  return [
    `${machine.cpu}, ${machine.cores} cores${machine.virtual ? ", virtual machine" : ""}`,
    `${machine.system}, Linux ${machine.kernel}` +
      `${machine.congestion ? `, TCP with ${machine.congestion}` : ""}`,
  ];
}

function markdown(report, tables, notes) {
  const versionOf = ({ name, program = name, version }) => [program, version];
  const versions = new Map(report.results.map(versionOf));
  const measured = [...versions].map(([name, version]) => `${name} ${version}`).join("; ");
  return [
    `# ${report.scenario}: ${report.about}`,
    "",
    ...tables.map(markdownTable),
    ...notes.flatMap((note) => [note, ""]),
    `- ${report.date}`,
    ...machineLines(report.machine).map((line) => `- ${line}`),
    `- ${measured}`,
    ...report.absent.map(({ name, reason }) => `- ${name}: ${reason}`),
    "",
  ].join("\n");
}

/** A round on a line, and numbers to five digits: more nobody has measured. */
function json(report) {
  const short = (_, value) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  const text = JSON.stringify(report, short, 2);
  const rounds = /\{\n[^{}[\]]*"cpu": \d[^{}[\]]*\}/g;
  return `${text.replace(rounds, (round) => round.replace(/\n\s*/g, " "))}\n`;
}

export function writeReport(folder, report, tables, notes) {
  mkdirSync(folder, { recursive: true });
  const write = (type, text) => writeFileSync(join(folder, `${report.scenario}.${type}`), text);
  write("json", json(report));
  write("md", markdown(report, tables, notes));
}
