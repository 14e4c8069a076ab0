// Clients that are too slow. Timers are coarse, ticks of 100 ms: what is checked is that they act,
// on whom, and that they do not act early.

import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  bytesOf, connect, Download, eventually, get, lines, makeRoot, read, request, sha256, statuses,
  stopCleanly,
} from "../helpers/fixture.js";
import { needing } from "../helpers/other-host.js";
import { descriptorsOf } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const TIMEOUT = 300;
const LONG = "60s";
const TICK = 100;
/** What a busy machine may add. */
const SLACK = 2500;
const MIB = 1 << 20;

const LARGE = bytesOf(16 * MIB);
const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "large.bin": LARGE,
  "mid.bin": bytesOf(900_000),
});

const start = (header, idle, write, rate = "512") => startServer({
  root: root.path,
  args: [
    "--header-timeout", header, "--idle-timeout", idle, "--write-timeout", write,
    "--min-rate", rate,
  ],
});
const SHORT = `${TIMEOUT}ms`;
const header = await start(SHORT, LONG, LONG);
const idle = await start(LONG, SHORT, LONG);
const write = await start(LONG, LONG, SHORT);
const patient = await start(SHORT, LONG, SHORT, "0");
/** More than `readSteadily` reads. */
const demanding = await start(SHORT, LONG, SHORT, "256m");

const timeouts = suite("timeouts");
const abandoning = needing(timeouts, "abandoning");
const quietly = needing(timeouts, "quietEnd");
const all = [header, idle, write, patient, demanding];
timeouts.after(() => Promise.all(all.map(stopCleanly)));

/** Waits for something that a timer brings about: it must not come early, nor much too late. */
async function inTime(event) {
  const before = performance.now();
  const result = await event;
  const took = performance.now() - before;
  assert.ok(took > TIMEOUT - TICK - 20, `after ${took} ms`);
  assert.ok(took < TIMEOUT + SLACK, `after ${took} ms`);
  return result;
}

const HALVES = {
  "a request line that stops": "GET /hel",
  "fields that stop": "GET /hello.txt HTTP/1.1\r\nHost: a\r\n",
  "content that stops": lines("GET /hello.txt HTTP/1.1", "Host: a", "Content-Length: 9") + "four",
  "a chunk that stops": request("GET", "/", ["Transfer-Encoding: chunked"], "ff\r\nxx"),
  "an expectation that is not fulfilled":
    lines("GET /hello.txt HTTP/1.0", "Content-Length: 5"),
};

for (const [what, bytes] of Object.entries(HALVES)) {
  timeouts(`${what} is answered with 408 after --header-timeout`, async () => {
    const wire = await connect(header);
    await wire.send(bytes);
    const [response] = await inTime(read(wire));
    assert.is(response.status, 408);
    assert.is(response.get("connection"), "close");
    assert.is(await wire.ended(), "closed");
    wire.close();
  });
}

timeouts("a head that comes in drops is cut off, however often a byte comes", async () => {
  const wire = await connect(header);
  const bytes = get("/hello.txt", `X: ${"x".repeat(2000)}`);
  let isOver = false;
  const answer = inTime(read(wire)).finally(() => (isOver = true));
  for (const byte of bytes) {
    if (isOver) break;
    await wire.send(byte);
    await pause(20);
  }
  assert.equal(statuses(await answer), [408]);
  wire.close();
});

timeouts("a client that connects and says nothing is closed without a word", async () => {
  const wire = await connect(header);
  assert.is(await inTime(wire.ended()), "closed");
});

timeouts("the time for a head begins anew with each request", async () => {
  const wire = await connect(header);
  for (let i = 0; i < 4; i++) {
    await wire.send("GET /hello.txt HTTP/1.1\r\n");
    await pause(TIMEOUT / 2);
    void wire.send("Host: a\r\n\r\n");
    assert.equal(statuses(await read(wire)), [200]);
  }
  wire.close();
});

timeouts("a connection that is idle is not held to the time for a head", async () => {
  const wire = await connect(header);
  void wire.send(get("/hello.txt"));
  await read(wire);
  await pause(TIMEOUT + 3 * TICK);
  void wire.send(get("/hello.txt"));
  assert.equal(statuses(await read(wire)), [200]);
  wire.close();
});

timeouts("half a head behind an answer is cut off as well", async () => {
  const wire = await connect(header);
  await wire.send(`${get("/hello.txt")}GET /hel`);
  assert.equal(statuses(await read(wire)), [200]);
  assert.equal(statuses(await inTime(read(wire))), [408]);
  wire.close();
});

timeouts("half a head behind a download is cut off --header-timeout after it", async () => {
  const download = await Download.start(header, `${get("/large.bin")}GET /hel`);
  await download.reaches(1);
  download.socket.pause();
  await pause(100);
  download.socket.resume();
  assert.ok(await download.reaches(LARGE.length));
  const answered = download.reaches(LARGE.length + 1);
  assert.ok(await Promise.race([answered, pause(TIMEOUT + SLACK, false)]), "408 comes");
  download.socket.destroy();
});

timeouts("a download may take longer than a head", async () => {
  const download = await Download.start(header, get("/large.bin"));
  await download.reaches(1);
  download.socket.pause();
  await pause(TIMEOUT + 3 * TICK);
  download.socket.resume();
  assert.is(await download.complete(), sha256(LARGE));
});

timeouts("a connection without a request is closed after --idle-timeout", async () => {
  const wire = await connect(idle);
  void wire.send(get("/hello.txt"));
  await read(wire);
  assert.is(await inTime(wire.ended()), "closed");
});

timeouts("each request keeps a connection from being idle", async () => {
  const wire = await connect(idle);
  for (let i = 0; i < 5; i++) {
    void wire.send(get("/hello.txt"));
    assert.equal(statuses(await read(wire)), [200]);
    await pause(TIMEOUT / 2);
  }
  assert.is(wire.end, "");
  wire.close();
});

timeouts("a connection is idle from the end of a download on", async () => {
  const download = await Download.start(idle, get("/large.bin"));
  await download.reaches(1);
  download.socket.pause();
  await pause(TIMEOUT + 2 * TICK);
  download.socket.resume();
  assert.ok(await download.reaches(LARGE.length));
  assert.is(await download.ended(), "closed");
  assert.is(download.received, LARGE.length);
});

timeouts("a hundred idle connections are closed, and leave nothing behind", async () => {
  const before = descriptorsOf(idle);
  const wires = await Promise.all(Array.from({ length: 100 }, () => connect(idle)));
  for (const wire of wires) await wire.send(get("/hello.txt"));
  await Promise.all(wires.map((wire) => read(wire)));
  await Promise.all(wires.map((wire) => wire.ended()));
  await eventually(() => descriptorsOf(idle) <= before, "all descriptors closed");
});

/** Descriptors of the server `write` when all its clients are gone and its cache is filled. */
async function restOfWrite() {
  for (const name of ["mid.bin", "large.bin"]) {
    await (await Download.start(write, get(`/${name}`))).complete();
  }
  let last = -1;
  await eventually(() => last === (last = descriptorsOf(write)), "rest");
  return last;
}

for (const [what, bytes] of [
  ["one large answer", get("/large.bin")],
  ["many answers", get("/mid.bin").repeat(100)],
]) {
  abandoning(`a client that does not read ${what} is dropped after --write-timeout`, async () => {
    const rest = await restOfWrite();
    const download = await Download.start(write, bytes);
    await download.reaches(1);
    download.socket.pause();
    assert.ok(descriptorsOf(write) > rest);
    await inTime(eventually(() => descriptorsOf(write) <= rest, "dropped"));
    download.socket.resume();
    await download.ended();
    assert.ok(download.received < LARGE.length, `${download.received} bytes came`);
  });
}

/** Reads 2 MiB each quarter of a timeout, some 28 MB/s, until there is no more. */
async function readSteadily(download, length) {
  for (let goal = 2 * MIB; goal < length && await download.reaches(goal); goal += 2 * MIB) {
    download.socket.pause();
    await pause(TIMEOUT / 4);
    download.socket.resume();
  }
}

for (const [what, server] of [["above --min-rate", write], ["when there is no least", patient]]) {
  timeouts(`a client that reads slowly but steadily, ${what}, is not dropped`, async () => {
    const download = await Download.start(server, get("/large.bin"));
    await readSteadily(download, LARGE.length);
    assert.is(await download.complete(), sha256(LARGE));
  });
}

for (const [what, bytes, length] of [
  ["one large answer", get("/large.bin"), LARGE.length],
  ["many answers, each of them in time,", get("/mid.bin").repeat(100), 90_000_000],
]) {
  quietly(`a client that reads ${what} more slowly than --min-rate is dropped`, async () => {
    const download = await Download.start(demanding, bytes);
    await readSteadily(download, length);
    await download.ended();
    assert.ok(download.received < length, `${download.received} bytes came`);
  });
}

/** Sends `length` bytes of content, so many every 20 ms; the status of the answer. */
async function sendSteadily(server, length, step) {
  const wire = await connect(server);
  void wire.send(lines("GET /hello.txt HTTP/1.1", "Host: a", `Content-Length: ${length}`));
  let isOver = false;
  const answer = read(wire).finally(() => (isOver = true));
  for (let sent = 0; sent < length && !isOver; sent += step) {
    await wire.send("x".repeat(Math.min(step, length - sent)));
    await pause(20);
  }
  const [{ status }] = await answer;
  wire.close();
  return status;
}

timeouts("content that comes in drops is answered with 408, however often one comes", async () => {
  assert.is(await inTime(sendSteadily(header, 5000, 1)), 408);
});

timeouts("content may take longer than a head when it keeps --min-rate", async () => {
  assert.is(await sendSteadily(header, 5000, 100), 200);
});

timeouts("drops are enough when there is no least", async () => {
  assert.is(await sendSteadily(patient, 50, 1), 200);
});

timeouts.run();
