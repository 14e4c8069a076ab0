// handler.wasm in engines: the server tests and the conformance cases that are about files, their
// representations, preconditions and ranges. How connections behave, what a head may be and how
// long things may take is the engine's business, and so is what it refuses by itself.
//
// Wasmtime: https://wasmtime.dev; jco: `npm install --prefix test/hosts/runtimes`.

import process from "node:process";
import { fileURLToPath } from "node:url";
import { artifact } from "./helpers/artifact.js";
import { runSuite, versionOf } from "./helpers/command.js";

const ENGINE = "node test/hosts/helpers/engine.js";
const JCO = fileURLToPath(new URL("runtimes/node_modules/.bin/jco", import.meta.url));
/** The one that it was seen to run in. */
const OLDEST_WASMTIME = 48;

const server = (...names) => names.map((name) => `test/server/${name}.js`);

/** What must pass everywhere. */
const SUITE = [
  ...server("basics", "conditional", "ranges", "security", "unreadable"),
  "test/hosts/handler",
];
const CASES = [
  "coding", "directories", "errors", "head", "if-dates", "if-match", "if-none-match", "if-range",
  "media-types", "methods", "multipart", "options", "paths", "precedence", "ranges",
  "special-files", "traversal", "validators",
];
/** What engines answer themselves, to HTTP/1.0 or with 400; a name that WASI does not have. */
const EXCEPT = ["HTTP/1.0", "400 ", "invalid request", "needs Host", "back\\slash"];
/** What Node answers itself. */
const EXCEPT_OF_JCO = [...EXCEPT, "unknown method", "501 is explained", "without leading slash"];

/** Not in jco, where a client that does not read, or has gone, holds up all others. */
const CONCURRENT = server("partial", "vanish");
/**
 * Changes are noticed within a second, in order. Not where instances are kept: each of them compares
 * what it remembers for itself. In jco an answer takes too long for the cases that count the second.
 */
const CHANGES = server("change");
const CHANGE_CASES = "changes";

/** See test/helpers/other-host.js. WASI is where names and times are lacking. */
const LACKS = ["anyName", "anyTime", "backslashes"];
/**
 * Its HTTP server takes the end of a client's stream for the end of the client. For the time of the
 * last change it tells that of the file's birth.
 */
const WASMTIME_LACKS = [...LACKS, "halfClose", "changeTime"];
/**
 * Node adds fields, and refuses methods that it does not know and what is no target. jco runs one
 * request at a time, and waits for the client of each; it ends when a file cannot be read, because its
 * `read` lets Node's error through.
 */
const JCO_LACKS = [...LACKS, "ownFields", "anyMethod", "concurrency", "readErrors"];

/** Runs the server tests and the conformance cases in an engine of helpers/engine.js. */
async function runIn(engine, lacks, suite, cases, exceptions, ...options) {
  const env = { EPOLLUX_HOST: `${ENGINE} ${engine}`, EPOLLUX_HOST_LACKS: lacks.join(" ") };
  const except = exceptions.flatMap((text) => ["--except", text]);
  const conformance = ["test/conformance/run.js", "--files", cases.join(), ...except, ...options];
  const sum = { passed: 0, failed: 0, skipped: 0, output: "" };
  for (const args of [["test/run.js", ...suite], conformance]) {
    const outcome = await runSuite(process.execPath, args, { env });
    for (const key of Object.keys(sum)) sum[key] += outcome[key];
  }
  return sum;
}

async function wasmtimeVersion() {
  const version = await versionOf("wasmtime");
  return version && Number.parseInt(version) >= OLDEST_WASMTIME ? version : undefined;
}

const component = artifact("handler.wasm");

const inWasmtime = {
  ...component,
  version: wasmtimeVersion,
  missing: `wasmtime ${OLDEST_WASMTIME} or newer, https://wasmtime.dev`,
};

export const entries = [
  {
    ...inWasmtime,
    host: "wasmtime serve",
    run: () => {
      const suite = [...SUITE, ...CONCURRENT, ...CHANGES];
      return runIn("wasmtime", WASMTIME_LACKS, suite, [...CASES, CHANGE_CASES], EXCEPT);
    },
  },
  {
    ...inWasmtime,
    host: "wasmtime serve, instances kept",
    run: () => runIn("kept", WASMTIME_LACKS, [...SUITE, ...CONCURRENT], CASES, EXCEPT),
  },
  {
    ...component,
    host: "jco serve",
    version: () => versionOf(JCO),
    missing: "npm install --prefix test/hosts/runtimes",
    run: () =>
      runIn("jco", JCO_LACKS, [...SUITE, ...CHANGES], CASES, EXCEPT_OF_JCO, "--jobs", "1"),
  },
];
