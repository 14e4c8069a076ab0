// The scenario "idle": what 10,000 idle keep-alive connections cost those that are busy, and how
// much memory they take. Of each server two processes run, of which one has the idle connections and
// the other none; they are measured one behind the other, over and over. By turns each of the two is
// the one that has them, so that the luck of a start makes no difference.

import { readFileSync } from "node:fs";
import { familyOf } from "./cpu.js";
import { guestBytesPerConnection } from "./guest-memory.js";
import { affordable, buildIdle, closeIdle, describeLimit, openIdle } from "./idle-connections.js";
import { closeAll, Contest, measure, openAll, pause, say } from "./measure.js";
import { stop } from "./processes.js";
import { microseconds, percent, times } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { compareRounds, mean, median } from "./statistics.js";
import { describeRounds, warnOfOthers } from "./table.js";

const PER = 10_000; // growth of memory is told per so many connections
const MIB = 1024 * 1024;
const TURNS = 4;

const mebibytes = (bytes) => (bytes / MIB).toFixed(1);

const COLUMNS = [
  ["server", ({ name }) => name],
  ["idle", ({ idle }) => idle.toLocaleString("en")],
  ["CPU µs/request without", ({ summary }) => microseconds(summary.without)],
  ["with", ({ summary }) => microseconds(summary.with)],
  ["with ÷ without", ({ summary }) => times(summary, 3)],
  ["RSS MiB before", ({ rss }) => mebibytes(rss.before)],
  ["+ MiB per 10,000", ({ summary }) => mebibytes(summary.growth)],
  ["others", ({ summary }) => percent(summary.others)],
  ["errors", ({ summary }) => String(summary.errors)],
];

export const idle = {
  name: "idle",
  about: "64 busy connections beside 10,000 idle ones",
  rounds: 100,
  slice: 120,
  run,
};

async function run(_, options) {
  const scenario = scenarioLike("small", { name: "idle" });
  const count = affordable(options);
  const connections = count + 2 * options.connections;
  const flags = ["--idle-timeout", "5m"]; // the others are configured so
  if (connections > 10240) flags.push("--max-connections", String(connections));
  buildIdle();
  const { contest, opened } = await openTwins(scenario, options, { flags });
  try {
    await contest.each(async (entry) => {
      for (const one of [entry, entry.twin]) {
        await measure(one, scenario, options, options.warmUp * 1000);
        one.rss = await measureGrowth(one, scenario, count, options);
      }
    });
    for (let turn = 0; turn < TURNS; turn++) {
      await contest.each((entry) => runTurn(entry, scenario, count, turn, options));
      const line = contest.entries.map(({ name, rounds }) => {
        const { without, beside } = rounds.at(-1);
        return `${name} ${without.cpu.toFixed(2)} → ${beside.cpu.toFixed(2)}`;
      });
      say(`  turn ${turn + 1}/${TURNS}: ${line.join("  ")}`);
    }
  } finally {
    await closeAll(opened);
  }
  return contest.entries.length === 0 ? null : report(contest, scenario, count, options);
}

/** Two processes of each server: one is the other's `twin`. */
async function openTwins(scenario, options, place) {
  const { entries, absent } = await openAll(scenario, options, place);
  const servers = entries.map(({ name }) => name);
  const twins = await openAll(scenario, { ...options, servers }, place);
  for (const entry of entries) entry.twin = twins.entries.find(({ name }) => name === entry.name);
  const pairs = entries.filter(({ twin }) => twin);
  return {
    contest: new Contest({ entries: pairs, absent: [...absent, ...twins.absent] }),
    opened: [...entries, ...twins.entries],
  };
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

async function runTurn(entry, scenario, count, turn, options) {
  const [holder, other] = turn % 2 ? [entry.twin, entry] : [entry, entry.twin];
  const clients = await openIdle(holder, scenario, count, options);
  try {
    for (let i = 0; i < Math.ceil(options.rounds / TURNS); i++) {
      const steps = [["beside", holder], ["without", other]];
      if (i % 2) steps.reverse();
      const round = { turn };
      for (const [key, one] of steps) {
        round[key] = await measure(one, scenario, options, options.slice);
      }
      entry.rounds.push(round);
    }
    await closeIdle(clients, holder, count);
  } catch (error) {
    // The twin does not take part any more either, and should be in nobody's way.
    await stop(clients);
    await closeAll([entry.twin]);
    throw error;
  }
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
  const without = rounds.map((round) => round.without);
  const beside = rounds.map((round) => round.beside);
  const all = [...without, ...beside];
  return {
    without: median(without.map(({ cpu }) => cpu)),
    with: median(beside.map(({ cpu }) => cpu)),
    ...compareTwins(rounds),
    growth: ((rss.after - rss.before) / count) * PER,
    others: Math.max(0, mean(all.map(({ others }) => others))),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** One of the two processes may be luckier than the other: the mean of both ways round. */
function compareTwins(rounds) {
  const [one, other] = [0, 1].map((side) => {
    const own = rounds.filter(({ turn }) => turn % 2 === side);
    return compareRounds(own.map(({ beside }) => beside), own.map(({ without }) => without));
  });
  const isKnown = one.uncertainty !== null && other.uncertainty !== null;
  return {
    ratio: Math.sqrt(one.ratio * other.ratio),
    uncertainty: isKnown ? Math.hypot(one.uncertainty, other.uncertainty) / 2 : null,
  };
}

function notes(scenario, guestBytes, count, options) {
  const lines = [
    describeRounds(scenario, options),
    "Of each server two processes run, and each round measures both, the one with the idle " +
      "connections and the one without; by turns each of the two has them. What counts is *with ÷ " +
      "without*, the mean of both ways round: servers do not take turns within a round here. Each " +
      "idle connection has had one answer. RSS is the resident memory of all processes of the " +
      "server, after the warm-up and again when it has the idle connections for the first time; the " +
      "kernel's memory for sockets is not in it.",
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
