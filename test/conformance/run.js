/**
 * The command line of the conformance suite (docs/conformance.md). Without --port it makes the
 * fixtures in a temporary directory and starts our own server on them, or that of EPOLLUX_HOST, as
 * the server tests do.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { createFixtures, removeFixtures } from "./fixtures.js";
import { formatReport, writeJson } from "./report.js";
import { loadCases, runCases } from "./runner.js";

const USAGE = `usage: node test/conformance/run.js [options]
  --port N        server to test; it must serve the tree of fixtures.js (default: start our own)
  --host ADDRESS  of that server (default 127.0.0.1)
  --root DIR      its document root, so that cases may change files (else these are skipped)
  --section TEXT  only sections that begin with TEXT, e.g. 9112 or "9110 §13"
  --level LEVEL   only MUST, SHOULD or epollux (our own choices where the RFC leaves one)
  --only TEXT     only cases whose name contains TEXT
  --files LIST    only cases of these files of cases/, e.g. ranges,multipart
  --except TEXT   no case whose name contains TEXT; may be given more than once
  --jobs N        cases at a time (default 8)
  --timeout MS    without an event until a server counts as silent (default 2500)
  --json FILE     write all results to FILE
  --list          print the cases and run none
  --verbose       print passed and skipped cases too`;

const RUN_SCRIPT = new URL("../../host/run.js", import.meta.url).pathname;

function readOptions() {
  const text = (fallback) => ({ type: "string", default: fallback });
  const { values } = parseArgs({
    options: {
      port: { type: "string" }, host: text("127.0.0.1"), root: { type: "string" },
      section: text(""), level: text(""), only: text(""), jobs: text("8"), timeout: text("2500"),
      files: text(""), except: { type: "string", multiple: true, default: [] },
      json: { type: "string" }, list: { type: "boolean" }, verbose: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  for (const name of ["port", "jobs", "timeout"]) {
    if (values[name] !== undefined && !/^[1-9][0-9]*$/.test(values[name])) {
      throw new Error(`--${name} must be a positive number, not ${values[name]}`);
    }
  }
  return values;
}

/** The command line of a server of ours on any free port. */
async function commandLine(root) {
  const args = [root, "--port", "0"];
  const { otherHost, otherArguments } = await import("../helpers/other-host.js");
  if (otherHost) return [...otherHost, ...otherArguments(args)];
  return [process.execPath, RUN_SCRIPT, ...args];
}

/** Starts our server; resolves to its address once its first line tells the URL. */
async function startServer(root) {
  const [command, ...args] = await commandLine(root);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let output = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const url = /http:\/\/(?:\[([0-9a-f:]+)\]|([\w.-]+)):(\d+)/.exec(output);
      if (url) resolve({ child, address: { host: url[1] ?? url[2], port: Number(url[3]) } });
    });
  });
}

async function withOwnServer(use) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "epollux-conformance-"));
  const root = createFixtures(path.join(directory, "www"));
  let server;
  try {
    server = await startServer(root);
    return await use({ address: server.address, root });
  } finally {
    server?.child.removeAllListeners("exit");
    server?.child.kill("SIGTERM");
    removeFixtures(root);
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  const files = options.files.split(",").filter(Boolean).map((name) => `${name}.js`);
  const all = await loadCases();
  const unknown = files.find((file) => !all.some((test) => test.file === file));
  if (unknown) throw new Error(`--files: there is no ${unknown} in cases/`);
  const cases = all.filter(
    (test) =>
      (files.length === 0 || files.includes(test.file)) &&
      !options.except.some((text) => test.name.includes(text)) &&
      test.section.startsWith(options.section) &&
      (options.level === "" || test.level === options.level) &&
      test.name.includes(options.only),
  );
  if (options.list) {
    for (const { section, level, name } of cases) console.log(`${section}\t${level}\t${name}`);
    return console.log(`${cases.length} cases`);
  }
  const settings = { jobs: Number(options.jobs), timeoutMs: Number(options.timeout) };
  const run = (target) => runCases(cases, { ...settings, ...target });
  const address = { host: options.host, port: Number(options.port) };
  const results = options.port
    ? await run({ address, root: options.root })
    : await withOwnServer(run);
  if (options.json) writeJson(options.json, results);
  console.log(formatReport(results, options));
  if (results.length === 0 || results.some((r) => r.outcome === "failed")) process.exitCode = 1;
}

main().catch((error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
});
