// Logs that take nothing for now, or never: serving does not notice. And what goes to standard
// output, whatever that is.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { withTerminal } from "../helpers/available.js";
import {
  ask, connect, eventually, get, makeGuest, makeRoot, read, withServer,
} from "../helpers/fixture.js";
import { logOf, newLog, parseLine, readLines } from "../helpers/log.js";
import { shim } from "../helpers/proxy.js";
import { oursAlone } from "../helpers/other-host.js";
import { COMMAND, runCommand, startServer } from "../helpers/server.js";

const root = makeRoot({ "hello.txt": "Hello, world!\n" });

function makeFifo() {
  const path = newLog();
  execFileSync("mkfifo", [path]);
  return path;
}

/** Sends so many requests, pipelined on some connections; the time of each answer in ms. */
async function load(server, count, name = "n") {
  const times = [];
  const clients = 4;
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    const wire = await connect(server);
    for (let i = 0; i < count / clients; i += 10) {
      const before = performance.now();
      const requests = Array.from({ length: 10 }, (_, k) => get(`/hello.txt?${name}${client}.${i + k}`));
      void wire.send(requests.join(""));
      await read(wire, 10);
      times.push(performance.now() - before);
    }
    wire.close();
  }));
  return times.sort((a, b) => a - b);
}

const droppedIn = (text) =>
  [...text.matchAll(/warning: access log: lines dropped: (\d+)\n/g)].reduce((n, [, k]) => n + +k, 0);

const log = suite("access log");
const ours = oursAlone(log, "output");

ours("into a pipe that nobody reads holds nobody up, and tells how many lines were dropped", async () => {
  const path = makeFifo();
  const args = ["--log-file", path, "--log-buffer", "16k"];
  const server = await startServer({ root: root.path, args });
  const count = 4000;
  const free = await withServer({ root: root.path }, (other) => load(other, 1000));
  const times = await load(server, count);
  const p99 = (sorted) => sorted[Math.floor(sorted.length * 0.99)];
  assert.ok(p99(times) < 20 * p99(free) + 100, `${p99(times)} ms, without log ${p99(free)} ms`);
  assert.is(server.stderr(), "");

  const fifo = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65536);
  let text = "";
  const drain = () => {
    for (;;) {
      try {
        const length = readSync(fifo, buffer);
        if (length === 0) return;
        text += buffer.toString("latin1", 0, length);
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
        return;
      }
    }
  };
  await eventually(() => {
    drain();
    return droppedIn(server.stderr()) > 0;
  }, "the dropped lines are told");
  await ask(server, get("/hello.txt?last"));
  const { code } = await server.stop();
  drain();
  closeSync(fifo);
  const lines = text.split("\n").slice(0, -1);
  const dropped = droppedIn(server.stderr());
  assert.is(code, 0);
  assert.is(lines.length + dropped, count + 1, `${dropped} dropped`);
  assert.is(new Set(lines.map((line) => parseLine(line).request)).size, lines.length);
  assert.match(lines.at(-1), "last");
});

ours("onto a full disk holds nobody up either", async () => {
  const args = ["--log-file", "/dev/full", "--log-buffer", "16k", "--workers", "2"];
  const server = await startServer({ root: root.path, args });
  await load(server, 1000);
  assert.is(server.stderr(), "");
  const before = performance.now();
  const { code } = await server.stop();
  assert.ok(performance.now() - before < 8000, "the end is not put off for long");
  assert.is(code, 0);
  assert.is(droppedIn(server.stderr()), 1000);
});

ours("that drops lines counts them", async () => {
  const descriptor = shim.openLog("/dev/full");
  const guest = await makeGuest(root.path, ["--log-format", "common", "--log-buffer", "16384"],
    undefined, [descriptor]);
  await guest.run(() => load(guest, 1000));
  const { requests, logDropped } = guest.guest.countNow();
  assert.is(requests, 1000);
  assert.ok(logDropped > 500 && logDropped < 1000, `${logDropped}`);
  guest.end();
  shim.closeDescriptor(descriptor);
});

ours("is lost without harm when its reader goes away for good", async () => {
  const path = makeFifo();
  const reader = spawn("head", ["-n", "1", path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(reader, "exit");
  const server = await startServer({ root: root.path, args: ["--log-file", path] });
  await ask(server, get("/hello.txt"));
  await ended;
  await load(server, 200);
  assert.is((await server.stop()).code, 0);
});

/** Runs the server in a shell that does something with its standard output. */
async function runInShell(script, args, use) {
  const all = [COMMAND, root.path, "--port", "0", "--log-file", "-", ...args];
  const shell = spawn("sh", ["-c", script, "sh", process.execPath, ...all], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  shell.stdout.setEncoding("latin1").on("data", (chunk) => (text += chunk));
  try {
    await eventually(() => /:\d+\/.*\n/.test(text), "a banner");
    const [, pid] = /^pid (\d+)$/m.exec(text);
    await use({ port: Number(/:(\d+)\//.exec(text)[1]) });
    const closed = once(shell, "close");
    process.kill(Number(pid), "SIGTERM");
    await closed;
  } finally {
    shell.stdout.destroy();
    shell.kill("SIGKILL");
  }
  return text;
}

const SHELL_PIPE = 'sh -c \'echo pid $$; exec "$@"\' sh "$@" | cat';

ours("on standard output stands between the banner and the last words", async () => {
  const text = await runInShell(SHELL_PIPE, [], (server) => load(server, 1000));
  const [, banner, ...rest] = text.split("\n").slice(0, -1);
  assert.match(banner, /^epollux .* serving /);
  const said = rest.filter((line) => /^(stopping|stopped):/.test(line));
  assert.is(said.length, 2);
  assert.is(rest.length, 1000 + 2);
  assert.match(rest.at(-1), /^stopped: 1,?000 requests/);
  for (const line of rest) if (!said.includes(line)) parseLine(line);
});

ours("on standard output that is a socket is written as well", async () => {
  // The pipes that Node makes for its children are sockets.
  const server = await startServer({ root: root.path, args: ["--log-file", "-"] });
  await load(server, 1000);
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
  assert.is(server.stdout().match(/"GET \/hello\.txt\?n/g).length, 1000);
});

ours("on standard output that is a file neither overwrites what is said nor is overwritten", async () => {
  const path = newLog();
  const file = openSync(path, "w");
  const child = spawn(process.execPath, [COMMAND, root.path, "--port", "0", "--log-format", "common"],
    { stdio: ["ignore", file, "inherit"] });
  await eventually(() => /:\d+\//.test(readFileSync(path, "utf8")), "a banner");
  const port = Number(/:(\d+)\//.exec(readFileSync(path, "utf8"))[1]);
  await load({ port }, 400);
  child.kill();
  await once(child, "exit");
  closeSync(file);
  const lines = readLines(path);
  assert.match(lines[0], /^epollux /);
  assert.is(lines.filter((line) => line.startsWith("127.0.0.1 - - [")).length, 400);
  assert.match(lines.at(-1), /^stopped: 400 requests/);
  assert.is(lines.length, 403);
});

withTerminal(ours)("at a terminal is there as well", async () => {
  const server = await startServer({ root: root.path, args: ["--log-file", "-"], terminal: true });
  await ask(server, get("/hello.txt?terminal"));
  await server.output(/"GET \/hello\.txt\?terminal HTTP\/1\.1" 200 14 "-" "-"/);
  server.type("\x03");
  await server.ended;
});

ours("in the format json makes all of standard output JSON", async () => {
  const server = await startServer({ root: root.path, args: ["--log-format", "json"] });
  await ask(server, get("/hello.txt"));
  await server.stop();
  const objects = server.stdout().split("\n").slice(0, -1).map((line) => JSON.parse(line));
  assert.is(objects.length, 4);
  assert.match(objects[0].message, /^epollux .* serving .* at http:/);
  assert.ok(objects.every(({ time }) => Math.abs(Date.parse(time) - Date.now()) < 60_000));
  assert.is(objects.find(({ target }) => target).target, "/hello.txt");
  assert.match(objects.at(-1).message, /^stopped: 1 request/);
});

ours("is silenced by --quiet on standard output, but not in a file", async () => {
  const path = newLog();
  const quiet = { cwd: root.path, args: ["--quiet", "--log-format", "common"] };
  for (const [args, lines] of [[[], 0], [["--log-file", "-"], 0], [["--log-file", path], 1]]) {
    // Nothing tells the port, so it is asked for.
    const port = await freePort();
    const server = spawn(process.execPath,
      [COMMAND, root.path, "--port", String(port), ...quiet.args, ...args],
      { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    server.stdout.on("data", (chunk) => (text += chunk));
    await eventually(() => ask({ port }, get("/hello.txt")).then(() => true, () => false), "an answer");
    server.kill();
    await once(server, "close");
    assert.is(text, "");
    if (lines > 0) assert.is(readLines(path).length, lines);
  }
});

async function freePort() {
  const descriptor = shim.openListener("127.0.0.1", 0, 1, 0);
  const port = shim.listenerPort(descriptor);
  shim.closeDescriptor(descriptor);
  return port;
}

ours("that cannot be opened ends the start with one line", async () => {
  for (const [path, reason] of [
    [`${root.path}/none/a.log`, "no such file or directory"],
    [root.path, "illegal operation on a directory"],
  ]) {
    const { code, stdout, stderr } =
      await runCommand([root.path, "--port", "0", "--log-file", path]);
    assert.equal([code, stdout], [1, ""]);
    assert.is(stderr, `error: cannot open ${path} as the access log: ${reason}\n`);
  }
});

ours("of a server that serves nobody is empty", async () => {
  assert.equal(await logOf({ root: root.path }, () => undefined), []);
});

log.run();
