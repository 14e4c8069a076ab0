// --check: what can be known before a port is bound, in one line.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { asNobody } from "../helpers/available.js";
import { makeFolder } from "../helpers/folder.js";
import { Installation } from "../helpers/installation.js";
import { runCommand, start, startServer, UNPRIVILEGED } from "../helpers/server.js";

const { path: folder, write } = makeFolder(test);

async function expectOk(args, line, options) {
  const { code, stdout, stderr } = await runCommand(["--check", ...args], options);
  assert.is(stderr, "");
  assert.match(stdout, line);
  assert.is(code, 0);
}

async function expectError(args, code, message, options) {
  const result = await runCommand(["--check", ...args], options);
  assert.is(result.stderr, `error: ${message}\n`);
  assert.is(result.stdout, "");
  assert.is(result.code, code);
}

test("what it answers is the banner that there would be", async () => {
  const server = await startServer({ root: folder, args: ["--workers=2"] });
  const banner = server.stdout().replaceAll(String(server.port), "7788");
  await server.stop();
  const { stdout } = await runCommand([folder, "--workers=2", "--check"]);
  assert.is(stdout, `ok: ${banner.split("\n")[0]}\n`);
});

test("the admin listener is in it too", async () => {
  for (const address of ["0", "localhost:0", "0.0.0.0:0"]) {
    const server = await startServer({ root: folder, args: ["--admin", address] });
    const [, place] = /, admin at (http:\S+:)\d+\/ /.exec(server.stdout());
    await server.stop();
    await expectOk([folder, "--admin", address], `/, admin at ${place}0/ (`);
  }
});

test("every mode can be checked", async () => {
  await expectOk([folder, "--quiet"], ` serving ${folder} at http://127.0.0.1:7788/ (`);
  for (const mode of ["echo", "print"]) {
    const { stdout, code } = await runCommand([mode, "--check", "--host=::1", "--poller=poll"]);
    const line = `^ok: \\S+ \\S+ ${mode} at \\[::1\\]:7788 \\(1 worker, .*poll\\)\n$`;
    assert.match(stdout, new RegExp(line));
    assert.is(code, 0);
  }
  const { stdout, code } = await runCommand(["load", "localhost:1", "--check"]);
  assert.match(stdout, /^ok: \S+ \S+ load on 127\.0\.0\.1:1 \(1,000 connections, [^\n]*\)\n$/);
  assert.is(code, 0);
});

test("no port is bound: one that is taken is no error", async () => {
  const server = createServer().listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address();
  await expectOk(["--port", String(port)], `:${port}/`);
});

test("an access log that could be created is not, and one that is there stays", async () => {
  const fresh = join(folder, "fresh.log");
  await expectOk(["--log-file", fresh], "ok: ");
  assert.not(existsSync(fresh));
  const old = write("old.log", "a line\n");
  await expectOk(["--log-file", old], "ok: ");
  assert.is(readFileSync(old, "utf8"), "a line\n");
  const missing = join(folder, "missing", "a.log");
  await expectError(["--log-file", missing], 1,
    `cannot open ${missing} as the access log: no such file or directory`);
});

test("a configuration file is checked as it would be read", async () => {
  const good = write("good.json", `{"root": ".", "port": 81}`);
  await expectOk(["-c", good], `serving ${folder} at http://127.0.0.1:81/`);
  const bad = write("bad.json", `{"root": "missing"}`);
  await expectError(["-c", bad], 1, `cannot serve ${folder}/missing: no such file or directory`);
  const broken = write("broken.json", `{"root": '.'}`);
  await expectError(["-c", broken], 2, `${broken}:1:10: "'" has no meaning here`);
});

test("options that make no sense exit with 2", async () => {
  await expectError(["--prot=1"], 2, "unknown option '--prot' (did you mean '--port'?)");
  const env = { EPOLLUX_PROT: "1" };
  await expectError([], 2,
    "unknown environment variable 'EPOLLUX_PROT' (did you mean 'EPOLLUX_PORT'?)", { env });
  const { code, stderr } = await runCommand(["load", "--check"]);
  assert.match(stderr, /^error: HOST:PORT missing, it takes a server such as /);
  assert.is(code, 2);
});

test("a root that cannot be served exits with 1", async () => {
  await expectError([join(folder, "missing")], 1,
    `cannot serve ${folder}/missing: no such file or directory`);
  await expectError([write("file", "")], 1, `cannot serve ${folder}/file: not a directory`);
});

asNobody(test)("so does one that we may not read", async () => {
  chmodSync(folder, 0o755);
  const secret = join(folder, "secret");
  mkdirSync(secret, { mode: 0o700 });
  if (process.getuid() !== 0) chmodSync(secret, 0);
  await expectError([secret], 1, `cannot serve ${secret}: permission denied`, UNPRIVILEGED);
});

test("a host that cannot be resolved exits with 1", async () => {
  const name = "name.invalid";
  for (const args of [[`--host=${name}`], [`--admin=${name}:1`], ["load", `${name}:1`]]) {
    const { code, stderr } = await runCommand([...args, "--check"]);
    const refusal = /^error: (--(host|admin): )?cannot resolve 'name\.invalid' \(E[A-Z_]+\)\n$/;
    assert.match(stderr, refusal);
    assert.is(code, 1);
  }
});

test("what the guest itself refuses is known too", async () => {
  const args = ["--cache-size=512m", "--max-buffers=16384", "--max-head=65535"];
  const { code, stdout, stderr } = await runCommand(["--check", ...args]);
  assert.match(stderr, /^error: more than 1 GiB of memory: lower /m);
  assert.match(stderr, /^error: server\.wasm refused its configuration$/m);
  assert.is(stdout, "");
  assert.is(code, 1);
});

test("connections are lowered to what there are descriptors for, as at the start", async () => {
  const limit = { descriptors: 200 };
  const args = ["--max-connections=1000", "--port=0", folder];
  const { code, stdout, stderr } = await runCommand(["--check", ...args], limit);
  assert.match(stderr, /^warning: --max-connections lowered to [^\n]*\n$/);
  assert.match(stdout, /^ok: /);
  assert.is(code, 0);
  const server = start(args, limit);
  await server.output(/serving/);
  await server.stop();
  assert.is(stderr, server.stderr());
  assert.is((await runCommand(["--check", "--quiet", ...args], limit)).stderr, "");
});

test("too few descriptors to start with exits with 1", async () => {
  const limit = { descriptors: 40 };
  const few = /^error: a process may have 40 descriptors here, too few: /;
  for (const args of [["--port=0"], ["--check"], ["echo", "--check", "--workers=4"]]) {
    const { code, stdout, stderr } = await runCommand([...args, "--max-connections=1000"], limit);
    assert.match(stderr, few, args.join(" "));
    assert.is(stdout, "");
    assert.is(code, 1);
  }
});

test("a load client without descriptors enough exits with 1", async () => {
  const limit = { descriptors: 200 };
  const { code, stderr } = await runCommand(["load", "127.0.0.1:1", "--check"], limit);
  assert.match(stderr, /^error: 1000 connections need more than /);
  assert.is(code, 1);
});

test("a module that is missing, damaged or imports too much exits with 1", async () => {
  const installation = new Installation();
  const { command } = installation;
  const wasm = join(installation.path, "build/server.wasm");
  installation.install("no module");
  const { code, stderr } = await runCommand(["--check"], { command });
  assert.match(stderr, /^error: \S+\/server\.wasm is damaged: [^\n]+\n$/);
  assert.is(code, 1);
  installation.install(Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // module
    1, 4, 1, 0x60, 0, 0, // a type without parameters and results
    2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, // imports a.b, a function of it
  ]));
  await expectError([], 1, "the module imports a.b, which the host does not describe", { command });
  rmSync(wasm);
  await expectError([], 1, `cannot read ${wasm} (ENOENT): run \`npm run build\``, { command });
});

test.run();
