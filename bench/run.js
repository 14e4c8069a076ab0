// The bench: `node bench/run.js [SCENARIO …]`. Runs each scenario, writes its result, then the
// summary and the charts of all results. How and why: bench/README.md.

import { hosts } from "./hosts.js";
import { idle } from "./idle.js";
import { buildLoad } from "./load.js";
import { takeLock } from "./lock.js";
import { log } from "./log.js";
import { describeMachine } from "./machine.js";
import { say } from "./measure.js";
import { models } from "./models.js";
import { HELP, readOptions } from "./options.js";
import { parser } from "./parser.js";
import * as processes from "./processes.js";
import { textTable, writeReport } from "./report.js";
import { SCENARIOS } from "./scenarios.js";
import { SERVERS, versionOf } from "./servers.js";
import { makeSite } from "./site.js";
import { start } from "./start.js";
import { writeSummary } from "./summary.js";
import { workers } from "./workers.js";

const ALL = [...SCENARIOS, workers, idle, log, models, parser, start, hosts];

async function runScenario(scenario, options, machine) {
  say(`${scenario.name}: ${scenario.about}`);
  const outcome = await scenario.run(scenario, options);
  if (!outcome) return;
  const { data, tables, notes } = outcome;
  const { rounds, slice, warmUp, cpus } = options;
  const connections = scenario.connections ?? options.connections;
  const report = {
    scenario: scenario.name,
    about: scenario.about,
    date: new Date().toISOString(),
    machine,
    options: { rounds, slice, warmUp, connections, cpus },
    ...data,
  };
  writeReport(options.results, report, tables, notes);
  console.log(`\n${scenario.name}: ${scenario.about}\n`);
  for (const table of tables) console.log(textTable(table));
}

function printList() {
  for (const { name, about } of ALL) console.log(`${name.padEnd(12)} ${about}`);
  console.log();
  for (const server of SERVERS) {
    console.log(server.name.padEnd(12), server.find() ? versionOf(server) : "not installed");
  }
}

async function main() {
  const names = (table) => table.map(({ name }) => name);
  const options = readOptions(process.argv.slice(2), names(ALL), names(SERVERS));
  if (options.help) return console.log(HELP);
  if (options.list) return printList();
  if (options.summary) return writeSummary(ALL, options.results);
  const chosen = ALL.filter(({ name }) => options.scenarios.includes(name));
  const needed = chosen.some(({ needsLoad }) => needsLoad !== false) ? ["cc"] : [];
  for (const program of ["taskset", ...needed]) {
    if (!processes.which(program)) throw new Error(`${program} is not installed`);
  }
  if (options.cpus.server === options.cpus.load) say("warning: server and load share one CPU");
  takeLock();
  processes.pinBench(options.cpus.load);
  makeSite();
  if (needed.length > 0) buildLoad();
  for (const server of SERVERS) {
    if (options.servers.includes(server.name) && !server.isHost && server.find()) server.build();
  }
  const machine = describeMachine();
  for (const scenario of chosen) {
    const rounds = options.rounds ?? scenario.rounds;
    const slice = options.slice ?? scenario.slice;
    try {
      await runScenario(scenario, { ...options, rounds, slice }, machine);
    } catch (error) {
      console.error(`error: ${scenario.name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
  writeSummary(ALL, options.results);
}

process.on("exit", processes.killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(2);
}
