// The scenario "start": from the start of a server's process to the first byte of an answer, and
// how large our module is. The page is asked for as soon as the port can be connected to.

import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { SERVER_WASM } from "./guest-memory.js";
import { choose, inTurn, launch, open, pause, say } from "./measure.js";
import { freePort, lastLine, spawnPinned, stop } from "./processes.js";
import { percent } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { versionOf } from "./servers.js";
import { median } from "./statistics.js";

const PATIENCE_MS = 10_000;

const COLUMNS = [
  ["server", ({ name }) => name],
  ["ms to first byte", ({ summary }) => summary.ms.toFixed(1)],
  ["fastest", ({ rounds }) => Math.min(...rounds).toFixed(1)],
  ["slowest", ({ rounds }) => Math.max(...rounds).toFixed(1)],
  ["spread", ({ summary }) => percent(summary.spread)],
];

export const start = {
  name: "start",
  about: "from start to the first byte of an answer; size of server.wasm",
  rounds: 10,
  needsLoad: false,
  run,
};

async function run(_, options) {
  const scenario = scenarioLike("small", { name: "start" });
  const { present, absent } = choose(scenario, options);
  const entries = [];
  for (const server of present) {
    try {
      const opened = await open(server, scenario, options); // right answers first
      await stop(opened.started);
      const time = () => timeStart(server, scenario, options);
      entries.push({ name: server.name, version: versionOf(server), time, rounds: [] });
    } catch (error) {
      say(`  ${server.name}: ${error.message}`);
      absent.push({ name: server.name, reason: error.message });
    }
  }
  const bare = { name: "node -e 0", version: process.version, rounds: [] };
  bare.time = () => timeBareNode(options);
  entries.push(bare);
  for (let round = 0; round < options.rounds; round++) {
    await inTurn(entries, round, async (entry) => entry.rounds.push(await entry.time()));
  }
  return report(entries, absent, options);
}

async function timeStart(server, scenario, options) {
  const port = await freePort();
  const before = performance.now();
  const started = launch(server, { port, scenario, cpus: [options.cpus.server] });
  let hasEnded = false;
  started.ended.then(() => (hasEnded = true));
  try {
    while (!(await askOnce(port, scenario.paths[0]))) {
      if (hasEnded) throw new Error(`${server.name} ended at start: ${lastLine(started)}`);
      if (performance.now() - before > PATIENCE_MS) throw new Error(`${server.name}: no answer`);
      await pause(1);
    }
    return performance.now() - before;
  } finally {
    await stop(started);
  }
}

/** What Node itself takes, from its start to its end. */
async function timeBareNode({ cpus }) {
  const before = performance.now();
  await spawnPinned(cpus.server, process.execPath, ["-e", "0"]).ended;
  return performance.now() - before;
}

/** True at the first byte of an answer; false if nobody listens. */
function askOnce(port, path) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const finish = (isAnswered) => resolve(isAnswered) || socket.destroy();
    socket.on("connect", () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));
    socket.on("data", () => finish(true));
    socket.on("error", () => finish(false));
    socket.on("end", () => finish(false));
  });
}

function report(entries, absent, { rounds, cpus }) {
  const results = entries.map(({ name, version, rounds }) => {
    const ms = median(rounds);
    const spread = (Math.max(...rounds) - Math.min(...rounds)) / ms;
    return { name, version, rounds, summary: { ms, spread } };
  });
  results.sort((a, b) => a.summary.ms - b.summary.ms);
  const ours = results.find(({ name }) => name === "epollux");
  const module = existsSync(SERVER_WASM) ? readFileSync(SERVER_WASM) : null;
  const kib = (bytes) => (bytes / 1024).toFixed(1);
  const size = module
    ? `server.wasm has ${module.length.toLocaleString("en")} bytes, ${kib(module.length)} KiB ` +
      `(goal ≤ 100 KiB); compressed with gzip ${kib(gzipSync(module).length)} KiB`
    : "server.wasm is not built";
  const bars = results.map(({ name, summary }) => ({
    name,
    value: summary.ms,
    text: summary.ms.toFixed(0),
  }));
  const headline = [size];
  if (ours) {
    const ms = ours.summary.ms.toFixed(0);
    headline.unshift(`From start to the first byte of an answer: ${ms} ms (goal ≤ 150)`);
  }
  return {
    data: {
      results,
      absent,
      moduleBytes: module?.length ?? null,
      headline,
      chart: { quantity: "milliseconds from start to the first byte of an answer", bars },
    },
    tables: [{ columns: COLUMNS, rows: results }],
    notes: [
      `Median of ${rounds} starts in turn, on CPU ${cpus.server}, files in the page cache. From ` +
        "before the process is made to the first byte of the answer, asked for as soon as the " +
        "port accepts. `node -e 0` is Node alone, from its start to its end.",
      `${size}.`,
    ],
  };
}
