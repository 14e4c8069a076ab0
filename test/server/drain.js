// The end of a server: what is in flight is finished, nothing new begins, the process ends with 0.

import { once } from "node:events";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Wire } from "../conformance/wire.js";
import {
  ask, bytesOf, connect, Download, eventually, get, lines, makeGuest, makeRoot, PATIENCE_MS, read,
  sha256, statuses,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { suspend } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const MIB = 1 << 20;
const LARGE = bytesOf(24 * MIB);
const root = makeRoot({ "hello.txt": "Hello, world!\n", "large.bin": LARGE });

const drain = suite("drain");
const byHand = oursAlone(drain, "byHand");
const ending = needing(drain, "signals");

/** A server that is told to end, and must end well; `use` gets it and the promise of its end. */
async function withEnding(use, { signal = "SIGTERM", args = [] } = {}) {
  const server = await startServer({ root: root.path, args });
  try {
    const stop = async () => {
      server.process.kill(signal);
      await server.output(/^stopping: .*$/m);
    };
    await use(server, stop);
    assert.equal(await server.ended, { code: 0, signal: null });
    assert.is(server.stderr(), "");
  } finally {
    server.process.kill("SIGKILL");
  }
}

/** Whether a new connection is accepted. */
async function accepts({ port }) {
  const socket = createConnection({ host: "127.0.0.1", port });
  const [error] = await Promise.race([
    once(socket, "connect").then(() => []),
    once(socket, "error"),
  ]).catch((reason) => [reason]);
  socket.destroy();
  return error === undefined;
}

for (const signal of ["SIGTERM", "SIGINT"]) {
  ending(`on ${signal} a download in flight is completed and new clients are refused`, async () => {
    await withEnding(async (server, stop) => {
      const download = await Download.start(server, get("/large.bin"));
      await download.reaches(MIB);
      download.socket.pause();
      await stop();
      assert.match(server.stdout(), /^stopping: 1 request in flight/m);
      assert.not.ok(await accepts(server));
      download.socket.resume();
      assert.is(await download.complete(), sha256(LARGE));
    }, { signal });
  });
}

ending("a client that was answered just now gets its next answer too, which says so", async () => {
  await withEnding(async (server, stop) => {
    const wire = await connect(server);
    void wire.send(get("/hello.txt"));
    await read(wire);
    const stopped = stop();
    await eventually(async () => !(await accepts(server)), "the end of accepting");
    void wire.send(get("/hello.txt"));
    const [response] = await read(wire);
    assert.is(response.status, 200);
    assert.is(response.get("connection"), "close");
    await stopped;
  });
});

ending("connections that are idle are closed, without a byte", async () => {
  // Those that have never sent anything are only accepted, and closed, if accepting is not deferred.
  const args = ["--no-defer-accept"];
  await withEnding(async (server, stop) => {
    const wires = await Promise.all(Array.from({ length: 50 }, () => connect(server)));
    for (const wire of wires.slice(10)) {
      void wire.send(get("/hello.txt"));
      await read(wire);
    }
    await stop();
    for (const wire of wires) assert.is(await wire.ended(), "closed");
  }, { args });
});

ending("all who wait to be accepted with a request are answered", async () => {
  await withEnding(async (server, stop) => {
    await suspend(server);
    const wires = await Promise.all(Array.from({ length: 400 }, () => connect(server)));
    await Promise.all(wires.map((wire) => wire.send(get("/hello.txt"))));
    const stopping = stop();
    stopping.catch(() => undefined); // the first answer that is wrong tells more
    server.process.kill("SIGCONT");
    for (const wire of wires) assert.is((await wire.next())?.status, 200);
    await stopping;
  });
});

ending("a request that has begun to come is still answered, and the last", async () => {
  await withEnding(async (server, stop) => {
    const wire = await connect(server);
    await wire.send("GET /hello.txt HTTP/1.1\r\nHost: ");
    // Nobody can see from outside that the server has read it.
    await pause(100);
    await stop();
    void wire.send("a\r\n\r\n");
    const [response] = await read(wire);
    assert.is(response.status, 200);
    assert.is(response.get("connection"), "close");
    assert.is(await wire.ended(), "closed");
  });
});

ending("requests behind a download in flight are not begun", async () => {
  await withEnding(async (server, stop) => {
    const requests = get("/large.bin") + get("/hello.txt").repeat(3);
    const download = await Download.start(server, requests);
    await download.reaches(1);
    download.socket.pause();
    await stop();
    download.socket.resume();
    assert.is(await download.ended(), "closed");
    // The first of them may still be answered: only that answer can say close.
    const rest = download.received - LARGE.length;
    assert.ok(rest >= 0 && rest < 500, `${rest} bytes more`);
  });
});

byHand("clients that wait to be accepted are not reset: they are answered", async () => {
  const guest = await makeGuest(root.path);
  const wires = await Promise.all(Array.from({ length: 20 }, () => connect(guest)));
  for (const wire of wires) await wire.send(get("/hello.txt"));
  // Not one turn has been made: all of them wait in the queue.
  guest.guest.drain();
  const answers = await guest.run(Promise.all(wires.map((wire) => read(wire))));
  assert.equal(statuses(answers.flat()), Array(20).fill(200));
  await guest.run(Promise.all(wires.map((wire) => wire.ended())));
  for (const wire of wires) wire.close();
  await guest.run(eventually(() => guest.guest.countNow().open === 0, "all gone"));
  assert.not.ok(guest.step(), "drained");
  guest.end();
});

byHand("a server at its limit of connections drains too", async () => {
  const guest = await makeGuest(root.path, ["--max-connections", "2"]);
  const wires = await Promise.all(Array.from({ length: 4 }, () => connect(guest)));
  guest.step();
  guest.guest.drain();
  for (const wire of wires) wire.close();
  while (guest.step()) await pause(1);
  guest.end();
});

byHand("a drain that comes when the limit of connections is just reached succeeds", async () => {
  const guest = await makeGuest(root.path, ["--max-connections", "2"]);
  const wires = await Promise.all(Array.from({ length: 3 }, () => connect(guest)));
  guest.guest.drain();
  for (const wire of wires) wire.close();
  while (guest.step()) await pause(1);
  guest.end();
});

byHand("a drain that comes when a paused listener has just gone on succeeds", async () => {
  const guest = await makeGuest(root.path, ["--max-connections", "1"]);
  const wires = [await connect(guest), await connect(guest)];
  guest.step();
  wires[0].close();
  await guest.run(pause(20));
  // The turn in which the first client left made room and told the listener to go on.
  guest.guest.drain();
  guest.step();
  for (const wire of wires) wire.close();
  guest.end();
});

byHand("a drain that comes right behind the end of a download succeeds", async () => {
  const guest = await makeGuest(root.path);
  const wire = await connect(guest);
  void wire.send(get("/large.bin"));
  // Turn by turn until the last byte is sent; drain before the next turn.
  for (let isSent = false; !isSent; ) {
    await guest.run(pause(0));
    isSent = guest.guest.countNow().bytes > LARGE.length;
  }
  assert.is(guest.guest.countNow().busy, 0);
  guest.guest.drain();
  guest.step();
  const [response] = await read(wire);
  assert.is(response.content.length, LARGE.length);
  wire.close();
  while (guest.step()) await pause(1);
  guest.end();
});

ending("a client that never reads is given up when the grace period is over", async () => {
  await withEnding(async (server, stop) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    await stop();
    const { code } = await server.ended;
    assert.is(code, 0);
    download.socket.destroy();
  }, { args: ["--grace-period", "300ms"] });
});

ending("errors under way can still be read", async () => {
  await withEnding(async (server, stop) => {
    // Paused before it is connected: what comes stays in the kernel.
    const socket = createConnection({ host: "127.0.0.1", port: server.port, allowHalfOpen: true });
    await once(socket.pause(), "connect");
    const wire = new Wire(socket, PATIENCE_MS);
    await wire.send(lines("broken"));
    assert.is((await ask(server, get("/hello.txt"))).status, 200); // asked later, so 400 is sent
    await stop();
    socket.resume();
    assert.equal(statuses(await read(wire)), [400]);
    wire.close();
  });
});

ending("the summary counts what was done", async () => {
  const server = await startServer({ root: root.path });
  const wire = await connect(server);
  for (let i = 0; i < 7; i++) {
    void wire.send(get("/hello.txt"));
    await read(wire);
  }
  wire.close();
  const { code } = await server.stop();
  assert.is(code, 0);
  assert.match(server.stdout(), /\b7 requests\b/);
});

byHand("who learns of the end by an answer may send more, and does not lose it", async () => {
  for (const how of ["retire", "drain"]) {
    const guest = await makeGuest(root.path);
    const wire = await connect(guest);
    void wire.send(get("/hello.txt"));
    await guest.run(() => read(wire));
    guest.guest[how]();
    void wire.send(get("/hello.txt"));
    const [response] = await guest.run(() => read(wire));
    assert.is(response.get("connection"), "close");
    assert.is(await guest.run(() => wire.ended()), "closed");
    // Closed altogether, what is on the way would be answered with a reset.
    assert.is(guest.guest.countNow().open, 1, how);
    await wire.send(get("/hello.txt"));
    assert.ok(guest.step());
    wire.close();
    await guest.run(eventually(() => guest.guest.countNow().open === 0, "the end"));
    guest.end();
  }
});

byHand("who has asked for the end is not waited for", async () => {
  const guest = await makeGuest(root.path);
  const wire = await connect(guest);
  void wire.send(get("/hello.txt"));
  await guest.run(() => read(wire));
  guest.guest.retire();
  void wire.send(get("/hello.txt", "Connection: close"));
  await guest.run(() => read(wire));
  assert.is(guest.guest.countNow().open, 0);
  wire.close();
  guest.end();
});

drain.run();
