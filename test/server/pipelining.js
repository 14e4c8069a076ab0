// Pipelined requests (RFC 9112 §9.3.2): answers in order, whatever the cuts between the bytes.

import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../helpers/cases.js";
import {
  bytesOf, connect, get, head, lines, makeGuest, makeRoot, read, request, sha256, statuses,
  stopCleanly, talk, withContent,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const LARGE = bytesOf(300_000);
const root = makeRoot({
  "index.html": "<!doctype html>\n<title>index</title>\n",
  "hello.txt": "Hello, world!\n",
  "page.txt": bytesOf(5000),
  "large.bin": LARGE,
  "sub/index.html": "sub",
});
const server = await startServer({ root: root.path });

const pipelining = suite("pipelining");
const byHand = oursAlone(pipelining, "byHand");
const halfClosing = needing(pipelining, "halfClose");
pipelining.after(() => stopCleanly(server));

const chunked = (target, body, ...fields) =>
  request("GET", target, [...fields, "Transfer-Encoding: chunked"], body);

/** Requests of all kinds that leave the connection open; none is answered by 100 alone. */
const KINDS = [
  get("/hello.txt"),
  get("/"),
  get("/page.txt"),
  head("/page.txt"),
  head("/large.bin"),
  get("/nowhere"),
  get("/sub?query"),
  get("/../outside"),
  request("OPTIONS", "*"),
  request("BREW", "/pot"),
  withContent("POST", "/hello.txt", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"),
  withContent("GET", "/hello.txt", "x".repeat(300)),
  withContent("GET", "/hello.txt", ""),
  chunked("/hello.txt", "5\r\nhello\r\n0\r\n\r\n"),
  chunked("/page.txt", "a;name=\"v\"\r\n0123456789\r\n1\r\nx\r\n000\r\nTrailer: value\r\n\r\n"),
  get("/hello.txt", "Range: bytes=3-7"),
  get("/large.bin", "Range: bytes=100000-100009"),
  get("/hello.txt", "Range: bytes=100-"),
  get("/hello.txt", "If-None-Match: *"),
  lines("GET /hello.txt HTTP/1.0", "Connection: keep-alive"),
  `\r\n${get("/hello.txt")}`,
];
const LARGE_KIND = get("/large.bin");

/** What two answers to the same request have in common. */
const essence = ({ status, minor, fields, content }) => ({
  ...{ status, minor, content: `${content.length} ${sha256(content)}` },
  fields: fields.filter(([name]) => name !== "date"),
});

const alone = new Map();
for (const bytes of [...KINDS, LARGE_KIND]) {
  const { responses, end } = await talk(server, bytes);
  assert.is(end, "open", bytes);
  alone.set(bytes, essence(responses[0]));
}

/** What the client has to know of the requests it sent, their content set aside. */
const factsOf = (requests) => requests.map((bytes) => {
  const [, method, minor] = /^(?:\r\n)?(\S+) \S+ HTTP\/1\.(\d)/.exec(bytes);
  return { method, minor: Number(minor) };
});

/** The answers that these requests get when each is sent alone. */
const answersTo = (requests) => requests.map((bytes) => alone.get(bytes));

pipelining("200 requests of mixed kinds in one write are answered in order", async () => {
  const dice = roll(7);
  const all = [...KINDS, LARGE_KIND];
  const requests = Array.from({ length: 200 }, () => all[dice(all.length)]);
  const wire = await connect(server);
  void wire.send(requests.join(""));
  wire.pending = factsOf(requests);
  const responses = await read(wire, requests.length);
  assert.equal(responses.map(essence), answersTo(requests));
  wire.close();
});

pipelining("2000 requests in one write are answered, though nobody reads meanwhile", async () => {
  const wire = await connect(server);
  wire.socket.pause();
  const sending = wire.send(get("/page.txt").repeat(2000));
  // All of it has been handed to the kernel, or the server has stopped reading.
  await Promise.race([sending, pause(300)]);
  wire.socket.resume();
  const responses = await read(wire, 2000);
  assert.ok(responses.every(({ content }) => content.length === 5000));
  wire.close();
});

/**
 * Sends the pieces to a guest that is turned after each of them, so that it surely sees the cuts;
 * the answers must be those of the requests.
 */
async function checkCuts(guest, pieces, requests) {
  const wire = await connect(guest);
  guest.step();
  for (const piece of pieces) {
    await wire.send(piece);
    guest.step();
  }
  wire.pending = factsOf(requests);
  const responses = await guest.run(() => read(wire, requests.length));
  assert.equal(responses.map(essence), answersTo(requests));
  wire.close();
  guest.step();
}

/** The bytes cut at these places. */
const cut = (bytes, places) =>
  [0, ...places].map((place, i) => bytes.subarray(place, places[i] ?? bytes.length));

byHand("a stream cut at any byte gets the same answers", async () => {
  const guest = await makeGuest(root.path);
  const bytes = Buffer.from(KINDS.join(""), "latin1");
  for (let place = 1; place < bytes.length; place++) {
    await checkCuts(guest, cut(bytes, [place]), KINDS);
  }
  assert.is(guest.guest.countNow().requests, KINDS.length * (bytes.length - 1));
  guest.end();
});

byHand("a stream that comes byte by byte gets the same answers", async () => {
  const guest = await makeGuest(root.path);
  const bytes = Buffer.from(KINDS.join(""), "latin1");
  await checkCuts(guest, cut(bytes, [...bytes.keys()].slice(1)), KINDS);
  guest.end();
});

byHand("random streams, cut at random, get the same answers", async () => {
  const guest = await makeGuest(root.path);
  const all = [...KINDS, LARGE_KIND];
  for (let seed = 1; seed <= 300; seed++) {
    const dice = roll(seed);
    const requests = Array.from({ length: 1 + dice(30) }, () => all[dice(all.length)]);
    const bytes = Buffer.from(requests.join(""), "latin1");
    const places = new Set(Array.from({ length: dice(12) }, () => 1 + dice(bytes.length - 1)));
    const pieces = cut(bytes, [...places].sort((a, b) => a - b));
    await checkCuts(guest, pieces, requests).catch((error) => {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    });
  }
  guest.end();
});

pipelining("an error answers what came before it, then itself, then closes", async () => {
  const errors = [
    [lines("GET /hello.txt HTTP/1.1"), 400],
    [lines("GET /hello.txt HTTP/2.0", "Host: a"), 505],
    [get("/hello.txt", "broken"), 400],
    [get("/hello.txt", "Content-Length: 1", "Content-Length: 1"), 400],
    [get("/hello.txt", "Transfer-Encoding: gzip, chunked"), 501],
    [get("/hello.txt", "Content-Length: 2000000"), 413],
    [get("/hello.txt", `X: ${"x".repeat(20000)}`), 431],
    [chunked("/hello.txt", "5\r\nhellO0\r\n\r\n"), 400],
  ];
  for (const [bytes, status] of errors) {
    const stream = get("/hello.txt") + get("/large.bin") + bytes + get("/nowhere").repeat(50);
    const { responses, end } = await talk(server, stream, { count: 4 });
    assert.equal(statuses(responses), [200, 200, status]);
    assert.is(end, "closed");
  }
});

halfClosing("a client that keeps sending after an error can read all answers", async () => {
  const wire = await connect(server);
  void wire.send(get("/large.bin") + get("/hello.txt", "broken"));
  // Nobody reads before a good deal more has been written.
  wire.socket.pause();
  const more = Array.from({ length: 40 }, () => Buffer.alloc(16_384, "x"));
  wire.socket.on("error", () => undefined);
  for (const piece of more) {
    if (!wire.socket.writable) break;
    await new Promise((resolve) => wire.socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  wire.socket.resume();
  assert.equal(statuses(await read(wire, 2)), [200, 400]);
  assert.is(await wire.ended(), "closed");
  wire.close();
});

pipelining.run();
