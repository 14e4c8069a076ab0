// What goes wrong before the server runs: one line on standard error, no stack, the right code.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { refusal } from "../../build/host/address.js";
import { asNobody } from "../helpers/available.js";
import { fetchText, runCommand, startServer, UNPRIVILEGED } from "../helpers/server.js";

const directory = mkdtempSync(join(tmpdir(), "epollux-"));
test.after(() => rmSync(directory, { recursive: true }));

async function expectError(args, code, message, options) {
  const result = await runCommand(args, options);
  assert.is(result.stderr, `error: ${message}\n`);
  assert.is(result.stdout, "");
  assert.is(result.code, code);
}

test("an unknown option exits with 2", () =>
  expectError(["--prot", "80"], 2, "unknown option '--prot' (did you mean '--port'?)"));

test("a bad value exits with 2", () =>
  expectError(["--port", "99999"], 2, "--port: '99999' is not a port (0 to 65535)"));

test("a bad environment variable exits with 2", () =>
  expectError([], 2, "PORT: 'x' is not a port (0 to 65535)", { env: { PORT: "x" } }));

test("a root that does not exist is named with its whole path", () =>
  expectError(
    ["missing"], 1, `cannot serve ${join(directory, "missing")}: no such file or directory`,
    { cwd: directory },
  ));

test("a root that is a file is an error", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  return expectError([file], 1, `cannot serve ${file}: not a directory`);
});

asNobody(test)("a root that we may not read is an error", async () => {
  chmodSync(directory, 0o755);
  for (const mode of [0, 0o444, 0o111]) {
    const secret = join(directory, `secret-${mode}`);
    mkdirSync(secret, { mode });
    const message = `cannot serve ${secret}: permission denied`;
    await expectError([secret], 1, message, UNPRIVILEGED);
  }
});

test("the root is looked at before the port", async () => {
  const { port } = await occupyPort();
  const result = await runCommand(["/no/such/root", "--port", String(port)]);
  assert.match(result.stderr, /^error: cannot serve/);
});

test("a port that another program has exits with 1 and a way out", async () => {
  const { port } = await occupyPort();
  for (const workers of ["1", "2"]) {
    await expectError(
      ["--port", String(port), "--workers", workers], 1,
      `cannot listen on 127.0.0.1:${port}: address already in use (port 0 takes any free one)`,
    );
  }
});

test("a port that a server of ours shares among its workers is taken all the same", async () => {
  const server = await startServer({ args: ["--workers", "2"] });
  await expectError(
    ["--port", String(server.port), "--workers", "2"], 1,
    `cannot listen on 127.0.0.1:${server.port}: address already in use (port 0 takes any free one)`,
  );
  await server.stop();
});

test("an address that is not ours exits with 1", () =>
  expectError(
    ["--host", "203.0.113.9", "--port", "7788"], 1,
    "cannot listen on 203.0.113.9:7788: address not available",
  ));

test("a host name that does not exist exits with 1", async () => {
  const { code, stderr } = await runCommand(["--host=name.invalid"]);
  assert.match(stderr, /^error: --host: cannot resolve 'name\.invalid' \(E[A-Z_]+\)\n$/);
  assert.is(code, 1);
});

test("a low port names the cause and the fix", () => {
  const { EACCES, EADDRINUSE } = constants.errno;
  assert.is(
    refusal("127.0.0.1", 80, -EACCES),
    "cannot listen on 127.0.0.1:80: permission denied " +
      "(ports below 1024 take root or CAP_NET_BIND_SERVICE)",
  );
  assert.is(refusal("::1", 8080, -EACCES), "cannot listen on [::1]:8080: permission denied");
  assert.match(refusal("::1", 80, -EADDRINUSE), /\[::1\]:80: address already in use/);
});

test("load needs a server, and asks for none where there is no terminal", () =>
  expectError(
    ["load"], 2,
    "HOST:PORT missing, it takes a server such as 127.0.0.1:7788, [::1]:7788 or name:7788 " +
      "(ports 1 to 65535)",
  ));

test("a server whose name does not exist exits with 1", async () => {
  const { code, stderr } = await runCommand(["load", "name.invalid:1"]);
  assert.match(stderr, /^error: cannot resolve 'name\.invalid' \(E[A-Z_]+\)\n$/);
  assert.is(code, 1);
});

test("more connections than descriptors is an error that says how to have more", async () => {
  const args = ["load", "127.0.0.1:1", "--connections=1000"];
  const { code, stdout, stderr } = await runCommand(args, { descriptors: 200 });
  assert.match(stderr, new RegExp(
    "^error: 1000 connections need more than the 200 descriptors that a process may have here: " +
      "raise the limit, as root with `ulimit -n 1\\d{3}`\\n$",
  ));
  assert.is(stdout, "");
  assert.is(code, 1);
});

test("a server that asks for more of them gets what there is, and says so", async () => {
  const warning = (lowered) => new RegExp(
    `^warning: ${lowered}, because a process may have 200 descriptors here: raise the limit, ` +
      "as root with `ulimit -n \\d+`\\n$",
  );
  for (const [args, lowered] of [
    [[], "--max-connections lowered to 1\\d\\d, --max-open-files lowered to \\d\\d"],
    [["--max-connections=1000", "--max-open-files=9"], "--max-connections lowered to 1\\d\\d"],
    [["--max-connections=100"], "--max-open-files lowered to \\d\\d"],
    [["--workers=3"], "--max-connections lowered to \\d+, --max-open-files lowered to \\d+"],
  ]) {
    const server = await startServer({ args, descriptors: 200 });
    assert.is((await fetchText(server.url)).status, 200);
    const { code } = await server.stop();
    assert.is(code, 0);
    assert.match(server.stderr(), warning(lowered));
  }
});

test("a server with room for all that it may hold is not warned", async () => {
  const args = ["--max-connections=100", "--max-open-files=20"];
  const server = await startServer({ args, descriptors: 200 });
  await server.stop();
  assert.is(server.stderr(), "");
});

test("a server that cannot have a single connection does not start", async () => {
  const { code, stderr } = await runCommand(["--port=0"], { descriptors: 40 });
  assert.match(stderr, new RegExp(
    "^error: a process may have 40 descriptors here, too few: raise the limit, " +
      "as root with `ulimit -n \\d+`\\n$",
  ));
  assert.is(code, 1);
});

async function occupyPort() {
  const server = createServer().listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return server.address();
}

test.run();
