// The classic servers of the story, as they were started: select with its limit and its line on
// standard input, and the static server that closes after each response.

import { test } from "uvu";
import * as assert from "uvu/assert";

import { connect, get, makeRoot, read } from "../helpers/fixture.js";
import {
  connectAll, descriptorLimit, freePort, Peer, POLLERS, startTool,
} from "../helpers/modes.js";
import { hasTerminal, start } from "../helpers/server.js";

const SELECT_LIMIT = 1024;
/** More than select can watch, and so many the server's process can have. */
const CROWD = 1100;

const hasRoom = descriptorLimit() >= 2 * CROWD;
const testWithRoom = hasRoom ? test : test.skip;
if (!hasRoom) console.log(`skipped: no more than ${descriptorLimit()} descriptors (ulimit -Hn)`);

async function expectEcho(peer, text) {
  const { length } = peer;
  await peer.send(text);
  await peer.reaches(length + text.length);
  assert.is(peer.text.slice(length), text);
}

for (const mode of ["echo", "print"]) {
  testWithRoom(`${mode}: select closes what is beyond its limit, says so, and goes on`, async () => {
    const server = await startTool(mode, ["--poller", "select"]);
    const crowd = await connectAll(server, CROWD);
    await server.errors(
      /select: descriptor \d{4} is beyond its limit of 1024: connection refused\n/,
    );
    // At least those that no descriptor below the limit was left for.
    const refused = () => crowd.filter(({ end }) => end !== "");
    while (refused().length < CROWD - SELECT_LIMIT) {
      await Promise.race(crowd.filter(({ end }) => end === "").map((peer) => peer.ended()));
    }
    const served = crowd.filter(({ end }) => end === "");
    assert.ok(served.length > SELECT_LIMIT - 100, `${served.length} were served`);
    if (mode === "echo") {
      await Promise.all(served.slice(0, 50).map((peer) => expectEcho(peer, "still served")));
    }
    for (const peer of served) peer.socket.end();
    await Promise.all(served.map((peer) => peer.ended()));

    const later = await Peer.connect(server);
    if (mode === "echo") await expectEcho(later, "and room again");
    else {
      await later.send("and room again");
      await server.output(/: and room again\n/);
    }
    later.close();
    assert.is((await server.stop()).code, 0);
    const lines = server.stderr().trimEnd().split("\n");
    assert.ok(lines.length <= 10, "not a line for each connection");
    for (const line of lines) assert.match(line, /^select: descriptor \d+ is beyond its limit/);
  });
}

for (const { name, args } of POLLERS) {
  test(`${name}: a line on standard input stops the server`, async () => {
    const server = await startTool("echo", [...args, "--stop-on-stdin"], { stdin: "pipe" });
    const peer = await Peer.connect(server);
    await expectEcho(peer, "hello");
    server.type("\n");
    assert.is(await peer.ended(), "closed");
    assert.is((await server.ended).code, 0);
    assert.match(server.stdout(), /\nstopped: 5 bytes on 1 connection in /);
  });
}

(hasTerminal ? test : test.skip)("the select server at a terminal ends at its end", async () => {
  const args = ["--poller", "select", "--stop-on-stdin", "--port", "0"];
  const server = start(["print", ...args], { terminal: true, env: { NO_COLOR: "1" } });
  await server.output(/ Mode {6}print\r\n {2}Local {5}127\.0\.0\.1:\d+\r\n {2}Poller {4}select\r\n/);
  server.type("\x04");
  assert.is((await server.ended).code, 0);
  assert.match(server.stdout(), /stopped: 0 bytes on 0 connections/);
});
if (!hasTerminal) console.log("skipped: no script(1) to make a terminal with");

test("the static server of one response per connection", async () => {
  const root = makeRoot({ "index.html": "<p>here</p>" });
  const port = await freePort();
  const server = start([
    "serve", root.path, "--no-keep-alive", "--host", "127.0.0.1", "--port", String(port),
    "--backlog", "128",
  ]);
  await server.output(new RegExp(` at http://127\\.0\\.0\\.1:${port}/ `));
  for (const [path, status] of [["/", 200], ["/missing", 404], ["/", 200]]) {
    const wire = await connect({ port });
    void wire.send(get(path) + get(path));
    const [response] = await read(wire);
    assert.is(response.status, status);
    assert.is(response.get("connection"), "close");
    assert.is(await wire.next(), null, "one response");
    assert.ok(wire.end, "closed by the server");
    wire.close();
  }
  assert.is((await server.stop()).code, 0);
  assert.is(server.stderr(), "");
});

test.run();
