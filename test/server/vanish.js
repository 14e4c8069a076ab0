// Clients that go away without a word, or with only half of one.

import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, eventually, get, lines, makeRoot, read, request, sha256,
  statuses, stopCleanly,
} from "../helpers/fixture.js";
import { needing } from "../helpers/other-host.js";
import { descriptorsOf } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const MIB = 1 << 20;
const LARGE = bytesOf(16 * MIB);
const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "cached.bin": bytesOf(60_000),
  "large.bin": LARGE,
});
const server = await startServer({ root: root.path });

const vanish = suite("vanish");
const halfClosed = needing(vanish, "halfClose");
vanish.after(() => stopCleanly(server));

/** Descriptors of a server that holds no connection, but what it keeps in its cache. */
let baseline = 0;
vanish.before(async () => {
  for (const name of ["hello.txt", "cached.bin", "large.bin"]) {
    await (await Download.start(server, get(`/${name}`))).complete();
  }
  let last = -1;
  await eventually(() => last === (last = descriptorsOf(server)), "rest");
  baseline = last;
});

const recovers = () =>
  eventually(() => descriptorsOf(server) <= baseline, `return to ${baseline} descriptors`);

/** Some say goodbye (FIN), some do not (RST). */
const WAYS = {
  closes: (socket) => socket.destroy(),
  resets: (socket) => socket.resetAndDestroy(),
};

/** What clients have sent when they go. */
const MOMENTS = {
  "before a byte was sent": "",
  "within a request line": "GET /hel",
  "within the fields": "GET /hello.txt HTTP/1.1\r\nHost: a\r\nX: ",
  "within the content": lines("GET /hello.txt HTTP/1.1", "Host: a", "Content-Length: 9") + "four",
  "within a chunk": request("GET", "/", ["Transfer-Encoding: chunked"], "ff\r\nxx"),
  "before the answer": get("/hello.txt"),
  "with many answers under way": get("/cached.bin").repeat(100),
  "with a large file under way": get("/large.bin"),
  "with large files waiting": get("/large.bin").repeat(20),
};

for (const [way, leave] of Object.entries(WAYS)) {
  for (const [moment, bytes] of Object.entries(MOMENTS)) {
    vanish(`a client that ${way} ${moment} leaves nothing behind`, async () => {
      const wires = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
      for (const [i, wire] of wires.entries()) {
        wire.socket.pause();
        await wire.send(bytes);
        // Every other one gives the server time to begin.
        if (i % 2) await pause(2);
        leave(wire.socket);
      }
      await recovers();
      assert.is((await ask(server, get("/hello.txt"))).status, 200);
    });
  }
}

vanish("a client that resets in the middle of a large file leaves nothing behind", async () => {
  for (let i = 0; i < 20; i++) {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1 + i * 100_000);
    download.socket.resetAndDestroy();
  }
  await recovers();
});

halfClosed("a client that half-closes after its request still gets the whole answer", async () => {
  const download = await Download.start(server, get("/large.bin"));
  download.socket.end();
  assert.is(await download.complete(), sha256(LARGE));
  await recovers();
});

halfClosed("a client that half-closes behind many requests gets all answers first", async () => {
  const wire = await connect(server);
  wire.socket.pause();
  void wire.send(get("/cached.bin").repeat(300)).then(() => wire.halfClose());
  await pause(50);
  wire.socket.resume();
  assert.equal(statuses(await read(wire, 300)), Array(300).fill(200));
  assert.is(await wire.ended(), "closed");
  await recovers();
});

halfClosed("a client that half-closes within a request is hung up on", async () => {
  for (const bytes of ["", "GET / HT", get("/hello.txt", "Content-Length: 9") + "four"]) {
    const wire = await connect(server);
    void wire.send(bytes).then(() => wire.halfClose());
    assert.is(await wire.ended(), "closed");
  }
  await recovers();
});

vanish("a client that refuses to read what comes after the refusal does not stay", async () => {
  const wire = await connect(server);
  wire.socket.pause();
  await wire.send(lines("broken"));
  await wire.send("x".repeat(10_000));
  // It neither reads nor closes: the server gives it a few seconds.
  await recovers();
  wire.close();
});

needing(vanish, "quietEnd")("a hundred clients that vanish at once do not disturb the one that stays", async () => {
  const download = await Download.start(server, get("/large.bin"));
  await download.reaches(MIB);
  download.socket.pause();
  const others = await Promise.all(
    Array.from({ length: 100 }, () => Download.start(server, get("/large.bin"))),
  );
  await Promise.all(others.map((other) => other.reaches(1)));
  for (const { socket } of others) socket.resetAndDestroy();
  download.socket.resume();
  assert.is(await download.complete(), sha256(LARGE));
  await recovers();
});

vanish.run();
