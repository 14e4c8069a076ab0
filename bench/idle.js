// The scenario "idle": what 10,000 idle keep-alive connections cost those that are busy, and how
// much memory they take. Each round measures every server twice, without and with the idle
// connections, which are opened and closed in between: the same process both times, so that neither
// the luck of a start nor the compiler's state makes a difference.

import { readFileSync } from "node:fs";
import { familyOf } from "./cpu.js";
import { guestBytesPerConnection } from "./guest-memory.js";
import { affordable, buildIdle, closeIdle, describeLimit, openIdle } from "./idle-connections.js";
import { closeAll, Contest, measure, openAll, pause, say } from "./measure.js";
import { stop } from "./processes.js";
import { microseconds, percent } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { mean, median } from "./statistics.js";
import { describeRounds, warnOfOthers } from "./table.js";

const PER = 10_000; // growth of memory is told per so many connections
const MIB = 1024 * 1024;

const mebibytes = (bytes) => (bytes / MIB).toFixed(1);

const COLUMNS = [
  ["server", ({ name }) => name],
  ["idle", ({ idle }) => idle.toLocaleString("en")],
  ["CPU µs/request without", ({ summary }) => microseconds(summary.without)],
  ["with", ({ summary }) => microseconds(summary.with)],
  ["with ÷ without", ({ summary }) => summary.ratio.toFixed(3)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["RSS MiB before", ({ rss }) => mebibytes(rss.before)],
  ["+ MiB per 10,000", ({ summary }) => mebibytes(summary.growth)],
  ["others", ({ summary }) => percent(summary.others)],
  ["errors", ({ summary }) => String(summary.errors)],
];

export const idle = {
  name: "idle",
  about: "64 busy connections beside 10,000 idle ones",
  rounds: 5,
  slice: 3000,
  run,
};

async function run(_, options) {
  const scenario = scenarioLike("small", { name: "idle" });
  const count = affordable(options);
  const connections = count + 2 * options.connections;
  const flags = ["--idle-timeout", "5m"]; // the others are configured so
  if (connections > 10240) flags.push("--max-connections", String(connections));
  buildIdle();
  const contest = new Contest(await openAll(scenario, options, { flags }));
  const opened = contest.entries;
  try {
    await contest.each(async (entry) => {
      await measure(entry, scenario, options, options.warmUp * 1000);
      entry.rss = await measureGrowth(entry, scenario, count, options);
    });
    for (let round = 0; round < options.rounds; round++) {
      await contest.each((entry) => runRound(entry, scenario, count, round, options));
      const line = contest.entries.map(({ name, rounds }) => {
        const { without, beside } = rounds[round];
        return `${name} ${without.cpu.toFixed(2)} → ${beside.cpu.toFixed(2)}`;
      });
      say(`  round ${round + 1}/${options.rounds}: ${line.join("  ")}`);
    }
  } finally {
    await closeAll(opened);
  }
  return contest.entries.length === 0 ? null : report(contest, scenario, count, options);
}

/** The first time that the server ever has so many connections; what it takes it will not give. */
async function measureGrowth(entry, scenario, count, options) {
  await pause(500);
  const before = readRss(entry.started.pid);
  const clients = await openIdle(entry, scenario, count, options);
  await pause(500);
  const after = readRss(entry.started.pid);
  await closeIdle(clients, entry, count);
  return { before, after };
}

async function runRound(entry, scenario, count, round, options) {
  const results = {};
  const without = async () => {
    results.without = await measure(entry, scenario, options, options.slice);
  };
  const beside = async () => {
    const clients = await openIdle(entry, scenario, count, options);
    try {
      results.beside = await measure(entry, scenario, options, options.slice);
    } catch (error) {
      await stop(clients);
      throw new Error(`beside ${count} idle connections: ${error.message}`, { cause: error });
    }
    await closeIdle(clients, entry, count);
  };
  // In every other round the other way round.
  for (const step of round % 2 ? [beside, without] : [without, beside]) await step();
  entry.rounds.push(results);
}

/** Resident memory of all processes of a server, exact; sockets are the kernel's own memory. */
function readRss(pid) {
  const sizes = familyOf(pid).map((member) => {
    const text = readFileSync(`/proc/${member}/smaps_rollup`, "latin1");
    return Number(/^Rss: +(\d+) kB/m.exec(text)[1]) * 1024;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function report({ entries, absent }, scenario, count, options) {
  const results = entries.map(({ name, version, rss, rounds }) => {
    const summary = summarise(rounds, rss, count);
    return { name, version, idle: count, rss, rounds, summary };
  });
  results.sort((a, b) => a.summary.with - b.summary.with);
  warnOfOthers(results.map(({ summary }) => summary));
  const ours = results.find(({ name }) => name === "epollux");
  const guestBytes = ours ? guestBytesPerConnection() : null;
  const chart = {
    quantity: `CPU µs per busy request beside ${count.toLocaleString("en")} idle connections`,
    bars: results.map(({ name, summary }) => ({
      name,
      value: summary.with,
      text: `${microseconds(summary.with)} (× ${summary.ratio.toFixed(2)} of that without)`,
    })),
  };
  const headline = ours
    ? [
        `Beside ${count.toLocaleString("en")} idle connections a busy request costs × ` +
          `${ours.summary.ratio.toFixed(3)} (goal ≤ 1.05), memory grows by ` +
          `${mebibytes(ours.summary.growth)} MiB per 10,000 (goal < 8), and one takes ` +
          `${guestBytes.toFixed(0)} bytes of the guest's memory (goal ≤ 300)`,
      ]
    : [];
  return {
    data: { idle: count, guestBytes, results, absent, headline, chart },
    tables: [{ columns: COLUMNS, rows: results }],
    notes: notes(scenario, guestBytes, count, options),
  };
}

function summarise(rounds, rss, count) {
  const all = rounds.flatMap(({ without, beside }) => [without, beside]);
  const ratios = rounds.map(({ without, beside }) => beside.cpu / without.cpu);
  return {
    without: median(rounds.map(({ without }) => without.cpu)),
    with: median(rounds.map(({ beside }) => beside.cpu)),
    ratio: median(ratios),
    spread: Math.max(...ratios) - Math.min(...ratios),
    growth: ((rss.after - rss.before) / count) * PER,
    others: Math.max(0, mean(all.map(({ others }) => others))),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
  };
}

function notes(scenario, guestBytes, count, options) {
  const lines = [
    describeRounds(scenario, options),
    "Each round measures the same process without and with the idle connections, in turns of " +
      "which is first; they are opened and closed between the measurements, and each has had one " +
      "answer. The ratio is taken within the round; *spread* is its largest less its smallest. " +
      "RSS is the resident memory of all processes of the server, after the warm-up and again " +
      "when it has the idle connections for the first time; the kernel's memory for sockets is " +
      "not in it.",
  ];
  lines.push(...describeLimit(count, options));
  if (guestBytes !== null) {
    lines.push(
      `A connection takes ${guestBytes.toFixed(0)} bytes of the guest's memory, from its size at ` +
        "several values of --max-connections (bench/guest-memory.js). Buffers belong to a pool " +
        "of 2,048 by default: more connections than that cannot all hold one while they idle.",
    );
  }
  return lines;
}
