// The mode `echo`, with every poller: each client gets back what it sent, to the last byte.

import { once } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { bytesOf, sha256 } from "../helpers/fixture.js";
import { connectAll, Peer, POLLERS, startTool } from "../helpers/modes.js";

const MIB = 2 ** 20;

async function echoes(server, bytes) {
  const peer = await Peer.connect(server);
  await peer.send(bytes);
  await peer.reaches(bytes.length);
  assert.equal(peer.text, Buffer.from(bytes).toString("latin1"));
  peer.close();
}

/** Sends all of it without reading a byte of what comes back. */
async function stall(server, bytes) {
  const peer = await Peer.connect(server);
  peer.socket.pause();
  peer.socket.write(bytes);
  return peer;
}

for (const { name, args } of POLLERS) {
  let server;

  test(`${name}: the server says how it waits`, async () => {
    server = await startTool("echo", args);
    const banner = {
      "busy": "busy: spins, one CPU is always busy",
      "epoll level": "epoll, level-triggered",
      "epoll edge": "epoll, edge-triggered",
    };
    assert.match(server.stdout(), new RegExp(
      `^epollux \\S+ echo at 127\\.0\\.0\\.1:${server.port} ` +
        `\\(1 worker, [\\d.]+ MiB at most, poller ${banner[name] ?? name}\\)\n$`,
    ));
  });

  test(`${name}: several clients at once get each its own, whatever the packets`, async () => {
    const peers = await connectAll(server, 5);
    await Promise.all(peers.map(async (peer, i) => {
      const text = `client ${i}: ${"x".repeat(i)}\0\xff\n`;
      await peer.send(...Array.from(text, (letter) => Buffer.from(letter, "latin1")));
      await peer.reaches(text.length);
      assert.is(peer.text, text);
    }));
    for (const peer of peers) peer.close();
  });

  test(`${name}: what came before the FIN is echoed to the last byte`, async () => {
    for (const length of [0, 1, 300_000]) {
      const peer = await Peer.connect(server);
      const bytes = bytesOf(length);
      peer.socket.end(bytes);
      assert.is(await peer.ended(), "closed");
      assert.is(sha256(peer.bytes), sha256(bytes), `${length} bytes`);
    }
  });

  test(`${name}: 8 MiB to a client that reads late, and others do not wait for it`, async () => {
    const bytes = bytesOf(8 * MIB);
    const late = await stall(server, bytes);
    for (let i = 0; i < 20; i++) await echoes(server, bytesOf(1000, i));
    late.socket.resume();
    await late.reaches(bytes.length);
    assert.is(sha256(late.bytes), sha256(bytes));
    late.socket.end();
    assert.is(await late.ended(), "closed");
    assert.is(late.length, bytes.length);
  });

  test(`${name}: a client that goes without a word takes nobody along`, async () => {
    const rude = await stall(server, bytesOf(MIB));
    await echoes(server, bytesOf(10));
    rude.socket.resetAndDestroy();
    await once(rude.socket, "close");
    await echoes(server, bytesOf(10));
  });

  test(`${name}: many connections`, async () => {
    const peers = await connectAll(server, 300);
    for (let round = 1; round <= 3; round++) {
      for (const [i, peer] of peers.entries()) peer.socket.write(`${round}:${i};`.padStart(8));
      await Promise.all(peers.map((peer) => peer.reaches(8 * round)));
    }
    for (const [i, peer] of peers.entries()) {
      assert.is(peer.text, [1, 2, 3].map((round) => `${round}:${i};`.padStart(8)).join(""));
      peer.socket.end();
    }
    await Promise.all(peers.map((peer) => peer.ended()));
  });

  test(`${name}: a drain echoes what is there and ends`, async () => {
    const bytes = bytesOf(4 * MIB);
    const idle = await Peer.connect(server);
    const late = await stall(server, bytes);
    await echoes(server, bytesOf(10));
    server.process.kill("SIGTERM");
    await server.output(/stopping: \d connections? in flight, Ctrl-C again to force/);
    assert.is(await idle.ended(), "closed");
    late.socket.resume();
    await late.ended();
    const { length } = late;
    assert.ok(length > 0);
    assert.is(sha256(late.bytes), sha256(bytes.subarray(0, length)), "no byte lost in between");
    const { code } = await server.ended;
    assert.is(code, 0);
    assert.is(server.stderr(), "");
    assert.match(server.stdout(), /\nstopped: [\d.]+ MiB on \d+ connections in [\d.]+ s\n$/);
  });

  test(`${name}: with one buffer for all, clients wait for it and lose nothing`, async () => {
    const small = await startTool("echo", [...args, "--max-buffers", "1"]);
    const bytes = bytesOf(8 * MIB);
    const peers = [];
    for (let i = 0; i < 3; i++) peers.push(await stall(small, bytes));
    for (const peer of peers) {
      peer.socket.resume();
      peer.socket.end();
    }
    await Promise.all(peers.map((peer) => peer.ended()));
    for (const peer of peers) assert.is(sha256(peer.bytes), sha256(bytes));
    assert.is((await small.stop()).code, 0);
    assert.is(small.stderr(), "");
  });
}

test.run();
