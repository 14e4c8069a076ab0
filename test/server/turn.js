// What many connections ask for in one turn of the loop: their answers leave together when it ends,
// and nobody can tell.

import { once } from "node:events";
import { openSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { readMetrics } from "../../build/host/metrics.js";
import { loadShim } from "../../build/host/shim.js";
import {
  bytesOf, connect, descriptorsOf, eventually, get, head, lines, makeDirectory, makeGuest, makeRoot,
  read, request, statuses, stopCleanly,
} from "../helpers/fixture.js";
import { newLog, parseLine, readLines } from "../helpers/log.js";
import { oursAlone } from "../helpers/other-host.js";
import { start } from "../helpers/server.js";

const MANY = 100;
const numbers = [...Array(MANY).keys()];
const NAMED = Object.fromEntries(numbers.map((i) => [`${i}.txt`, `This is file ${i}.\n`]));
const BLOCK = 60_000;
const BLOCKS = Object.fromEntries(numbers.map((i) => [`block${i}`, bytesOf(BLOCK, i)]));
const root = makeRoot({
  ...NAMED, ...BLOCKS, "hello.txt": "Hello, world!\n", "large.bin": bytesOf(300_000),
});

const turn = suite("turn");
const byHand = oursAlone(turn, "byHand");
const unix = oursAlone(turn, "workers");

/** Runs `use` with a guest of these arguments, and counts the calls by which it sends. */
async function withGuest(args, use, logs = []) {
  const shim = loadShim();
  const { createInstance } = shim;
  const calls = { send: 0, send_each: [] };
  shim.createInstance = (grants) => {
    const instance = createInstance(grants);
    const { send, send_each } = instance.imports.socket;
    instance.imports.socket.send = (...values) => (calls.send++, send(...values));
    instance.imports.socket.send_each = (at, count) => {
      calls.send_each.push(count);
      return send_each(at, count);
    };
    return instance;
  };
  const guest = await makeGuest(root.path, args, undefined, logs)
    .finally(() => (shim.createInstance = createInstance));
  try {
    await use(guest, calls);
  } finally {
    guest.end();
  }
}

/** Connections to the guest that it has accepted. */
async function connectAll(guest, count) {
  const wires = [];
  for (let i = 0; i < count; i++) {
    wires.push(await connect(guest));
    guest.step();
  }
  return wires;
}

/** Has each connection send its request, then the guest one turn; resolves with their answers. */
async function ask(guest, wires, requests) {
  for (const [i, wire] of wires.entries()) await wire.send(requests[i]);
  guest.step();
  return guest.run(async () => {
    const responses = [];
    for (const wire of wires) responses.push(...(await read(wire)));
    return responses;
  });
}

const closeAll = (wires) => wires.forEach((wire) => wire.close());

byHand("the answers of a turn leave in one call", async () => {
  await withGuest([], async (guest, calls) => {
    const wires = await connectAll(guest, 20);
    const names = numbers.slice(0, 20);
    const responses = await ask(guest, wires, names.map((i) => get(`/${i}.txt`)));
    assert.equal(responses.map(({ content }) => `${content}`), names.map((i) => NAMED[`${i}.txt`]));
    assert.equal(calls, { send: 0, send_each: [20] });
    closeAll(wires);
  });
});

byHand("more answers than one call takes leave in several", async () => {
  await withGuest([], async (guest, calls) => {
    const wires = await connectAll(guest, MANY);
    const responses = await ask(guest, wires, numbers.map((i) => get(`/${i}.txt`)));
    assert.equal(responses.map(({ content }) => `${content}`), Object.values(NAMED));
    assert.equal(calls, { send: 0, send_each: [32, 32, 32, 4] });
    closeAll(wires);
  });
});

/** Requests whose answers are made in every way there is, and their status. */
const KINDS = [
  [get("/hello.txt"), 200],
  [head("/hello.txt"), 200],
  [get("/nowhere"), 404],
  [get("/hello.txt", "If-None-Match: *"), 304],
  [get("/hello.txt", "Range: bytes=3-7"), 206],
  [get("/large.bin", "Range: bytes=0-4,9-12"), 206],
  [get("/block1"), 200],
  [get("/large.bin"), 200],
  [request("OPTIONS", "*"), 204],
  [lines("GET /hello.txt HTTP/1.0", "Connection: keep-alive"), 200],
  [get("/hello.txt", "Connection: close"), 200],
  [get("/hello.txt", "broken"), 400],
];

byHand("answers of all kinds reach those who asked, in the log too", async () => {
  const path = newLog();
  const descriptor = openSync(path, "a");
  const wanted = numbers.map((i) => KINDS[(i * 7) % KINDS.length]);
  await withGuest(["--log-format", "common"], async (guest) => {
    const wires = await connectAll(guest, MANY);
    const responses = await ask(guest, wires, wanted.map(([bytes]) => bytes));
    assert.equal(statuses(responses), wanted.map(([, status]) => status));
    const hello = responses.filter((_, i) => wanted[i] === KINDS[0]);
    assert.ok(hello.every(({ content }) => `${content}` === "Hello, world!\n"));
    const blocks = responses.filter((_, i) => wanted[i] === KINDS[6]);
    assert.ok(blocks.every(({ content }) => content.equals(BLOCKS.block1)));
    closeAll(wires);
    guest.step();
    guest.guest.stop();
    const logged = readLines(path).map(parseLine);
    const of = ({ status, bytes }) => `${status} ${bytes}`;
    const sent = ({ status, content }) => `${status} ${content.length}`;
    assert.equal(logged.map(of).sort(), responses.map(sent).sort());
  }, [descriptor]);
});

byHand("an answer that waits is not overwritten when the cache makes room", async () => {
  await withGuest(["--cache-size", "1048576"], async (guest) => {
    const wires = await connectAll(guest, 2);
    const evictions = () => readMetrics(guest.guest.accountNow().metrics).evictions;
    await ask(guest, wires, [get("/hello.txt"), get("/1.txt")]);
    // What has been in the cache longest is the first to go.
    let next = 0;
    while (evictions() === 0) await ask(guest, [wires[0]], [get(`/block${next++}`)]);
    await ask(guest, wires, [get("/hello.txt"), get("/1.txt")]);
    for (const once = 2 * next; next < once; next++) {
      const [response] = await ask(guest, wires, [get("/hello.txt"), get(`/block${next}`)]);
      assert.is(`${response.content}`, "Hello, world!\n");
    }
    closeAll(wires);
  });
});

byHand("what a socket does not take of an answer that has waited is sent later", async () => {
  const count = 60_000;
  await withGuest([], async (guest) => {
    const socket = createConnection({ port: guest.port, host: "127.0.0.1" });
    await once(socket, "connect");
    socket.pause();
    const writing = new Promise((resolve) => socket.write(get("/hello.txt").repeat(count), resolve));
    const isFull = () => guest.guest.countNow().busy === 1;
    await guest.run(() => Promise.race([writing, eventually(isFull, "a full socket")]));
    const pieces = [];
    let length = 0;
    socket.on("data", (piece) => {
      pieces.push(piece);
      length += piece.length;
    });
    socket.resume();
    await guest.run(() => eventually(() => pieces.length > 0, "the first bytes"));
    const [first] = `${pieces[0]}`.match(/^HTTP.*?world!\n/s);
    const whole = first.length * count;
    await guest.run(() => eventually(() => length >= whole, `${whole} bytes`));
    const answers = Buffer.concat(pieces).toString("latin1").split("HTTP/1.1 200 OK\r\n");
    assert.is(answers.length, count + 1);
    assert.ok(answers.slice(1).every((answer) => answer.endsWith("\r\n\r\nHello, world!\n")));
    socket.destroy();
  });
});

unix("a client that is gone when its answer is sent is closed, and logged as sent nothing", async () => {
  const path = join(makeDirectory(), "socket");
  const log = newLog();
  const args = ["--listen", `unix:${path}`, "--log-file", log, "--log-format", "common"];
  const server = start([root.path, ...args]);
  await server.output(/unix:/);
  const rest = descriptorsOf(server);
  server.process.kill("SIGSTOP");
  for (let i = 0; i < MANY; i++) {
    // Its bytes can still be read, but nothing can be sent to it: unix(7).
    const socket = createConnection(path);
    await new Promise((resolve) => socket.write(get(`/${i}.txt`), resolve));
    socket.destroy();
  }
  server.process.kill("SIGCONT");
  await eventually(() => readLines(log).length === MANY, "all are logged");
  await eventually(() => descriptorsOf(server) <= rest, "all are closed");
  const logged = readLines(log).map(parseLine);
  assert.equal(new Set(logged.map(({ request: line }) => line)).size, MANY);
  assert.ok(logged.every(({ status, bytes }) => status === 200 && bytes === 0));
  await stopCleanly(server);
});

turn.run();
