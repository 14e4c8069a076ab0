// Signals: the first drains, the second forces.

import { once } from "node:events";
import { connect } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { withTerminal } from "../helpers/available.js";
import { startServer } from "../helpers/server.js";

const HEAD_WITHOUT_END = "GET / HTTP/1.1\r\nHost: x\r\n";

/** Opens a connection with half a request that the server has certainly seen. */
async function beginRequest(port) {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  const received = { text: "", over: once(socket, "close") };
  socket.on("data", (chunk) => (received.text += chunk)).on("error", () => {});
  // The answer to a whole request before proves that the half of the next has arrived with it.
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${HEAD_WITHOUT_END}`);
  await once(socket, "data");
  received.text = "";
  return { socket, received };
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`${signal} ends a server without work at once, with a summary`, async () => {
    const server = await startServer({ args: ["--workers", "2"] });
    const { code } = await server.stop(signal);
    assert.is(code, 0);
    assert.is(server.stderr(), "");
    const [, stopping, stopped] = server.stdout().trimEnd().split("\n");
    assert.is(stopping, "stopping: 0 requests in flight, Ctrl-C again to force");
    assert.match(stopped, /^stopped: 0 requests, 0 bytes on 0 connections in \d+\.\d s$/);
  });
}

test("a request in flight is answered, an idle connection closed, a new one refused", async () => {
  const server = await startServer({ args: ["--no-defer-accept"] });
  const idle = connect(server.port, "127.0.0.1");
  const idleClosed = once(idle.resume(), "close");
  await once(idle, "connect");
  const { socket, received } = await beginRequest(server.port);

  server.process.kill("SIGTERM");
  await server.output(/stopping: 1 request in flight, Ctrl-C again to force/);
  await idleClosed;
  const [refusal] = await once(connect(server.port, "127.0.0.1"), "error");
  assert.is(refusal.code, "ECONNREFUSED");

  socket.write("\r\n");
  await received.over;
  assert.match(received.text, /^HTTP\/1\.1 200 OK\r\n/);
  const { code } = await server.ended;
  assert.is(code, 0);
  assert.match(server.stdout(), /stopped: 2 requests, .* on 2 connections in .* s\n$/);
});

test("a request that does not end is cut off after the grace period", async () => {
  const server = await startServer({ args: ["--grace-period", "100ms"] });
  const { received } = await beginRequest(server.port);
  const { code } = await server.stop();
  await received.over;
  assert.is(code, 0);
  assert.is(received.text, "");
  assert.match(server.stdout(), /stopped: 1 request, .*, 1 cut off\n$/);
});

test("the second signal ends the server with 130", async () => {
  const server = await startServer({ args: ["--workers", "2"] });
  const { received } = await beginRequest(server.port);
  server.process.kill("SIGINT");
  await server.output(/stopping: 1 request in flight/);
  const { code } = await server.stop("SIGINT");
  await received.over;
  assert.is(code, 130);
  assert.not.match(server.stdout(), "stopped:");
  assert.is(server.stderr(), "");
});

test("a line on standard input stops the server if it is told to listen for one", async () => {
  const server = await startServer({ args: ["--stop-on-stdin"], stdin: "pipe" });
  const { socket, received } = await beginRequest(server.port);
  server.type("no line yet");
  socket.write(`\r\n${HEAD_WITHOUT_END}`);
  await once(socket, "data");
  assert.match(received.text, /^HTTP\/1\.1 200 OK\r\n/);

  server.type("\n");
  await server.output(/stopping: 1 request in flight/);
  socket.write("\r\n");
  await received.over;
  assert.is((await server.ended).code, 0);
  assert.is(server.stderr(), "");
});

test("the end of standard input stops no server, unless it is a terminal", async () => {
  const server = await startServer({ args: ["--stop-on-stdin"], stdin: "pipe" });
  server.process.stdin.end("no line");
  await once(server.process.stdin, "close");
  const { socket } = await beginRequest(server.port); // it still serves
  socket.destroy();
  const { code } = await server.stop();
  assert.is(code, 0);
});

test("a line is nothing to a server that was not told", async () => {
  const server = await startServer({ stdin: "pipe" });
  server.type("line\n");
  server.process.stdin.end();
  const { socket } = await beginRequest(server.port);
  socket.destroy();
  await server.stop();
});

const testOnTerminal = withTerminal(test);

for (const [what, typed] of [["a line", "\n"], ["Ctrl-D", "\x04"], ["Ctrl-C", "\x03"]]) {
  testOnTerminal(`${what} at a terminal stops the server`, async () => {
    const server = await startServer({ args: ["--stop-on-stdin"], terminal: true });
    server.type(typed);
    assert.is((await server.ended).code, 0);
    assert.match(server.stdout(), "stopped: 0 requests");
  });
}

test.run();
