// The scenario "workers": epollux with two workers beside epollux with one. What a request costs,
// and how evenly the kernel and the workers share connections and requests.

import { execFileSync } from "node:child_process";
import { cpus as machineCpus } from "node:os";
import { closeAll, company, measure, open, pause, runRounds, say } from "./measure.js";
import { microseconds, percent, times } from "./report.js";
import { scenarioLike } from "./scenarios.js";
import { SERVERS } from "./servers.js";
import { readShares } from "./shares.js";
import { compare } from "./statistics.js";
import { describeRounds, warnOfOthers } from "./table.js";

const MANY_CONNECTIONS = 1000;
const SHARING_MS = 3000;

const COLUMNS = [
  ["epollux", ({ name }) => name],
  ["CPU µs/request", ({ summary }) => microseconds(summary.cpu)],
  ["spread", ({ summary }) => percent(summary.spread, 1)],
  ["requests/s", ({ summary }) => Math.round(summary.requestsPerSecond).toLocaleString("en")],
  ["CPU busy", ({ summary }) => percent(summary.busy)],
  ["others", ({ summary }) => percent(summary.others)],
  ["× one worker", ({ summary }) => times(summary, 3)],
  ["errors", ({ summary }) => String(summary.errors)],
];

const list = (numbers) => numbers.map((number) => number.toLocaleString("en")).join(" and ");
const SHARE_COLUMNS = [
  ["connections", ({ count }) => count.toLocaleString("en")],
  ["of each worker", ({ connections }) => list(connections)],
  ["most ÷ least", ({ connections }) => unevenness(connections).toFixed(2)],
  ["requests of each", ({ requests }) => (requests ? list(requests) : "unknown: no ss")],
  ["most ÷ least", ({ requests }) => (requests ? unevenness(requests).toFixed(2) : "–")],
];

export const workers = {
  name: "workers",
  about: "epollux with two workers beside one",
  rounds: 100,
  slice: 120,
  run,
};

async function run(_, options) {
  const epollux = SERVERS.find(({ name }) => name === "epollux");
  if (!options.servers.includes("epollux") || !epollux.find()) return null;
  const scenario = scenarioLike("small", { name: "workers" });
  const cpus = chooseCpus(options.cpus);
  const entries = [];
  let shares;
  try {
    for (const { name, count, isBatch } of casesOn(cpus)) {
      const flags = ["--workers", String(count)];
      const entry = await open(epollux, scenario, options, { cpus, flags });
      entries.push({ ...entry, name, program: entry.name });
      if (isBatch) scheduleAsBatch(entry.started.pid);
    }
    await runRounds(company(entries), options, (entry, milliseconds) =>
      measure(entry, scenario, options, milliseconds));
    shares = await measureShares(entries[1], scenario, options);
  } finally {
    await closeAll(entries);
  }
  return report(entries, shares, scenario, cpus, options);
}

/** Two CPUs for the server where there is one to spare beside the load's. */
function chooseCpus({ server, load }) {
  const spare = machineCpus().findIndex((_, number) => number !== server && number !== load);
  if (spare >= 0) return [server, spare];
  say("  only two CPUs: both workers share one, and the load has the other");
  return [server];
}

/** Workers that share a CPU preempt each other whenever they wake, unless they are batch jobs. */
function casesOn(cpus) {
  const cases = [{ name: "1 worker", count: 1 }, { name: "2 workers", count: 2 }];
  if (cpus.length > 1) return cases;
  return [...cases, { name: "2 workers, SCHED_BATCH", count: 2, isBatch: true }];
}

/** All threads of the process, see sched(7). */
function scheduleAsBatch(pid) {
  execFileSync("chrt", ["--all-tasks", "--batch", "--pid", "0", String(pid)]);
}

/** Looks in the middle of a load, with few connections and with many. */
async function measureShares(entry, scenario, options) {
  const shares = [];
  for (const count of [options.connections, MANY_CONNECTIONS]) {
    const load = measure(entry, { ...scenario, connections: count }, options, SHARING_MS);
    await pause(SHARING_MS * 0.7);
    shares.push({ count, ...(await readShares(entry, scenario, 2)) });
    await load;
  }
  return shares;
}

const unevenness = (parts) => Math.max(...parts) / Math.min(...parts);

function report(entries, shares, scenario, cpus, options) {
  const results = entries.map(({ name, version, rounds }) => ({
    name,
    version,
    rounds,
    summary: compare(rounds, entries[0].rounds),
  }));
  warnOfOthers(results.map(({ summary }) => summary));
  const { ratio } = results[1].summary;
  const [few, many] = shares.map(({ connections }) => unevenness(connections).toFixed(2));
  const bars = results.map(({ name, summary }) => ({
    name,
    value: summary.cpu,
    text: microseconds(summary.cpu),
    isOurs: true,
  }));
  return {
    data: {
      results,
      shares,
      absent: [],
      serverCpus: cpus,
      headline: [
        `A request costs two workers × ${ratio.toFixed(3)} of what it costs one (goal ≤ 1.05); ` +
          `of ${shares[0].count} connections one has × ${few} of the other's, of ` +
          `${MANY_CONNECTIONS} × ${many} (goal ≤ 1.10)`,
        ...results.slice(2).map(({ summary }) =>
          `On one CPU and as SCHED_BATCH the two cost × ${summary.ratio.toFixed(3)}`),
      ],
      chart: { quantity: "CPU µs per request", bars },
    },
    tables: [
      { columns: COLUMNS, rows: results },
      { title: "Connections and requests of each worker", columns: SHARE_COLUMNS, rows: shares },
    ],
    notes: [
      describeRounds(scenario, options),
      cpus.length > 1
        ? `Both servers may use CPUs ${cpus.join(" and ")}.`
        : "This machine has no CPU to spare: both workers share one, and each preempts the other " +
          "when it wakes, which leaves fewer events for a turn. As SCHED_BATCH (`chrt -b 0`) they do " +
          "not.",
      "The kernel gives each new connection to a worker by a hash of its addresses " +
        "(SO_REUSEPORT), so a small number of connections is shared by chance: of 64, one time " +
        "in four more unevenly than 36 to 28. Requests are those of the connections open at one " +
        "moment, from the bytes that have come on each (bench/shares.js).",
    ],
  };
}
