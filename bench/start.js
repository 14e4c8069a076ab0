// The scenario "start": from the start of a server's process to the first byte of an answer, and
// how large our module is. The page is asked for as soon as the port can be connected to. Each
// server starts in two places by turns: on one CPU alone, which is the harder one, and on two, of
// which it shares one with the bench.

import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { SERVER_WASM } from "./guest-memory.js";
import { choose, inTurn, launch, open, pause, say } from "./measure.js";
import { freePort, lastLine, spawnPinned, stop } from "./processes.js";
import { percent } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { versionOf } from "./servers.js";
import { median, spread } from "./statistics.js";

const PATIENCE_MS = 10_000;

const PLACES = {
  "one CPU": ({ server }) => [server],
  "two CPUs": ({ server, load }) => [server, load],
};

const columnsOf = (place) => [
  [`${place}, ms`, ({ summary }) => summary[place].ms.toFixed(1)],
  ["fastest", ({ rounds }) => Math.min(...rounds[place]).toFixed(1)],
  ["slowest", ({ rounds }) => Math.max(...rounds[place]).toFixed(1)],
  ["spread", ({ summary }) => percent(summary[place].spread)],
];
const COLUMNS = [["server", ({ name }) => name], ...Object.keys(PLACES).flatMap(columnsOf)];

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
      const time = (cpus) => timeStart(server, scenario, cpus);
      entries.push(entryOf(server.name, versionOf(server), time));
    } catch (error) {
      say(`  ${server.name}: ${error.message}`);
      absent.push({ name: server.name, reason: error.message });
    }
  }
  entries.push(entryOf("node -e 0", process.version, timeBareNode));
  for (let round = 0; round < options.rounds; round++) {
    for (const [place, cpus] of Object.entries(PLACES)) {
      await inTurn(entries, async ({ time, rounds }) => {
        rounds[place].push(await time(cpus(options.cpus)));
      });
    }
  }
  return report(entries, absent, options);
}

function entryOf(name, version, time) {
  const rounds = Object.fromEntries(Object.keys(PLACES).map((place) => [place, []]));
  return { name, version, time, rounds };
}

async function timeStart(server, scenario, cpus) {
  const port = await freePort();
  const before = performance.now();
  const started = launch(server, { port, scenario, cpus });
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
async function timeBareNode(cpus) {
  const before = performance.now();
  await spawnPinned(cpus.join(","), process.execPath, ["-e", "0"]).ended;
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
    const summary = Object.fromEntries(
      Object.entries(rounds).map(([place, times]) => [place, summarize(times)]),
    );
    return { name, version, rounds, summary };
  });
  const [harder, easier] = Object.keys(PLACES);
  results.sort((a, b) => a.summary[harder].ms - b.summary[harder].ms);
  const ours = results.find(({ name }) => name === "epollux");
  const module = existsSync(SERVER_WASM) ? readFileSync(SERVER_WASM) : null;
  const kib = (bytes) => (bytes / 1024).toFixed(1);
  const size = module
    ? `server.wasm has ${module.length.toLocaleString("en")} bytes, ${kib(module.length)} KiB ` +
      `(goal ≤ 100 KiB); compressed with gzip ${kib(gzipSync(module).length)} KiB`
    : "server.wasm is not built";
  const bars = results.map(({ name, summary }) => ({
    name,
    value: summary[harder].ms,
    text: summary[harder].ms.toFixed(0),
  }));
  const headline = [size];
  if (ours) {
    const on = (place) => `${ours.summary[place].ms.toFixed(0)} ms on ${place}`;
    headline.unshift(
      `From start to the first byte of an answer: ${on(harder)} (goal ≤ 150), ${on(easier)}`,
    );
  }
  return {
    data: {
      results,
      absent,
      moduleBytes: module?.length ?? null,
      headline,
      chart: { quantity: `milliseconds to the first byte of an answer, on ${harder}`, bars },
    },
    tables: [{ columns: COLUMNS, rows: results }],
    notes: [
      `Median of ${rounds} starts in turn in each place, files in the page cache: CPU ` +
        `${cpus.server} alone, then CPUs ${cpus.server} and ${cpus.load}, on the second of which ` +
        "the bench asks. From before the process is made to the first byte of the answer, asked " +
        "for as soon as the port accepts. `node -e 0` is Node alone, from its start to its end.",
      `${size}.`,
    ],
  };
}

function summarize(times) {
  return { ms: median(times), spread: spread(times) };
}
