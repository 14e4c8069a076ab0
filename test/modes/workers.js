// Several workers: each has a listener and a loop of its own, and the kernel divides the
// connections among them.

import { test } from "uvu";
import * as assert from "uvu/assert";

import { readShares } from "../../bench/shares.js";
import { connect, get, makeRoot, read } from "../helpers/fixture.js";
import { connectAll, startTool } from "../helpers/modes.js";
import { startServer } from "../helpers/server.js";

const CONNECTIONS = 400;
/** Of 400 that fall on either of two at random, fewer than 100 on one: once in 10²³ times. */
const LEAST = CONNECTIONS / 4;

/** How many connections each worker watches. */
async function sharesOf({ process: { pid }, port }, workers) {
  const { connections } = await readShares({ port, started: { pid } }, { paths: ["/"] }, workers);
  assert.is(connections.reduce((sum, share) => sum + share), CONNECTIONS);
  return connections;
}

test("echo: two workers have about as many connections each", async () => {
  const server = await startTool("echo", ["--workers", "2"]);
  assert.match(server.stdout(), "(2 workers, ");
  const peers = await connectAll(server, CONNECTIONS);
  await Promise.all(peers.map(async (peer, i) => {
    await peer.send(`number ${i}`);
    await peer.reaches(`number ${i}`.length);
    assert.is(peer.text, `number ${i}`);
  }));
  const shares = await sharesOf(server, 2);
  assert.is(shares.length, 2);
  for (const share of shares) assert.ok(share >= LEAST, `shares ${shares}`);
  for (const peer of peers) peer.close();
  assert.is((await server.stop()).code, 0);
  assert.match(server.stdout(), ` on ${CONNECTIONS} connections in `);
});

test("serve: two workers have about as many connections each", async () => {
  const { path: root } = makeRoot({ "index.html": "here" });
  const server = await startServer({ root, args: ["--workers", "2", "--trigger", "edge"] });
  const wires = await Promise.all(Array.from({ length: CONNECTIONS }, () => connect(server)));
  for (const wire of wires) void wire.send(get("/"));
  for (const wire of wires) assert.is((await read(wire))[0].status, 200);
  for (const share of await sharesOf(server, 2)) assert.ok(share >= LEAST);
  for (const wire of wires) wire.close();
  assert.is((await server.stop()).code, 0);
  assert.match(server.stdout(), `stopped: ${CONNECTIONS} requests, `);
});

test("workers with every other poller serve side by side as well", async () => {
  for (const poller of ["poll", "select", "busy"]) {
    const server = await startTool("echo", ["--workers", "2", "--poller", poller]);
    const peers = await connectAll(server, 50);
    await Promise.all(peers.map(async (peer) => {
      await peer.send("hello");
      await peer.reaches(5);
      peer.close();
    }));
    assert.is((await server.stop()).code, 0);
    assert.match(server.stdout(), /\nstopped: 250 bytes on 50 connections in /);
  }
});

test.run();
