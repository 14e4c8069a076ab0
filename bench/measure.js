// One server, opened and measured: what every scenario with servers is made of.

import { checkAnswers, fieldsFor } from "./answers.js";
import { cpuBetween, readCpu, readMachineCpu } from "./cpu.js";
import { Load } from "./load.js";
import * as processes from "./processes.js";
import { microseconds } from "./report.js";
import { SERVERS, versionOf } from "./servers.js";
import { ROOT, WORK } from "./site.js";

const SETTLE_MS = 5; // the server's last turns are at its own expense
const SAID_EVERY = 5; // rounds

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const say = (text) => process.stderr.write(`${text}\n`);

/**
 * Starts one server and makes sure that it is right; returns what measuring it needs. `place` may
 * name other CPUs than the server's one, and flags for epollux.
 */
export async function open(server, scenario, options, place = {}) {
  const { cpus = [options.cpus.server], flags = [] } = place;
  const port = await processes.freePort();
  const started = launch(server, { port, scenario, cpus, flags });
  try {
    await processes.waitUntilListening(started, port);
    const fields = await fieldsFor(port, scenario);
    await checkAnswers(port, scenario, fields);
    const { name } = server;
    return { name, version: versionOf(server), started, port, cpus, fields, rounds: [] };
  } catch (error) {
    await processes.stop(started);
    throw error;
  }
}

/** The server's process, started and pinned, perhaps not listening yet. */
export function launch(server, { port, scenario, cpus, flags = [] }) {
  const where = { root: ROOT, port, work: WORK, scenario, flags };
  const { command, args, env } = server.launch(where);
  return processes.spawnPinned(cpus.join(","), command, args, {
    cwd: WORK,
    env: { ...process.env, ...env },
  });
}

/** The chosen servers: those that run and answer rightly, and those that do not, with a reason. */
export async function openAll(scenario, options, place) {
  const entries = [];
  const { present, absent } = choose(scenario, options);
  for (const server of present) {
    try {
      entries.push(await open(server, scenario, options, place));
    } catch (error) {
      absent.push({ name: server.name, reason: error.message });
      process.exitCode = 1;
    }
  }
  for (const { name, reason } of absent) say(`  ${name}: ${reason}`);
  return { entries, absent };
}

/** The chosen servers that can take part, and those that are not installed. */
export function choose(scenario, options) {
  const takesPart = scenario.takesPart ?? (({ isHost }) => !isHost);
  const chosen = SERVERS.filter(
    (server) =>
      options.servers.includes(server.name) &&
      (server.name !== "floor" || scenario.floor) &&
      takesPart(server),
  );
  const absent = chosen.filter((server) => !server.find());
  return {
    present: chosen.filter((server) => !absent.includes(server)),
    absent: absent.map(({ name }) => ({ name, reason: "not installed" })),
  };
}

/** Puts load on a server for some milliseconds: what one request cost. */
export async function measure(entry, scenario, options, milliseconds) {
  const { started, cpus } = entry;
  const clients = await loadOf(entry, scenario, options);
  const machineBefore = readMachine(cpus);
  const before = readCpu(started.pid);
  const unasked = entry.last ? cpuBetween(entry.last, before).total : 0;
  const load = await clients.run(milliseconds);
  if (load.requests === 0) throw new Error(`no answers in ${milliseconds} ms of load`);
  await pause(SETTLE_MS);
  const after = readCpu(started.pid);
  entry.last = after;
  const machine = readMachine(cpus) - machineBefore;
  const cpu = cpuBetween(before, after);
  const perRequest = (nanoseconds) => nanoseconds / 1000 / load.requests;
  return {
    cpu: perRequest(cpu.total),
    user: perRequest(cpu.user),
    system: perRequest(cpu.system),
    requestsPerSecond: load.requests / load.seconds,
    p99: load.p99,
    busy: cpu.total / 1e9 / load.seconds,
    others: (machine - cpu.total) / 1e9 / load.seconds,
    unasked: unasked / cpu.total,
    errors: load.errors,
  };
}

/** The clients that this server has already, if they are as many as are wanted. */
async function loadOf(entry, scenario, options) {
  const connections = scenario.connections ?? options.connections;
  if (entry.load && entry.load.connections !== connections) await entry.load.stop();
  if (entry.load?.connections !== connections) {
    const { port, fields } = entry;
    entry.load = new Load(options.cpus.load, port, scenario, fields, connections);
  }
  return entry.load;
}

/** Calls `visit` for one entry after the other, in an order drawn anew: neighbours change. */
export async function inTurn(entries, visit) {
  const lots = entries.map((entry) => ({ entry, lot: Math.random() }));
  for (const { entry } of lots.sort((a, b) => a.lot - b.lot)) await visit(entry);
}

/** Entries of which none may fail, as a `Contest` has them. */
export function company(entries) {
  return { entries, each: (visit) => inTurn(entries, visit) };
}

/** Warms up, then measures in rounds and tells what each entry costs in them. */
export async function runRounds(contest, { rounds, slice, warmUp }, measureFor) {
  await contest.each((entry) => measureFor(entry, warmUp * 1000));
  for (let round = 0; round < rounds; round++) {
    await contest.each(async (entry) => {
      entry.rounds.push(await measureFor(entry, slice));
    });
    if ((round + 1) % SAID_EVERY === 0 || round + 1 === rounds) sayRound(contest, round, rounds);
  }
}

function sayRound({ entries }, round, rounds) {
  const line = entries.map(({ name, rounds }) => `${name}: ${microseconds(rounds[round].cpu)}`);
  say(`  round ${round + 1}/${rounds}: ${line.join("  ")}`);
}

/**
 * The entries that are still in: one that fails is stopped and becomes absent, with its reason.
 * `visit` is called for one after the other.
 */
export class Contest {
  constructor({ entries, absent }) {
    this.entries = entries;
    this.absent = absent;
  }

  async each(visit) {
    await inTurn(this.entries, async (entry) => {
      try {
        await visit(entry);
      } catch ({ message }) {
        say(`  ${entry.name}: ${message}`);
        this.absent.push({ name: entry.name, reason: message });
        this.entries = this.entries.filter((other) => other !== entry);
        if (entry.name === "epollux") process.exitCode = 1;
        await close(entry);
      }
    });
  }
}

export async function closeAll(entries) {
  for (const entry of entries) await close(entry);
}

async function close({ started, load }) {
  await load?.stop();
  await processes.stop(started);
}

function readMachine(cpus) {
  const readings = cpus.map(readMachineCpu);
  return readings.reduce((sum, { busy, stolen }) => sum + busy + stolen, 0);
}
