// The scenario "hosts": the same server.wasm in our own host and in those of examples/, which are
// written in other languages, and the same source as a component of WASI. What a request costs
// depends on how a host compiles the module and on what one of its imports costs.

import { choose } from "./measure.js";
import { microseconds, percent, times } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { compareRounds } from "./statistics.js";
import { runTable } from "./table.js";

const TITLES = { floor: "bare C loop, no WebAssembly", epollux: "Node, imports in C" };
const titleOf = ({ name }) => TITLES[name] ?? name;

const COLUMNS = [
  ["host", titleOf],
  ["CPU µs/request", ({ summary }) => microseconds(summary.cpu)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["user", ({ summary }) => microseconds(summary.user)],
  ["system", ({ summary }) => microseconds(summary.system)],
  ["requests/s", ({ summary }) => Math.round(summary.requestsPerSecond).toLocaleString("en")],
  ["others", ({ summary }) => percent(summary.others)],
  ["× Node", ({ summary }) => times(summary.toNode)],
  ["errors", ({ summary }) => String(summary.errors)],
];

export const hosts = scenarioLike("small", {
  name: "hosts",
  about: "server.wasm in hosts of three languages, 600-byte page",
  takesPart: ({ name, isHost }) => isHost || name === "epollux" || name === "floor",
  goal: undefined,
  run,
});

async function run(scenario, options) {
  const { present } = choose(scenario, options);
  for (const server of present.filter(({ isHost }) => isHost)) server.build();
  const outcome = await runTable(scenario, options);
  const { results } = outcome?.data ?? {};
  const node = results?.find(({ name }) => name === "epollux");
  if (!node || results.every(({ name }) => name in TITLES)) return null;
  for (const result of results) {
    result.summary.toNode = compareRounds(result.rounds, node.rounds);
  }
  const bars = results.map((result) => ({
    name: result.name,
    value: result.summary.cpu,
    text: microseconds(result.summary.cpu),
    isOurs: result === node,
  }));
  const others = results.filter(({ name }) => !(name in TITLES));
  const texts = others.map(({ name, summary }) => `${name} × ${summary.toNode.ratio.toFixed(1)}`);
  const headline = [`A request costs, against our own host on Node: ${texts.join(", ")}`];
  const chart = { quantity: "CPU µs per request", bars };
  return {
    ...outcome,
    data: { ...outcome.data, headline, chart },
    tables: [{ columns: COLUMNS, rows: results }],
  };
}
