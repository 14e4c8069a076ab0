// The access log on the command line, and a new file for it while the server serves.

import {
  existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { guestArguments } from "../../build/host/guest-arguments.js";
import { readSettings } from "../../build/host/settings.js";
import { ask, connect, eventually, get, makeDirectory, makeRoot, read } from "../helpers/fixture.js";
import { parseLine, readLines } from "../helpers/log.js";
import { runCommand, startServer } from "../helpers/server.js";

const root = makeRoot({ "hello.txt": "Hello, world!\n" });

const log = suite("access log");

log("is asked for by its file or its format, and is not there without either", async () => {
  for (const [args, file, format] of [
    [[], undefined, undefined],
    [["--log-buffer", "64k"], undefined, undefined],
    [["--log-file", "a.log"], "a.log", "combined"],
    [["--log-file", "-"], "-", "combined"],
    [["--log-format", "json"], "-", "json"],
    [["--log-format=common", "--log-file=a.log"], "a.log", "common"],
    [["-q", "--log-format", "json"], undefined, undefined],
    [["-q", "--log-file", "-"], undefined, undefined],
    [["-q", "--log-file", "a.log"], "a.log", "combined"],
  ]) {
    const { settings } = await readSettings(args, {});
    assert.equal([settings["log-file"], settings["log-format"]], [file, format], args.join(" "));
    const guest = guestArguments("serve", settings, []);
    assert.is(guest.includes("--log-format"), format !== undefined);
    assert.not(guest.includes("--log-file"), "the guest knows no path");
  }
});

log("is described among the capabilities", async () => {
  const base = ["--print-capabilities", root.path];
  const { stdout } = await runCommand([...base, "--log-file", "/var/log/a.log"]);
  assert.match(stdout, /write +append to a log that the host has opened/);
  assert.match(stdout, /write files +none, but lines of the access log to \/var\/log\/a\.log\n/);
  assert.match((await runCommand(base)).stdout, /write files +none\n/);
  assert.not(existsSync("/var/log/a.log"));
});

log("is refused in a format that does not exist, and to a file without a name", async () => {
  for (const [args, line] of [
    [["--log-format", "jsn"],
      "--log-format: 'jsn' is not common, combined or json (did you mean 'json'?)"],
    [["--log-file="], "--log-file: '' is not a file, or - for standard output"],
    [["--log-buffer", "1k"], "--log-buffer: '1k' is not a size from 16k to 16m (units k, m, g)"],
    [["--log-file"], "--log-file: value missing, it takes a file, or - for standard output"],
    [["echo", "--log-file", "a"], "--log-file: not an option of echo, but of serve"],
  ]) {
    assert.equal(await runCommand(args),
      { code: 2, signal: null, stdout: "", stderr: `error: ${line}\n` });
  }
});

/** Ten requests at a time on one connection. */
async function pipeline(server, name, isOver) {
  const wire = await connect(server);
  let count = 0;
  while (!isOver()) {
    const requests = Array.from({ length: 10 }, () => get(`/hello.txt?${name}.${count++}`));
    void wire.send(requests.join(""));
    await read(wire, 10);
  }
  wire.close();
  return count;
}

/** A connection for each request. */
async function askOften(server, name, isOver) {
  let count = 0;
  while (!isOver()) await ask(server, get(`/hello.txt?${name}.${count++}`));
  return count;
}

/** Four clients until told to stop; resolves with how many requests were answered. */
function keepAsking(server, client = pipeline) {
  let isOver = false;
  const clients = [0, 1, 2, 3].map((name) => client(server, name, () => isOver));
  return async () => {
    isOver = true;
    return (await Promise.all(clients)).reduce((sum, count) => sum + count, 0);
  };
}

log("goes on in a new file after SIGUSR1, and not a line is lost", async () => {
  const directory = makeDirectory();
  const path = join(directory, "access.log");
  const args = ["--log-file", path, "--workers", "2"];
  const server = await startServer({ root: root.path, args });
  const stop = keepAsking(server);
  for (let i = 1; i <= 5; i++) {
    await eventually(() => statSync(path).size > 0, "lines");
    renameSync(path, `${path}.${i}`);
    server.process.kill("SIGUSR1");
    await eventually(() => existsSync(path), "a new file");
  }
  const count = await stop();
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
  const files = readdirSync(directory);
  assert.is(files.length, 6);
  const requests = files.flatMap((name) => readLines(join(directory, name)))
    .map((line) => parseLine(line).request);
  assert.is(requests.length, count);
  assert.is(new Set(requests).size, count);
});

log("goes on in the old file when a new one cannot be had", async () => {
  const directory = makeDirectory();
  const path = join(directory, "access.log");
  const server = await startServer({ root: root.path, args: ["--log-file", path] });
  renameSync(path, `${path}.1`);
  mkdirSync(path);
  server.process.kill("SIGUSR1");
  await server.errors(/error: .*\n/);
  await ask(server, get("/hello.txt"));
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), `error: cannot reopen ${path} as the access log: ` +
    "illegal operation on a directory; going on with the old file\n");
  assert.is(readLines(`${path}.1`).length, 1);
});

log("goes on across a reload, and has no line for the self-test of that", async () => {
  const path = join(makeDirectory(), "access.log");
  const server = await startServer({ root: root.path, args: ["--log-file", path] });
  const stop = keepAsking(server, askOften);
  server.process.kill("SIGHUP");
  await server.output(/reloaded: /);
  renameSync(path, `${path}.1`);
  server.process.kill("SIGUSR1");
  await eventually(() => existsSync(path), "a new file");
  const count = await stop();
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
  const requests = [...readLines(`${path}.1`), ...readLines(path)]
    .map((line) => parseLine(line).request);
  assert.is(requests.length, count);
  assert.is(new Set(requests).size, count);
});

log("is what --quiet at the start leaves of it, which no reload changes", async () => {
  const read = (args, before) => readSettings(args, {}, before);
  for (const [before, after, file] of [
    [[], ["--quiet"], "-"],
    [["--quiet"], [], undefined],
  ]) {
    const args = ["--log-file", "-"];
    const { settings, kept } = await read([...args, ...after],
      (await read([...args, ...before])).settings);
    assert.is(settings.quiet, before.length > 0);
    assert.is(settings["log-file"], file);
    assert.equal(kept, ["quiet"]);
  }
});

log("on standard output lives through a reload that asks for --quiet", async () => {
  const config = join(makeDirectory(), "site.json");
  writeFileSync(config, '{ "log-file": "-" }');
  const server = await startServer({ root: root.path, args: ["--config", config] });
  writeFileSync(config, '{ "log-file": "-", "quiet": true }');
  server.process.kill("SIGHUP");
  await server.output(/reloaded: /);
  await ask(server, get("/hello.txt?later"));
  await server.output(/hello\.txt\?later/);
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "warning: --quiet: takes a restart to change\n");
});

log("there is none: then SIGUSR1 does nothing, and opens no port for a debugger", async () => {
  for (const args of [[], ["--log-file", "-"]]) {
    const server = await startServer({ root: root.path, args });
    server.process.kill("SIGUSR1");
    assert.is((await ask(server, get("/hello.txt"))).status, 200);
    assert.is((await server.stop()).code, 0);
    assert.is(server.stderr(), "");
  }
});

log.run();
