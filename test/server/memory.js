// Memory is taken at the start: it does not grow with clients, with the size of files, or with the
// number of requests.

import { once } from "node:events";
import { closeSync, openSync, truncateSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compile } from "../helpers/asc.js";
import {
  bytesOf, connect, Download, get, head, lines, makeGuest, makeRoot, read, request, sha256,
  withContent, withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { residentBytes } from "../helpers/process.js";

const MIB = 1 << 20;
const ONE = bytesOf(MIB);
const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "one.bin": ONE,
  "cached.bin": bytesOf(50_000),
  "sub/index.html": "sub",
  "huge.bin": "",
});
truncateSync(root.file("huge.bin"), 1024 * MIB);

const memory = suite("memory");
const byHand = oursAlone(memory, "byHand");
const thrifty = needing(memory, "thrift");

memory("100 clients at once that fetch a file of 1 MiB each get every byte", async () => {
  await withServer({ root: root.path }, async (server) => {
    const clients = await Promise.all(
      Array.from({ length: 100 }, () => Download.start(server, get("/one.bin"))),
    );
    const hashes = await Promise.all(clients.map((client) => client.complete()));
    assert.equal(hashes, Array(100).fill(sha256(ONE)));
  });
});

thrifty("a file of 1 GiB that is sent to a slow reader costs less than 20 MiB", async () => {
  await withServer({ root: root.path }, async (server) => {
    // What the first answers need is there before.
    await (await Download.start(server, get("/one.bin"))).complete();
    const before = residentBytes(server);
    const download = await Download.start(server, get("/huge.bin"));
    let most = 0;
    for (let goal = 8 * MIB; goal <= 400 * MIB; goal += 8 * MIB) {
      assert.ok(await download.reaches(goal));
      download.socket.pause();
      await pause(10);
      most = Math.max(most, residentBytes(server));
      download.socket.resume();
    }
    assert.is(download.response.get("content-length"), `${1024 * MIB}`);
    download.socket.destroy();
    assert.ok(most - before < 20 * MIB, `grew by ${(most - before) / MIB} MiB`);
  });
});

byHand("100,000 mixed requests leave memory as it was at the start, and allocate nothing", async () => {
  const { module, nextBlock } = compileWithRuntime();
  const log = openSync("/dev/full", "a"); // so that lines are dropped, too
  const args = ["--cache-size", "1048576", "--log-format", "json"];
  const guest = await makeGuest(root.path, args, module, [log]);
  const { memoryBytes } = guest.guest;
  const atStart = nextBlock();
  const step = nextBlock() - atStart;
  const kinds = [
    ...Array.from({ length: 40 }, (_, i) => {
      root.file(`many/${i}.bin`, bytesOf(1000 * i, i));
      return get(`/many/${i}.bin`);
    }),
    get("/hello.txt"), head("/one.bin"), get("/nowhere"), get("/sub"), get("/sub/"),
    get("/one.bin", "Range: bytes=5-9"), get("/hello.txt", "If-None-Match: *"),
    request("OPTIONS", "*"), request("BREW", "/"), withContent("POST", "/", "content"),
    request("GET", "/hello.txt", ["Transfer-Encoding: chunked"], "1\r\nx\r\n0\r\n\r\n"),
    lines("GET /hello.txt HTTP/1.0", "Connection: keep-alive"), get("/%zz"), get("/a?b"),
  ];
  const stream = Buffer.from(kinds.join(""), "latin1");
  const connections = 20;
  const rounds = Math.ceil(100_000 / kinds.length / connections);
  await guest.run(async () => {
    const clients = Array.from({ length: connections }, async () => {
      const { socket } = await connect(guest);
      let sent = 0;
      const more = () => (sent++ < rounds ? socket.write(stream, more) : socket.end());
      more();
      socket.removeAllListeners("data").resume();
      await once(socket, "end");
      socket.destroy();
    });
    await Promise.all(clients);
  });
  const { requests, refused, logDropped } = guest.guest.countNow();
  assert.ok(logDropped > 0.9 * requests);
  assert.is(requests, rounds * connections * kinds.length);
  assert.is(refused, 0);
  guest.step();
  assert.is(guest.guest.memoryBytes, memoryBytes);
  assert.is(nextBlock() - atStart, 2 * step, "the heap is where it was");
  // A word with it after all that.
  const wire = await connect(guest);
  void wire.send(get("/hello.txt"));
  assert.is((await guest.run(() => read(wire)))[0].content.toString(), "Hello, world!\n");
  wire.close();
  guest.end();
  closeSync(log);
});

/**
 * server.wasm with its runtime exported, to see what serves as a heap: blocks of ascending addresses
 * that are never given back, so there is nothing to collect either.
 */
function compileWithRuntime() {
  const options = ["--target", "server", "--exportRuntime"];
  const module = compile("server-runtime", "assembly/server.ts", options);
  let exports;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    WebAssembly.instantiate = instantiate;
    const instance = await instantiate(...given);
    ({ exports } = instance);
    return instance;
  };
  return { module, nextBlock: () => exports.__new(0, 0) };
}

byHand("a thousand connections more do not need more linear memory", async () => {
  const guest = await makeGuest(root.path);
  const { memoryBytes } = guest.guest;
  const client = async () => {
    const wire = await connect(guest);
    void wire.send(get("/hello.txt"));
    await read(wire);
    return wire;
  };
  const wires = await guest.run(() => Promise.all(Array.from({ length: 1000 }, client)));
  assert.is(guest.guest.countNow().open, 1000);
  assert.is(guest.guest.memoryBytes, memoryBytes);
  for (const wire of wires) wire.close();
  guest.end();
});

byHand("a small cache of many files, some lent to slow readers, gives the right ones", async () => {
  const guest = await makeGuest(root.path, ["--cache-size", "1048576"]);
  const contents = Array.from({ length: 60 }, (_, i) => bytesOf(60_000 + i, i));
  for (const [i, content] of contents.entries()) root.file(`lent/${i}.bin`, content);
  const slow = await Promise.all(Array.from({ length: 12 }, () => connect(guest)));
  for (const [i, wire] of slow.entries()) {
    wire.socket.pause();
    // Enough of it that the last one cannot leave before somebody reads.
    void wire.send(get(`/lent/${i}.bin`).repeat(200));
  }
  await guest.run(pause(100));
  const wire = await connect(guest);
  for (let round = 0; round < 10; round++) {
    for (const [i, content] of contents.entries()) {
      void wire.send(get(`/lent/${(i * 7) % 60}.bin`));
      const [response] = await guest.run(() => read(wire));
      assert.is(response.status, 200);
      assert.ok(response.content.equals(contents[(i * 7) % 60]), `${round} ${i} ${content.length}`);
    }
  }
  for (const [i, other] of slow.entries()) {
    other.socket.resume();
    const responses = await guest.run(() => read(other, 200));
    assert.ok(responses.every((response) => response.content.equals(contents[i])), `slow ${i}`);
    other.close();
  }
  wire.close();
  guest.end();
});

memory.run();
