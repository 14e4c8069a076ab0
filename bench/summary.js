// The summary of all results that are there, measured now or before: README.md beside them, one
// chart for each scenario, and one for all. The demo site has a copy of the chart that it shows.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { barChart } from "./chart.js";
import { lineChart } from "./line-chart.js";
import { machineLines, markdownTable, microseconds, RESULTS, times } from "./report.js";
import { SERVERS } from "./servers.js";

const SITE = new URL("../html/", import.meta.url);

/** Of the results in `folder`; `scenarios` tells the order. */
export function writeSummary(scenarios, folder) {
  const write = (name, text) => writeFileSync(join(folder, name), text);
  const reports = scenarios.map((scenario) => read(folder, scenario)).filter(Boolean);
  if (reports.length === 0) return;
  for (const report of reports) {
    const drawing = drawScenario(report);
    write(`${report.scenario}.svg`, drawing);
    if (!report.siteChart || folder !== RESULTS) continue;
    writeFileSync(new URL(report.siteChart, SITE), drawing);
  }
  const rows = reports.filter((report) => !report.chart).map(rowOf);
  if (rows.some(({ ours }) => ours?.toBestPeer)) write("overview.svg", drawOverview(rows));
  write("README.md", markdown(reports, rows));
}

function read(folder, { name, goal, siteChart }) {
  try {
    return { ...JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")), goal, siteChart };
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function rowOf({ scenario, about, results, goal }) {
  const cpu = new Map(results.map(({ name, summary }) => [name, summary.cpu]));
  const peers = results.filter(({ name }) => !["floor", "epollux"].includes(name));
  const [bestPeer] = peers.sort((a, b) => a.summary.cpu - b.summary.cpu);
  const ours = results.find(({ name }) => name === "epollux")?.summary ?? null;
  return { scenario, about, cpu, ours, goal, bestPeer: bestPeer?.name ?? null };
}

function goalText(goal) {
  if (!goal) return "–";
  const [[key, most]] = Object.entries(goal);
  return `≤ ${most.toFixed(2)} × ${key === "toFloor" ? "floor" : "best peer"}`;
}

const cpuColumn = (name) => [
  name === "epollux" ? "**epollux**" : name,
  ({ cpu }) => {
    if (!cpu.has(name)) return "–";
    const text = microseconds(cpu.get(name));
    return name === "epollux" ? `**${text}**` : text;
  },
];

function markdown(reports, rows) {
  const names = SERVERS.map(({ name }) => name).filter((name) =>
    rows.some(({ cpu }) => cpu.has(name)),
  );
  const columns = [
    ["scenario", ({ scenario, about }) => `[${scenario}](${scenario}.md): ${about}`],
    ...names.map(cpuColumn),
    ["× floor", ({ ours }) => times(ours?.toFloor ?? null)],
    ["× best peer", (row) => describeBestPeer(row)],
    ["goal", ({ goal }) => goalText(goal)],
  ];
  const special = reports.filter(({ chart }) => chart);
  return [
    "# Results of the bench",
    "",
    "CPU time of the server per request in microseconds, user and system; the ratios are those " +
      "of epollux, each taken within its round. Smaller is better. Every result has its own page " +
      "with spread, load and versions; [how it is measured](../README.md).",
    "",
    ...(rows.length > 0 ? [markdownTable({ columns, rows })] : []),
    ...(rows.some(({ ours }) => ours?.toBestPeer)
      ? ["![epollux beside the best of the others in each scenario](overview.svg)", ""]
      : []),
    ...special.flatMap(({ scenario, headline }) =>
      headline.map((line) => `- [${scenario}](${scenario}.md): ${line}.`),
    ),
    ...(special.length > 0 ? [""] : []),
    "## Where and when",
    "",
    ...describeMachines(reports),
    "",
    "## Charts",
    "",
    ...reports.flatMap(({ scenario, about }) => [`![${scenario}: ${about}](${scenario}.svg)`, ""]),
  ].join("\n");
}

const describeBestPeer = ({ ours, bestPeer }) =>
  ours?.toBestPeer ? `${times(ours.toBestPeer)} (${bestPeer})` : "–";

// One item for each machine, with the scenarios that were measured on it.
function describeMachines(reports) {
  const machines = new Map();
  for (const { machine, scenario, date } of reports) {
    const description = machineLines(machine).join("; ");
    const measured = machines.get(description) ?? [];
    machines.set(description, [...measured, `${scenario} ${date.slice(0, 10)}`]);
  }
  return [...machines].map(([description, measured]) => `- ${description}: ${measured.join(", ")}`);
}

function drawScenario({ scenario, about, results, chart }) {
  const title = `${scenario}: ${about}`;
  const kind = (name) => (/^epollux/.test(name) ? "ours" : name === "floor" ? "floor" : undefined);
  if (chart?.panels) return lineChart({ title, ...chart });
  if (chart) {
    const { quantity, bars } = chart;
    const draw = (bar) => ({ ...bar, kind: bar.isOurs ? "ours" : kind(bar.name) });
    return barChart({ title, quantity, bars: bars.map(draw) });
  }
  const bars = results.map(({ name, summary }) => ({
    name,
    value: summary.cpu,
    text: microseconds(summary.cpu),
    kind: kind(name),
  }));
  return barChart({ title, quantity: "CPU µs per request, smaller is better", bars });
}

function drawOverview(rows) {
  const compared = rows.filter(({ ours }) => ours?.toBestPeer);
  const bars = compared.map(({ scenario, ours, bestPeer }) => ({
    name: scenario,
    value: ours.toBestPeer.ratio,
    text:
      `${ours.toBestPeer.ratio.toFixed(2)} × ${bestPeer}` +
      (ours.toFloor ? `, ${ours.toFloor.ratio.toFixed(2)} × floor` : ""),
    kind: "ours",
  }));
  return barChart({
    title: "epollux beside the best of the others",
    quantity: "CPU per request ÷ that of the cheapest other server in the scenario",
    bars,
    line: { value: 1, text: "1 = best of the others" },
  });
}
