// The mode `load`: against our echo server with every poller, and against servers that refuse, hang
// up, alter, swallow or dawdle. Its exit code says whether all went well.

import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { freePort, POLLERS, startTool } from "../helpers/modes.js";
import { hasTerminal, runCommand, start } from "../helpers/server.js";

const hasIPv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === "::1");
const testOnTerminal = hasTerminal ? test : test.skip;
if (!hasTerminal) console.log("skipped: no script(1) to make a terminal with");

const QUICK = ["--interval", "50ms", "--duration", "500ms", "--grace-period", "200ms"];

/** The numbers of a summary. */
function summaryOf({ stdout }) {
  const find = (pattern) => {
    const [, ...numbers] = pattern.exec(stdout) ?? assert.unreachable(`no ${pattern}:\n${stdout}`);
    return numbers.map((number) => Number(number.replaceAll(",", "")));
  };
  const [up, failed, lost] = find(/^connections {2}([\d,]+) up, ([\d,]+) failed, ([\d,]+) lost$/m);
  const [sent] = find(/^messages {5}([\d,]+) sent, /m);
  const [wrong] = find(/ received, ([\d,]+) wrong$/m);
  const [, echoed] = /sent, ([\d,]+|none) echoed in /.exec(stdout);
  const number = echoed === "none" ? 0 : Number(echoed.replaceAll(",", ""));
  return { up, failed, lost, sent, echoed: number, wrong };
}

/** A server in this process that does `serve` with each of its sockets, counted from 0. */
async function makeServer(serve, host = "127.0.0.1") {
  const sockets = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    serve(socket, sockets.push(socket) - 1);
  });
  await once(server.listen(0, host, 511), "listening");
  const { port } = server.address();
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, sockets, close };
}

/** Runs `load` with 20 connections against such a server. */
async function loadAgainst(serve, args = QUICK) {
  const { port, close } = await makeServer(serve);
  const result = await runCommand(["load", `127.0.0.1:${port}`, "--connections", "20", ...args]);
  close();
  return result;
}

const echo = (socket) => socket.pipe(socket);

for (const { name, args } of POLLERS) {
  test(`${name}: what 500 connections send to an echo server comes back`, async () => {
    const server = await startTool("echo", args);
    const began = performance.now();
    const result = await runCommand([
      "load", `127.0.0.1:${server.port}`, "--connections", "500", "--interval", "100ms",
      "--duration", "1s", ...args,
    ]);
    const intervals = Math.ceil((performance.now() - began) / 100);
    assert.is(result.stderr, "");
    assert.is(result.code, 0);
    const { sent, echoed, ...rest } = summaryOf(result);
    assert.equal(rest, { up: 500, failed: 0, lost: 0, wrong: 0 });
    assert.is(echoed, sent);
    assert.ok(sent >= 500, `${sent} messages sent`);
    assert.ok(sent <= 500 * (intervals + 1), `${sent} messages sent in ${intervals} intervals`);
    assert.match(result.stdout, new RegExp(
      `^epollux \\S+ load on 127\\.0\\.0\\.1:${server.port} ` +
        "\\(500 connections, a message each 100ms, poller ",
    ));
    assert.match(result.stdout, /\nbytes {8}([\d.]+ KiB) sent, \1 received, 0 wrong\n/);
    const trips = /\nround trip {3}p50 (\S+) ms, p90 (\S+) ms, p99 (\S+) ms, max (\S+) ms\n$/;
    const [, ...times] = trips.exec(result.stdout) ?? assert.unreachable(result.stdout);
    assert.ok(times.every((time) => Number(time) >= 0), `${times}`);
    assert.is((await server.stop()).code, 0);
    assert.match(server.stdout(), " on 500 connections in ");
  });
}

test("a server that refuses: one line, how many and why", async () => {
  const port = await freePort();
  const args = ["load", `127.0.0.1:${port}`, "--connections", "20"];
  const { code, stdout, stderr } = await runCommand(args);
  assert.is(stderr, "error: 20 of 20 connections failed: connection refused\n");
  assert.match(stdout, /^epollux \S+ load on .*\n$/, "nothing to sum up");
  assert.is(code, 1);
});

test("a server that hangs up on every other connection", async () => {
  const result = await loadAgainst((socket, i) => {
    if (i % 2 === 0) echo(socket);
    else socket.once("data", () => socket.end());
  });
  assert.is(result.stderr, "error: 10 of 20 connections lost: closed by the server\n");
  assert.is(result.code, 1);
  const { up, lost, failed, wrong } = summaryOf(result);
  assert.equal([up, lost, failed, wrong], [10, 10, 0, 0]);
});

test("a server that resets its connections ends the run", async () => {
  const result = await loadAgainst(
    (socket) => socket.once("data", () => socket.resetAndDestroy()), ["--interval", "10ms"],
  );
  assert.is(result.stderr, "error: 20 of 20 connections lost: connection reset by peer\n");
  assert.is(result.code, 1);
  assert.is(summaryOf(result).lost, 20);
});

test("a server that alters what it sends back", async () => {
  const result = await loadAgainst((socket) => {
    socket.on("data", (bytes) => socket.write(bytes.map((byte) => byte ^ 1)));
  });
  assert.match(result.stderr, /^error: [\d,]+ bytes received that had not been sent\n$/);
  assert.is(result.code, 1);
  assert.ok(summaryOf(result).wrong > 0);
});

test("a server that sends what nobody asked for", async () => {
  const result = await loadAgainst((socket) => {
    socket.once("data", (bytes) => {
      socket.write(bytes + "!");
      socket.resume();
    });
  });
  assert.match(result.stderr, /^error: 20 bytes received that had not been sent\n/);
  assert.is(result.code, 1);
});

test("a server that echoes byte by byte is right all the same", async () => {
  const result = await loadAgainst((socket) => {
    socket.setNoDelay().on("data", (bytes) => {
      for (const byte of bytes) socket.write(Uint8Array.of(byte));
    });
  });
  assert.is(result.stderr, "");
  const { sent, echoed, wrong } = summaryOf(result);
  assert.is(echoed, sent);
  assert.is(wrong, 0);
});

test("a server that never answers gets its messages and is no error", async () => {
  const result = await loadAgainst((socket) => socket.resume());
  assert.is(result.stderr, "");
  assert.is(result.code, 0);
  const { up, sent, echoed } = summaryOf(result);
  assert.is(up, 20);
  assert.is(echoed, 0);
  assert.ok(sent >= 60, `${sent} sent: one did not wait for the other`);
  assert.not.match(result.stdout, "round trip");
});

test("a server that stops answering owes what it has not sent back", async () => {
  const result = await loadAgainst((socket) => {
    socket.once("data", (bytes) => {
      socket.write(bytes);
      socket.resume();
    });
  });
  assert.match(result.stderr, /^error: 20 of \d+ messages not echoed\n$/);
  assert.is(result.code, 1);
});

test("print is a server that never answers", async () => {
  const server = await startTool("print");
  const address = `127.0.0.1:${server.port}`;
  const { code } = await runCommand(["load", address, "--connections", "20", ...QUICK]);
  assert.is(code, 0);
  await server.stop();
  const lines = server.stdout().split("\n");
  assert.is(lines.filter((line) => /^new client \(/.test(line)).length, 20);
  assert.is(lines.filter((line) => /^offline \(/.test(line)).length, 20);
  const messages = lines.filter((line) => /^127.*: /.test(line));
  for (const line of messages) assert.match(line, /^127\.0\.0\.1:\d+: (\d+\\n)+$/);
  const numbers = new Set(messages.flatMap((line) => line.split(": ")[1].match(/\d+/g)));
  assert.ok(numbers.size > messages.length / 2, "random numbers");
});

(hasIPv6 ? test : test.skip)("an IPv6 server", async () => {
  const { port, close } = await makeServer(echo, "::1");
  const args = ["load", `[::1]:${port}`, "--connections", "3", ...QUICK];
  const { code, stdout } = await runCommand(args);
  close();
  assert.match(stdout, ` load on [::1]:${port} (3 connections, `);
  assert.is(code, 0);
});

test("a host name is resolved", async () => {
  const { port, close } = await makeServer(echo);
  const args = ["load", `localhost:${port}`, "--connections", "1", ...QUICK];
  const { code, stdout } = await runCommand(args);
  close();
  assert.match(stdout, ` load on 127.0.0.1:${port} (1 connection, a message each 50ms, `);
  assert.is(code, 0);
});

test("without a duration a signal ends the run, well if all was well", async () => {
  const { port, sockets, close } = await makeServer(echo);
  const load = start(["load", `127.0.0.1:${port}`, "--connections", "20", "--interval", "10ms"]);
  await load.output(/load on/);
  while (sockets.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all(sockets.map((socket) => socket.bytesRead > 0 || once(socket, "data")));
  const { code } = await load.stop("SIGINT");
  close();
  assert.is(load.stderr(), "");
  assert.is(code, 0);
  assert.is(summaryOf({ stdout: load.stdout() }).up, 20);
});

test("--quiet leaves the exit code, and errors", async () => {
  const well = await loadAgainst(echo, [...QUICK, "--quiet"]);
  assert.equal(well, { code: 0, signal: null, stdout: "", stderr: "" });
  const badly = await loadAgainst((socket) => socket.end(), [...QUICK, "--quiet"]);
  assert.is(badly.code, 1);
  assert.is(badly.stdout, "");
  assert.match(badly.stderr, /^error: 20 of 20 connections lost: /);
});

testOnTerminal("at a terminal it asks for what is missing, and shows how it goes", async () => {
  const { port, close } = await makeServer(echo);
  const load = start(["load", "--interval", "100ms"], { terminal: true });
  await load.output(/Server \(HOST:PORT\): /);
  load.type("nonsense\n");
  await load.output(/'nonsense' is not a server such as .*\r\nServer \(HOST:PORT\): /);
  load.type(`127.0.0.1:${port}\n`);
  await load.output(/Number of connections \[1000\]: /);
  load.type("7\n");
  await load.output(
    /\r7 up, \d+ sent\/s, [\d.,]+ \w+, 0 errors, p50 [\d.]+ p99 [\d.]+ max [\d.]+ ms/,
  );
  load.type("\x03");
  assert.is((await load.ended).code, 0);
  close();
  assert.match(load.stdout(), "\r\x1b[Kconnections  7 up, 0 failed, 0 lost\r\n");
});

testOnTerminal("an empty answer stands for the default, and none for giving up", async () => {
  const port = await freePort();
  const load = start(["load", `127.0.0.1:${port}`], { terminal: true });
  await load.output(/Number of connections \[1000\]: /);
  load.type("\n");
  await load.output(/error: 1,000 of 1,000 connections failed: connection refused\r\n/);
  assert.is((await load.ended).code, 1);

  const none = start(["load"], { terminal: true });
  await none.output(/Server \(HOST:PORT\): /);
  none.type("\x04");
  assert.is((await none.ended).code, 2);
  assert.match(none.stdout(), "error: --connect: no answer\r\n");
});

test.run();
