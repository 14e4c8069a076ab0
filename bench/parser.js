// The scenario "parser": our request parser and llhttp, both in WebAssembly, on the same heads in
// the same process. Neither does any I/O; what is timed is the call from JavaScript, in CPU time of
// the process: programs beside it do no harm.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HEADS } from "./heads.js";
import { inTurn, say } from "./measure.js";
import { javascript, Llhttp, Ours, webassembly } from "./parsers.js";
import { percent } from "./report.js";
import { median, spread } from "./statistics.js";

const SLICE_MS = 20; // one parser's time in a round
const WARM_UP_MS = 300;
const GOAL = "goals: 3.5 times as fast, and × 1.3 at most";

const PARSERS = {
  epollux: () => new Ours("epollux", "parser.wasm"),
  scalar: () => new Ours("epollux, scalar", "parser-scalar.wasm"),
  llhttp: () => new Llhttp("llhttp, SIMD", "llhttp_simd-wasm.js", webassembly),
  undici: () => new Llhttp("llhttp, SIMD, callbacks in JS", "llhttp_simd-wasm.js", javascript),
  llhttpScalar: () => new Llhttp("llhttp, scalar", "llhttp-wasm.js", webassembly),
};

// Which parser is fed how; the first that is fed whole is compared with, for each parser.
const FEEDS = [
  ["epollux", null], ["epollux", "line"], ["epollux", "end"],
  ["scalar", null], ["scalar", "line"],
  ["llhttp", null], ["llhttp", "line"],
  ["undici", null],
  ["llhttpScalar", null],
];
const FED = { line: "in two, cut in a line", end: "in two, cut between lines" };

const COLUMNS = [
  ["parser", ({ name }) => name],
  ["fed", ({ fed }) => fed],
  ["ns/request", ({ summary }) => summary.ns.toFixed(0)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["times as fast as llhttp", ({ summary }) => summary.speed.toFixed(2)],
  ["× whole", ({ summary }) => summary.toWhole.toFixed(2)],
];

export const parser = {
  name: "parser",
  about: "request heads, our parser beside llhttp, both in WebAssembly",
  rounds: 25,
  needsLoad: false,
  run,
};

async function run(_, options) {
  if (!existsSync(fileURLToPath(new URL("../build/parser.wasm", import.meta.url)))) {
    throw new Error("build/parser.wasm is not there: run npm run build");
  }
  const results = [];
  for (const head of HEADS) results.push(...(await compare(head, options.rounds)));
  const tables = HEADS.map((head) => ({
    title: `${head.text.length} bytes: ${head.about}`,
    columns: COLUMNS,
    rows: results.filter((result) => result.head === head.name),
  }));
  return { data: { results, absent: [], ...digest(results) }, tables, notes: notes(options) };
}

async function compare(head, rounds) {
  const entries = FEEDS.map(([key, cut]) => open(PARSERS[key](), key, head, cut));
  for (let round = 0; round < rounds; round++) {
    await inTurn(entries, (entry) => entry.rounds.push(entry.time(entry.count)));
  }
  const base = entries.find(({ key, cut }) => key === "llhttp" && cut === null);
  const results = entries.map((entry) => ({
    head: head.name,
    bytes: head.text.length,
    name: entry.name,
    version: entry.version,
    fed: FED[entry.cut] ?? "whole",
    rounds: entry.rounds,
    summary: summarise(entry, base, entries.find(({ key }) => key === entry.key)),
  }));
  const line = results.map(({ summary }) => summary.ns.toFixed(0)).join("  ");
  say(`  ${head.text.length} bytes: ${line}`);
  return results;
}

/** Checks the answer, warms up, and finds how many requests fill a slice. */
function open(parser, key, head, cut) {
  parser.load(head.text);
  parser.check(head, head.cuts[cut] ?? 0);
  const loop = parser.loop(head.cuts[cut] ?? 0);
  const time = (count) => {
    const before = process.cpuUsage();
    if (!loop(count)) throw new Error(`${parser.name}: ${head.name} not accepted`);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / count;
  };
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) time(2000);
  const count = Math.ceil((SLICE_MS * 1e6) / time(20_000));
  return { name: parser.name, version: parser.version, key, cut, time, count, rounds: [] };
}

function summarise({ rounds }, base, whole) {
  const ns = median(rounds);
  const against = (other) => median(rounds.map((value, i) => value / other.rounds[i]));
  return {
    ns,
    spread: spread(rounds),
    speed: 1 / against(base),
    toWhole: against(whole),
  };
}

/** What the summary of all scenarios says, and the bars of the chart: the browser's head. */
function digest(results) {
  const ours = results.filter(({ head, name }) => head === "kitty" && name === "epollux");
  const [whole, ...cut] = ours.map(({ summary }) => summary);
  const worst = Math.max(...cut.map(({ toWhole }) => toWhole));
  const bars = results
    .filter(({ head, fed }) => head === "kitty" && fed === "whole")
    .map(({ name, summary }) => ({ name, value: summary.ns, text: summary.ns.toFixed(0) }));
  return {
    headline: [
      `A request head of 703 bytes takes ${whole.ns.toFixed(0)} ns, ` +
        `${whole.speed.toFixed(2)} times as fast as llhttp; fed in two pieces × ` +
        `${worst.toFixed(2)} (${GOAL})`,
    ],
    chart: { quantity: "nanoseconds per request head of 703 bytes", bars },
  };
}

const notes = ({ rounds, cpus }) => [
  `Median of ${rounds} interleaved rounds, ${SLICE_MS} ms of CPU time for each parser in each, ` +
    `on CPU ${cpus.load}; each ratio is taken within its round. All in one process, called from ` +
    "JavaScript; the answers (target and every field) were checked before.",
  "What they do is not the same. Ours validates, stores a table of all fields, recognises those " +
    "that a server needs and knows length and persistence at the end. llhttp validates and " +
    "recognises too, and calls back for each span; the callbacks here return 0 at once, in " +
    "WebAssembly unless the table says otherwise, so nothing is stored. undici's own callbacks " +
    "cost more. picohttpparser has no WebAssembly build and is left out.",
];
