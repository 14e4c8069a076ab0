// What many connections ask for in one turn of the loop: their answers leave together when it ends,
// and nobody can tell.

import { once } from "node:events";
import { openSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { readMetrics } from "../../build/host/metrics.js";
import {
  bytesOf, connect, eventually, get, head, lines, makeDirectory, makeRoot, read, request, statuses,
  stopCleanly, withGuest,
} from "../helpers/fixture.js";
import { hasLines, newLog, parseLine, readLines } from "../helpers/log.js";
import { oursAlone } from "../helpers/other-host.js";
import { descriptorsOf, suspend } from "../helpers/process.js";
import { E } from "../helpers/proxy.js";
import { start } from "../helpers/server.js";

const MANY = 100;
const numbers = [...Array(MANY).keys()];
const NAMED = Object.fromEntries(numbers.map((i) => [`${i}.txt`, `This is file ${i}.\n`]));
const BLOCK = 60_000;
const BLOCKS = Object.fromEntries(numbers.map((i) => [`block${i}`, bytesOf(BLOCK, i)]));
const root = makeRoot({
  ...NAMED, ...BLOCKS, "hello.txt": "Hello, world!\n", "directory/index.html": "index",
  "coded.js": bytesOf(300_000, 3), "coded.js.gz": bytesOf(200_000),
  "large.bin": bytesOf(300_000), "large2.bin": bytesOf(300_000, 2), "huge.bin": bytesOf(20 << 20),
});

const turn = suite("turn");
const byHand = oursAlone(turn, "byHand");
const unix = oursAlone(turn, "workers");

/**
 * Runs `use` with a guest of these arguments. What it is handed besides counts the calls by which the
 * guest sends; with `isBlocked` they find all sockets full.
 */
async function withSends(args, use, logs = []) {
  const calls = { isBlocked: false, send: 0, send_each: [] };
  const wrap = (instance) => {
    const { bind } = instance;
    const { send, send_each } = instance.imports.socket;
    let memory;
    instance.bind = (buffer) => {
      memory = Buffer.from(buffer);
      return bind(buffer);
    };
    instance.imports.socket.send = (...values) => {
      calls.send++;
      return calls.isBlocked ? E.EAGAIN : send(...values);
    };
    instance.imports.socket.send_each = (at, count) => {
      calls.send_each.push(count);
      if (!calls.isBlocked) return send_each(at, count);
      for (let i = 0; i < count; i++) memory.writeInt32LE(E.EAGAIN, at + 16 * i + 12);
      return 0;
    };
  };
  await withGuest({ root: root.path, args, logs, wrap }, (guest) => use(guest, calls));
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

/** Turns until nothing is on the kernel's ready list: then the next turn has what comes in its order. */
function settle(guest) {
  guest.step();
  guest.step();
}

/** The next answer on each connection. */
const readAll = (guest, wires) => guest.run(async () => {
  const responses = [];
  for (const wire of wires) responses.push(...(await read(wire)));
  return responses;
});

/** Has each connection send its request, then the guest one turn; resolves with their answers. */
async function ask(guest, wires, requests) {
  for (const [i, wire] of wires.entries()) await wire.send(requests[i]);
  guest.step();
  return readAll(guest, wires);
}

const closeAll = (wires) => wires.forEach((wire) => wire.close());

byHand("the answers of a turn leave in one call", async () => {
  await withSends([], async (guest, calls) => {
    const wires = await connectAll(guest, 20);
    const names = numbers.slice(0, 20);
    const responses = await ask(guest, wires, names.map((i) => get(`/${i}.txt`)));
    assert.equal(responses.map(({ content }) => `${content}`), names.map((i) => NAMED[`${i}.txt`]));
    assert.equal([calls.send, calls.send_each], [0, [20]]);
    closeAll(wires);
  });
});

byHand("more answers than one call takes leave in several", async () => {
  await withSends([], async (guest, calls) => {
    const wires = await connectAll(guest, MANY);
    const responses = await ask(guest, wires, numbers.map((i) => get(`/${i}.txt`)));
    assert.equal(responses.map(({ content }) => `${content}`), Object.values(NAMED));
    assert.equal([calls.send, calls.send_each], [0, [32, 32, 32, 4]]);
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

for (const trigger of ["level", "edge"]) byHand(`${trigger}-triggered, answers of all kinds reach ` +
  "those who asked, in the log too", async () => {
  const path = newLog();
  const descriptor = openSync(path, "a");
  const wanted = numbers.map((i) => KINDS[(i * 7) % KINDS.length]);
  await withSends(["--log-format", "common", "--trigger", trigger], async (guest) => {
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
  await withSends(["--cache-size", "1048576"], async (guest) => {
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

/** Has `late` end a request whose head has come before, in the turn in which the others ask. */
async function endRequest(guest, late, whole, wires, requests) {
  await late.send(whole.slice(0, -1));
  settle(guest);
  for (const [i, wire] of wires.entries()) await wire.send(requests[i]);
  await new Promise((resolve) => late.socket.write(whole.slice(-1), resolve));
  guest.step();
  return readAll(guest, [...wires, late]);
}

/** Requests that fill the buffer of answers, or half of it, and one whose answer needs more. */
const CROWDS = {
  "a part of a file": {
    args: ["--max-head", "1024"],
    crowd: get("/block1", "Range: bytes=0-3249"),
    whole: request("GET", "/block1", ["Range: bytes=0-4095", "Content-Length: 1"], "x"),
    status: 206,
  },
  "a redirect that repeats a long target": {
    args: ["--max-target", "16384"],
    crowd: get(`/directory?${"r".repeat(10_300)}`),
    whole: request("GET", `/directory?${"q".repeat(16_000)}`, ["Content-Length: 1"], "x"),
    status: 301,
  },
};

for (const [what, { args, crowd, whole, status }] of Object.entries(CROWDS)) {
  byHand(`what waits leaves room for ${what}, though its head came earlier`, async () => {
    await withSends(args, async (guest) => {
      const wires = await connectAll(guest, 3);
      const [first, late, other] = wires;
      const responses = await endRequest(guest, late, whole, [first], [crowd]);
      assert.equal(statuses(responses), [status, status]);
      assert.equal(statuses(await ask(guest, [other], [get("/hello.txt")])), [200]);
      closeAll(wires);
    });
  });
}

/** Eight lines of the log that fill its buffer but for less than one more. */
const CROWD = 8;
const LONG = ["Referer", "User-Agent"].map((name) => `${name}: ${"x".repeat(600)}`);
const LONG_TARGET = `/hello.txt?${"t".repeat(1600)}`;
const crowdOfLines = Array.from({ length: CROWD }, (_, i) =>
  get(i === 6 ? LONG_TARGET.slice(0, 1000) : LONG_TARGET, ...LONG));

/** Runs `use` with a guest that logs; resolves with the statuses in its log. */
async function loggedBy(args, use) {
  const path = newLog();
  await withSends(["--log-format", "combined", ...args], async (guest) => {
    await use(guest);
    guest.step();
    guest.guest.stop();
  }, [openSync(path, "a")]);
  return readLines(path).map((line) => parseLine(line).status);
}

byHand("the log has room for an answer whose head came earlier", async () => {
  const logged = await loggedBy([], async (guest) => {
    const [late, ...wires] = await connectAll(guest, CROWD + 1);
    const whole = request("GET", LONG_TARGET, [...LONG, "Content-Length: 1"], "x");
    const responses = await endRequest(guest, late, whole, wires, crowdOfLines);
    assert.equal(statuses(responses), Array(CROWD + 1).fill(200));
    closeAll([late, ...wires]);
  });
  assert.equal(logged, Array(CROWD + 1).fill(200));
});

byHand("the log has room for the 503 of a client's connection too many", async () => {
  const logged = await loggedBy(["--max-connections-per-client", `${CROWD}`], async (guest) => {
    const wires = await connectAll(guest, CROWD);
    settle(guest);
    for (const [i, wire] of wires.entries()) await wire.send(crowdOfLines[i]);
    const late = await connect(guest);
    await late.send(get(LONG_TARGET, ...LONG));
    guest.step();
    const responses = await readAll(guest, [...wires, late]);
    assert.equal(statuses(responses), [...Array(CROWD).fill(200), 503]);
    closeAll([...wires, late]);
  });
  assert.equal(logged, [...Array(CROWD).fill(200), 503]);
});

byHand("the log has room for a 408 in the turn of other answers", async () => {
  const logged = await loggedBy(["--header-timeout", "500"], async (guest) => {
    const wires = await connectAll(guest, CROWD);
    // The timeout begins with the first byte; those that have had an answer may be idle for longer.
    await ask(guest, wires, Array(CROWD).fill(get("/hello.txt")));
    const late = await connect(guest);
    guest.step();
    await late.send(get(LONG_TARGET, ...LONG).slice(0, -2));
    guest.step();
    for (const [i, wire] of wires.entries()) await wire.send(crowdOfLines[i]);
    await pause(700); // all of it while the guest does nothing
    guest.step();
    const responses = await readAll(guest, [...wires, late]);
    assert.equal(statuses(responses), [...Array(CROWD).fill(200), 408]);
    closeAll([...wires, late]);
  });
  assert.equal(logged.sort(), [...Array(2 * CROWD).fill(200), 408]);
});

byHand("answers that wait do not keep others from the one place for an open file", async () => {
  await withSends(["--max-open-files", "1"], async (guest) => {
    const wires = await connectAll(guest, 2);
    const responses = await ask(guest, wires, [head("/large.bin"), head("/large2.bin")]);
    assert.equal(statuses(responses), [200, 200]);
    closeAll(wires);
  });
});

const STALLED = {
  "an answer that waits": get("/hello.txt"),
  "an answer that leaves no room for others": get("/block1", "Range: bytes=0-3999"),
  "one with half a request behind it": `${get("/hello.txt")}GET /`,
};

for (const [what, bytes] of Object.entries(STALLED)) {
  byHand(`${what} has to be taken at its pace, however long it may be idle`, async () => {
    const args = ["--max-head", "1024", "--write-timeout", "300", "--min-rate", "0"];
    await withSends(args, async (guest, calls) => {
      const [wire] = await connectAll(guest, 1);
      calls.isBlocked = true;
      await wire.send(bytes);
      guest.step();
      assert.is(guest.guest.countNow().busy, 1);
      await pause(500); // its window ends
      guest.step();
      assert.is(guest.guest.countNow().open, 0);
      wire.close();
    });
  });
}

byHand("a head leaves in its content coding, whatever waits", async () => {
  await withSends(["--max-open-files", "2"], async (guest) => {
    const wires = await connectAll(guest, 2);
    const coded = head("/coded.js", "Accept-Encoding: gzip");
    const responses = await ask(guest, wires, [head("/large.bin"), coded]);
    assert.is(responses[1].get("content-encoding"), "gzip");
    closeAll(wires);
  });
});

byHand("who reads nothing has no use of what others are sent in the same turn", async () => {
  await withSends(["--write-timeout", "300", "--min-rate", "0"], async (guest) => {
    const stalled = createConnection({ port: guest.port, host: "127.0.0.1" });
    await once(stalled, "connect");
    stalled.on("error", () => undefined);
    stalled.pause();
    stalled.write(get("/huge.bin"));
    const wires = await connectAll(guest, 1);
    let windows = 0;
    do {
      for (const wire of wires) await wire.send(get("/hello.txt"));
      await pause(450); // a window ends while the guest does nothing
      guest.step();
      await readAll(guest, wires);
    } while (guest.guest.countNow().open > 1 && ++windows < 8);
    assert.ok(windows < 8, "it is closed");
    stalled.destroy();
    closeAll(wires);
  });
});

byHand("what a socket does not take of an answer that has waited is sent later", async () => {
  const count = 60_000;
  await withSends([], async (guest) => {
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
  await suspend(server);
  for (let i = 0; i < MANY; i++) {
    // Its bytes can still be read, but nothing can be sent to it: unix(7).
    const socket = createConnection(path);
    await new Promise((resolve) => socket.write(get(`/${i}.txt`), resolve));
    socket.destroy();
  }
  server.process.kill("SIGCONT");
  const logged = (await hasLines(log, MANY)).map(parseLine);
  await eventually(() => descriptorsOf(server) <= rest, "all are closed");
  assert.is(logged.length, MANY);
  assert.equal(new Set(logged.map(({ request: line }) => line)).size, MANY);
  assert.ok(logged.every(({ status, bytes }) => status === 200 && bytes === 0));
  await stopCleanly(server);
});

turn.run();
