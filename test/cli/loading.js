// What the command loads, and from where: host/run.js runs the bundle in build/host.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { compile } from "../../host/bundle.js";
import { fetchText, runCommand, startServer } from "../helpers/server.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** What a static server can do without until it is told otherwise. */
const SUPERFLUOUS = [
  "http", "https", "http2", "tls", "crypto", "dns", "child_process", "readline", "module", "perf_hooks",
  "v8",
];

/** At its end the process writes which of Node's own modules it has loaded. */
const WITNESS = `
  process.once("exit", () => {
    require("node:fs").writeFileSync(process.env.WITNESSED, process.moduleLoadList.join("\\n"));
  });`;

/** The addon has nothing in it: the first call of it is a mistake of ours. */
const EMPTY_ADDON = "process.dlopen = () => undefined;";

let directory;

test.before(() => {
  directory = mkdtempSync(join(tmpdir(), "epollux-"));
  writeFileSync(join(directory, "index.html"), "here");
  writeFileSync(join(directory, "witness.cjs"), WITNESS);
  writeFileSync(join(directory, "empty.cjs"), EMPTY_ADDON);
});

test.after(() => rmSync(directory, { recursive: true }));

test("a server loads none of Node's modules that serving does not need", async () => {
  const witnessed = join(directory, "witnessed");
  const env = { WITNESSED: witnessed, NODE_OPTIONS: `--require ${join(directory, "witness.cjs")}` };
  const server = await startServer({ root: directory, env });
  assert.is((await fetchText(server.url)).text, "here");
  await server.stop();
  const loaded = new Set(readFileSync(witnessed, "utf8").split("\n"));
  assert.ok(loaded.has("NativeModule worker_threads"), "the list is one");
  for (const name of SUPERFLUOUS) assert.not.ok(loaded.has(`NativeModule ${name}`), name);
});

test("V8 accepts the code cache that belongs to the bundle", () => {
  const cachedData = readFileSync(join(REPOSITORY, "build/host/main.cache"));
  const script = compile(join(REPOSITORY, "build/host/main.cjs"), cachedData);
  assert.is(script.cachedDataRejected, false);
});

test("the server runs from run.js and what is built, without its sources", async () => {
  const copy = join(directory, "installed");
  mkdirSync(join(copy, "build/host"), { recursive: true });
  const host = ["run.js", "bundle.js", "package.json"].map((name) => `host/${name}`);
  const built = ["host/main.cjs", "host/worker.cjs", "server.wasm", "shim.node"];
  for (const path of ["package.json", ...host, ...built.map((name) => `build/${name}`)]) {
    cpSync(join(REPOSITORY, path), join(copy, path));
  }
  const command = join(copy, "host/run.js");
  for (const codeCache of [undefined, "", "of another V8"]) {
    if (codeCache !== undefined) writeFileSync(join(copy, "build/host/main.cache"), codeCache);
    const server = await startServer({ command, root: directory });
    assert.is((await fetchText(server.url)).text, "here");
    assert.is((await server.stop()).code, 0);
  }
});

test("the stack of a mistake of ours names our functions, or sources if Node maps them", async () => {
  const required = `--require ${join(directory, "empty.cjs")}`;
  const run = (options) =>
    runCommand([directory, "--port", "0"], { env: { NODE_OPTIONS: options } });
  const plain = await run(required);
  assert.is(plain.code, 1);
  assert.match(plain.stderr, /^internal error, please report it: TypeError: .*openRoot/);
  assert.match(plain.stderr, /^ +at openRoot \(.*build\/host\/main\.cjs:\d+:\d+\)$/m);
  const mapped = await run(`${required} --enable-source-maps`);
  assert.match(mapped.stderr, /^ +at .*openRoot.*host\/root\.ts:\d+:\d+\)$/m);
});

test.run();
