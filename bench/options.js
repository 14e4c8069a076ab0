// The bench's command line: `node bench/run.js [SCENARIO …] [options]`. Every mistake is one line
// and exit code 2.

import { cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { RESULTS } from "./report.js";

export const HELP = `Usage: npm run bench -- [SCENARIO ...] [options]

Measures the CPU time that web servers spend on one request, side by side.
Without SCENARIO, or with "all": the whole table.

  --rounds N         interleaved rounds; the median counts   (default 100; 1m 50, 100m 40, many 15,
                     parser 25, start 10, models 3)
  --slice MS         length of one measurement               (default 120; models 200, 1m 300,
                     100m 400, many 2000)
  --warm-up N        seconds of load before the first round  (default 3)
  --connections N    keep-alive connections of the load      (default 64)
  --servers A,B      only these                              (default: all that are installed)
  --idle N           idle connections at most: idle, models  (default 10000)
  --cpus S,L         CPU of the server, CPU of the load      (default 0,1)
  --results DIR      where results are written               (default bench/results)
  --list             scenarios and servers, and what is installed
  --summary          only the summary and the charts, from the results that are there
  --help             this text`;

const OPTIONS = {
  rounds: { type: "string" },
  slice: { type: "string" },
  "warm-up": { type: "string", default: "3" },
  connections: { type: "string", default: "64" },
  idle: { type: "string", default: "10000" },
  servers: { type: "string" },
  cpus: { type: "string", default: "0,1" },
  results: { type: "string", default: RESULTS },
  list: { type: "boolean", default: false },
  summary: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

/** Returns the options, or throws an Error whose message is the line to print. */
export function readOptions(args, scenarioNames, serverNames) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  return {
    help: values.help,
    list: values.list,
    summary: values.summary,
    scenarios: chooseScenarios(positionals, scenarioNames),
    servers: values.servers ? chooseNames("--servers", values.servers, serverNames) : serverNames,
    // Without these each scenario has its own number.
    rounds: values.rounds === undefined ? null : readCount("--rounds", values.rounds, 1, 1000),
    slice: values.slice === undefined ? null : readCount("--slice", values.slice, 20, 600000),
    warmUp: readCount("--warm-up", values["warm-up"], 1, 600),
    connections: readCount("--connections", values.connections, 1, 20000),
    idle: readCount("--idle", values.idle, 1, 16000),
    cpus: readCpus(values.cpus),
    results: resolve(values.results),
  };
}

function chooseScenarios(positionals, known) {
  if (positionals.length === 0 || positionals.includes("all")) return known;
  for (const name of positionals) requireKnown("scenario", name, known);
  return positionals;
}

function chooseNames(flag, value, known) {
  const names = value.split(",");
  for (const name of names) requireKnown(flag, name, known);
  return names;
}

function requireKnown(what, name, known) {
  if (!known.includes(name)) throw new Error(`${what} '${name}': not one of ${known.join(", ")}`);
}

function readCount(flag, value, least, most) {
  const count = /^\d+$/.test(value) ? Number(value) : NaN;
  if (count >= least && count <= most) return count;
  throw new Error(`${flag} '${value}': not a whole number from ${least} to ${most}`);
}

function readCpus(value) {
  const present = cpus().length;
  const chosen = /^\d+,\d+$/.test(value) ? value.split(",").map(Number) : [];
  if (chosen.length !== 2 || chosen.some((cpu) => cpu >= present)) {
    throw new Error(`--cpus '${value}': not two numbers S,L below ${present}`);
  }
  return { server: chosen[0], load: chosen[1] };
}
