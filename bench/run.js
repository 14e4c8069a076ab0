// The bench: `node bench/run.js [SCENARIO …]`. For each scenario it starts the servers side by
// side, checks their answers, warms them up, and measures them in interleaved rounds. How and why:
// bench/README.md.

import { checkAnswers, fieldsFor } from "./answers.js";
import { cpuBetween, readCpu, readMachineCpu } from "./cpu.js";
import { runLoad } from "./load.js";
import { takeLock } from "./lock.js";
import { describeMachine } from "./machine.js";
import { HELP, readOptions } from "./options.js";
import * as processes from "./processes.js";
import { textTable, writeReport } from "./report.js";
import { SCENARIOS } from "./scenarios.js";
import { SERVERS, versionOf } from "./servers.js";
import { makeSite, ROOT, WORK } from "./site.js";
import { summarise } from "./statistics.js";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text) => process.stderr.write(`${text}\n`);

/** Starts one server and makes sure that it is right; returns what measuring it needs. */
async function open(server, scenario, options) {
  const port = await processes.freePort();
  const { command, args, env } = server.launch({ root: ROOT, port, work: WORK, scenario });
  const started = processes.spawnPinned(options.cpus.server, command, args, {
    cwd: WORK,
    env: { ...process.env, ...env },
  });
  try {
    await processes.waitUntilListening(started, port);
    const fields = await fieldsFor(port, scenario);
    await checkAnswers(port, scenario, fields);
    return { name: server.name, version: versionOf(server), started, port, fields, rounds: [] };
  } catch (error) {
    await processes.stop(started);
    throw error;
  }
}

async function measure(entry, scenario, options, seconds) {
  const { port, fields, started } = entry;
  const machineBefore = readMachineCpu(options.cpus.server);
  const before = readCpu(started.pid);
  const load = await runLoad(
    options.cpus.load, port, scenario, fields, options.connections, seconds,
  );
  await pause(50); // the server closes the connections of this round at its own expense
  const after = readCpu(started.pid);
  const machineAfter = readMachineCpu(options.cpus.server);
  const busy = machineAfter.busy - machineBefore.busy;
  const stolen = machineAfter.stolen - machineBefore.stolen;
  const cpu = cpuBetween(before, after);
  const perRequest = (nanoseconds) => nanoseconds / 1000 / load.requests;
  return {
    cpu: perRequest(cpu.total),
    user: perRequest(cpu.user),
    system: perRequest(cpu.system),
    requestsPerSecond: load.requests / load.seconds,
    busy: cpu.total / 1e9 / load.seconds,
    others: Math.max(0, busy + stolen - cpu.total) / 1e9 / load.seconds,
    errors: load.errors,
  };
}

async function openAll(scenario, options) {
  const entries = [];
  const absent = [];
  for (const server of SERVERS.filter(({ name }) => options.servers.includes(name))) {
    if (server.name === "floor" && !scenario.floor) continue;
    if (!server.find()) {
      absent.push({ name: server.name, reason: "not installed" });
      continue;
    }
    try {
      entries.push(await open(server, scenario, options));
    } catch (error) {
      absent.push({ name: server.name, reason: error.message });
      process.exitCode = 1;
    }
  }
  for (const { name, reason } of absent) say(`  ${name}: ${reason}`);
  return { entries, absent };
}

async function runRounds(entries, scenario, options) {
  for (const entry of entries) await measure(entry, scenario, options, options.warmUp);
  for (let round = 0; round < options.rounds; round++) {
    // Another one begins each time, so that nobody always comes after the same neighbour.
    const shift = round % entries.length;
    for (const entry of [...entries.slice(shift), ...entries.slice(0, shift)]) {
      entry.rounds.push(await measure(entry, scenario, options, options.seconds));
    }
    const line = entries.map(({ name, rounds }) => `${name} ${rounds[round].cpu.toFixed(2)}`);
    say(`  round ${round + 1}/${options.rounds}: ${line.join("  ")}`);
  }
}

async function runScenario(scenario, options, machine) {
  say(`${scenario.name}: ${scenario.about}`);
  const { entries, absent } = await openAll(scenario, options);
  try {
    if (entries.length === 0) return;
    await runRounds(entries, scenario, options);
  } finally {
    for (const { started } of entries) await processes.stop(started);
  }
  const { rounds, seconds, warmUp, connections, cpus } = options;
  const report = {
    scenario: scenario.name,
    about: scenario.about,
    date: new Date().toISOString(),
    machine,
    options: { rounds, seconds, warmUp, connections, cpus },
    results: summarise(entries.map(({ name, version, rounds }) => ({ name, version, rounds }))),
    absent,
  };
  writeReport(report);
  console.log(`\n${scenario.name}: ${scenario.about}\n${textTable(report)}\n`);
  if (report.results.some(({ summary }) => summary.others > 0.05)) {
    say("warning: other programs used the server's CPU; measure again when the machine is quiet");
  }
}

function printList() {
  for (const { name, about } of SCENARIOS) console.log(`${name.padEnd(12)} ${about}`);
  console.log();
  for (const server of SERVERS) {
    console.log(server.name.padEnd(12), server.find() ? versionOf(server) : "not installed");
  }
}

async function main() {
  const names = (table) => table.map(({ name }) => name);
  const options = readOptions(process.argv.slice(2), names(SCENARIOS), names(SERVERS));
  if (options.help) return console.log(HELP);
  if (options.list) return printList();
  for (const program of ["taskset", "wrk"]) {
    if (!processes.which(program)) throw new Error(`${program} is not installed`);
  }
  if (options.cpus.server === options.cpus.load) say("warning: server and load share one CPU");
  takeLock();
  processes.pinBench(options.cpus.load);
  makeSite();
  for (const server of SERVERS) {
    if (options.servers.includes(server.name) && server.find()) server.build();
  }
  const machine = describeMachine();
  for (const scenario of SCENARIOS.filter(({ name }) => options.scenarios.includes(name))) {
    await runScenario(scenario, options, machine);
  }
}

process.on("exit", processes.killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(2);
}
