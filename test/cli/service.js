// Run by a service manager: what it is told, whom the process becomes, and the units in examples/.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync,
  realpathSync, renameSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { asNobody, available } from "../helpers/available.js";
import { Installation } from "../helpers/installation.js";
import { fetchText, runCommand, start, startServer, UNPRIVILEGED } from "../helpers/server.js";

const UNITS = new URL("../../examples/systemd/", import.meta.url).pathname;

/** A service manager that prints each datagram in a line, its line ends as "|". */
const MANAGER = `
  use Socket;
  $| = 1;
  my $name = $ARGV[0];
  $name =~ s/^@/\\0/;
  socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die;
  bind($socket, pack_sockaddr_un($name)) or die;
  print "bound\\n";
  while (defined recv($socket, my $text, 4096, 0)) { $text =~ s/\\n/|/g; print "$text\\n" }`;

const NOBODY = 65534;

const hasPerl = spawnSync("perl", ["-MSocket", "-e", "1"]).status === 0;
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const isRoot = process.getuid() === 0;

const withPerl = available(test, hasPerl, "what a service manager is told: perl is missing");
const asRoot = available(test, isRoot, "--user: takes root");
const withSystemd = available(test, hasSystemd, "the units: systemd-analyze is missing");

let directory;

test.before.each(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "epollux-")));
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, "index.html"), "here");
});

test.after.each(() => rmSync(directory, { recursive: true }));

async function startManager(name) {
  const child = spawn("perl", ["-e", MANAGER, name], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  child.stdout.setEncoding("utf8");
  const chunks = child.stdout[Symbol.asyncIterator]();
  let rest = "";
  const next = async () => {
    while (!rest.includes("\n")) rest += (await chunks.next()).value;
    const [line] = rest.split("\n", 1);
    rest = rest.slice(line.length + 1);
    return line;
  };
  assert.is(await next(), "bound");
  return { next, end: () => child.kill() };
}

withPerl("a service manager is told when the server is up and when it stops", async () => {
  for (const name of [join(directory, "notify"), `@epollux-notify-${process.pid}`]) {
    const manager = await startManager(name);
    const server = await startServer({ root: directory, env: { NOTIFY_SOCKET: name } });
    assert.is(
      await manager.next(),
      `READY=1|STATUS=serving ${directory} at http://127.0.0.1:${server.port}/`,
    );
    server.process.kill("SIGTERM");
    const stopping = "stopping: 0 requests in flight, Ctrl-C again to force";
    assert.is(await manager.next(), `STOPPING=1|STATUS=${stopping}`);
    assert.is((await server.ended).code, 0);
    manager.end();
  }
});

withPerl("a service manager is told of a reload, also of one that fails", async () => {
  const name = join(directory, "notify");
  const manager = await startManager(name);
  const root = join(directory, "www");
  mkdirSync(root);
  const server = await startServer({ root, env: { NOTIFY_SOCKET: name } });
  const ready = await manager.next();
  for (const reload of ["works", "fails"]) {
    if (reload === "fails") rmSync(root, { recursive: true });
    server.process.kill("SIGHUP");
    assert.match(await manager.next(), /^RELOADING=1\|MONOTONIC_USEC=\d+$/);
    assert.is(await manager.next(), ready);
  }
  assert.match(server.stdout(), "reloaded: ");
  assert.match(server.stderr(), "error: not reloaded: ");
  await server.stop();
  manager.end();
});

withPerl("a watchdog hears from the server twice in its time", async () => {
  const name = join(directory, "notify");
  const manager = await startManager(name);
  const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: "300000" };
  const server = await startServer({ root: directory, args: ["--workers", "2"], env });
  assert.match(await manager.next(), /^READY=1/);
  const before = performance.now();
  for (let i = 0; i < 4; i++) assert.is(await manager.next(), "WATCHDOG=1");
  const elapsed = performance.now() - before;
  assert.ok(elapsed > 400 && elapsed < 1200, `${elapsed} ms`); // 4 × 150 ms, the first begun before
  await server.stop();
  manager.end();
});

test("a service manager that is not there, or speaks otherwise, is no matter", async () => {
  for (const name of ["/nowhere/notify", "@nobody-listens", "vsock:2:1", "relative", "/".repeat(200)]) {
    const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: "x" };
    const server = await startServer({ root: directory, env });
    assert.is((await fetchText(server.url)).text, "here");
    assert.is((await server.stop()).code, 0);
    assert.is(server.stderr(), "");
  }
});

/** What /proc says of the identity of every thread. */
function identities(pid) {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    const [, uid, gid, groups] = /\nUid:\t(.*)\nGid:\t(.*)\n[^]*\nGroups:\t(.*) \n/.exec(status);
    const [, capabilities] = /\nCapEff:\t(.*)\n/.exec(status);
    return { uid, gid, groups, capabilities };
  });
}

asRoot("--user makes every thread another user's, for good", async () => {
  for (const [user, expectedUid, expectedGid] of [
    ["nobody", NOBODY, NOBODY],
    ["nobody:1234", NOBODY, 1234],
    ["4321:1234", 4321, 1234],
  ]) {
    const args = ["--workers", "2", "--user", user];
    const server = await startServer({ root: directory, args });
    assert.is((await fetchText(server.url)).text, "here");
    const threads = identities(server.process.pid);
    assert.ok(threads.length > 3);
    for (const { uid, gid, groups, capabilities } of threads) {
      assert.is(uid, Array(4).fill(expectedUid).join("\t"));
      assert.is(gid, Array(4).fill(expectedGid).join("\t"));
      assert.ok(groups.split(" ").includes(`${expectedGid}`) && !/\b0\b/.test(groups), groups);
      assert.match(capabilities, /^0+$/);
    }
    assert.is((await server.stop()).code, 0);
  }
});

asRoot("--user takes a port and a Unix socket along", async () => {
  const path = join(directory, "a.sock");
  const args = ["--listen", "127.0.0.1:0", "--listen", `unix:${path}`, "--user", "nobody"];
  const server = start([directory, ...args]);
  const [, port] = await server.output(/http:\/\/127\.0\.0\.1:(\d+)\//);
  assert.is((await fetchText(`http://127.0.0.1:${port}/`)).text, "here");
  const { uid, gid } = statSync(path);
  assert.equal([uid, gid], [NOBODY, NOBODY]);
  await server.stop();
});

asRoot("--user takes a log along, which can be opened again and lives through a reload", async () => {
  const logs = join(directory, "logs");
  mkdirSync(logs);
  chownSync(logs, NOBODY, NOBODY);
  const file = join(logs, "access.log");
  const args = ["--user", "nobody", "--log-file", file];
  const server = await startServer({ root: directory, args });
  assert.is((await fetchText(server.url)).status, 200);
  assert.is(statSync(file).uid, NOBODY);
  server.process.kill("SIGHUP");
  await server.output(/reloaded: /);
  renameSync(file, `${file}.1`);
  server.process.kill("SIGUSR1");
  while (!existsSync(file)) await fetchText(server.url);
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
});

asRoot("--user does not start with a log that the user cannot open again", async () => {
  const file = join(directory, "roots.log");
  writeFileSync(file, "", { mode: 0o640 });
  const args = ["--port", "0", "--user", "nobody", "--log-file", file];
  const { code, stderr } = await runCommand([directory, ...args]);
  assert.is(stderr, `error: cannot open ${file} as the access log as user nobody: ` +
    "permission denied\n");
  assert.is(code, 1);
  chownSync(file, NOBODY, NOBODY);
  const server = await startServer({ root: directory, args: args.slice(2) });
  server.process.kill("SIGHUP");
  await server.output(/reloaded: /);
  await server.stop();
  assert.is(server.stderr(), "");
});

asRoot("--user can reload to more workers on the port that root has opened", async () => {
  const config = join(directory, "workers.json");
  writeFileSync(config, '{ "workers": 1 }');
  const server = await startServer({
    root: directory, args: ["--user", "nobody", "--config", config],
  });
  writeFileSync(config, '{ "workers": 3 }');
  server.process.kill("SIGHUP");
  await server.output(/reloaded: .*3 workers/);
  assert.is((await fetchText(server.url)).status, 200);
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
});

asRoot("--user takes CAP_CHOWN for what that user gets as a file, and not for a port", async () => {
  const how = { capabilities: "+setuid,+setgid" };
  const server = start([directory, "--port", "0", "--user", "nobody"], how);
  const [, port] = await server.output(/http:\/\/127\.0\.0\.1:(\d+)\//);
  assert.is((await fetchText(`http://127.0.0.1:${port}/`)).text, "here");
  await server.stop();
  const [path, file] = [join(directory, "a.sock"), join(directory, "access.log")];
  for (const args of [["--listen", `unix:${path}`], ["--port", "0", "--log-file", file]]) {
    const { code, stderr } = await runCommand([directory, ...args, "--user", "nobody"], how);
    const what = args.at(-1).replace("unix:", "");
    assert.is(stderr, `error: --user: giving ${what} to another user takes CAP_CHOWN\n`);
    assert.is(code, 1);
  }
  assert.not(existsSync(file), "it is root's, and nobody could open it");
});

asRoot("--user sees what that user may see", async () => {
  writeFileSync(join(directory, "secret.html"), "secret", { mode: 0o600 });
  const server = await startServer({ root: directory, args: ["--user", "nobody"] });
  assert.is((await fetchText(`${server.url}/secret.html`)).status, 403);
  await server.stop();
  chmodSync(directory, 0o700);
  const { code, stderr } = await runCommand([directory, "--port", "0", "--user", "nobody"]);
  assert.is(stderr, `error: cannot serve ${directory} as user nobody: permission denied\n`);
  assert.is(code, 1);
});

asRoot("--user does not start where the user cannot read the program", async () => {
  const { path, command } = new Installation();
  const program = realpathSync(path);
  const args = [directory, "--port", "0", "--user", "nobody"];
  const env = { EPOLLUX_SHIM: undefined };
  for (const [closed, missed] of [
    [".", "build/host/worker.cjs"],
    ["build/shim.node", "build/shim.node"],
    ["build/server.wasm", "build/server.wasm"],
  ]) {
    chmodSync(program, 0o755);
    const { mode } = statSync(join(program, closed));
    chmodSync(join(program, closed), 0o700);
    const { code, stdout, stderr } = await runCommand(args, { command, env });
    const refusal = "as user nobody: permission denied";
    assert.is(stderr, `error: cannot read ${join(program, missed)} ${refusal}\n`);
    assert.is(stdout, "");
    assert.is(code, 1);
    chmodSync(join(program, closed), mode);
  }
  const server = await startServer({ command, env, root: directory, args: args.slice(3) });
  assert.is((await fetchText(server.url)).text, "here");
  await server.stop();
  assert.is(server.stderr(), "");
});

asRoot("--user warns of a configuration file that no reload can read", async () => {
  const config = join(directory, "roots.json");
  writeFileSync(config, "{}", { mode: 0o600 });
  const args = ["--user", "nobody", "--config", config];
  const server = await startServer({ root: directory, args });
  const reason = "permission denied";
  assert.is(server.stderr(), `warning: no reload can read ${config} as user nobody: ${reason}\n`);
  server.process.kill("SIGHUP");
  await server.errors(/^error: not reloaded: cannot read the configuration /m);
  assert.is((await fetchText(server.url)).text, "here");
  await server.stop();
  const echo = start(["echo", "--port", "0", ...args]);
  await echo.output(/echo at /);
  await echo.stop();
  assert.is(echo.stderr(), "", "it does not reload");
});

asRoot("a user or group that does not exist exits with 1", async () => {
  for (const [name, reason] of [
    ["no-such-user", "there is no user no-such-user"],
    ["nobody:no-such-group", "there is no group no-such-group"],
    ["4321", "there is no user 4321, write 4321:GROUP"],
    ["4294967295", "there is no user 4294967295"],
    ["4294967295:33", "there is no user 4294967295"],
    ["4294967296:33", "there is no user 4294967296"],
  ]) {
    const { code, stdout, stderr } = await runCommand(["--port", "0", "--user", name]);
    assert.is(stderr, `error: --user: ${reason}\n`);
    assert.is(stdout, "");
    assert.is(code, 1);
  }
});

asNobody(test)("only root can become another user", async () => {
  const { code, stderr } = await runCommand(["--port", "0", "--user", "nobody"], UNPRIVILEGED);
  assert.is(stderr, "error: --user: only root can become nobody\n");
  assert.is(code, 1);
});

withSystemd("systemd accepts the units", async () => {
  cpSync(UNITS, directory, { recursive: true });
  const service = join(directory, "epollux.service");
  const text = readFileSync(service, "utf8").replace("/usr/bin/node", process.execPath);
  writeFileSync(service, text);
  const check = spawn("systemd-analyze", ["verify", join(directory, "epollux.socket"), service]);
  let complaints = "";
  check.stderr.setEncoding("utf8").on("data", (chunk) => (complaints += chunk));
  const [code] = await once(check, "close");
  assert.is(complaints, "");
  assert.is(code, 0);
});

test.run();
