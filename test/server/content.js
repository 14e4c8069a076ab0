// Content of requests, which no file needs: read, discarded, and never taken for a request.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  connect, get, lines, makeGuest, makeRoot, read, request, statuses, stopCleanly, talk, withContent,
  withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const root = makeRoot({ "hello.txt": "Hello, world!\n" });
const server = await startServer({ root: root.path });

const content = suite("content");
const byHand = oursAlone(content, "byHand");
const halfClosing = needing(content, "halfClose");
content.after(() => stopCleanly(server));

const chunked = (body, ...fields) =>
  request("GET", "/hello.txt", [...fields, "Transfer-Encoding: chunked"], body);
const chunk = (data) => `${data.length.toString(16)}\r\n${data}\r\n`;

/** All of it was one request: one answer, and the next request was found behind it. */
async function isConsumed(bytes, status = 200, to = server) {
  const { responses, end } = await talk(to, bytes);
  assert.equal(statuses(responses), [status]);
  assert.is(end, "open");
}

/** It was answered with this status, and the connection ended. */
async function isRefused(bytes, status, to = server) {
  const { responses, end } = await talk(to, bytes);
  assert.equal(statuses(responses), [status]);
  assert.is(end, "closed");
}

content("content with a length is consumed, whatever the method", async () => {
  await isConsumed(withContent("GET", "/hello.txt", SMUGGLED));
  await isConsumed(withContent("HEAD", "/hello.txt", SMUGGLED));
  await isConsumed(withContent("POST", "/hello.txt", SMUGGLED), 405);
  await isConsumed(withContent("OPTIONS", "*", SMUGGLED), 204);
  await isConsumed(withContent("BREW", "/hello.txt", SMUGGLED), 501);
  await isConsumed(withContent("GET", "/nowhere", SMUGGLED), 404);
});

content("chunked content is consumed, with extensions and trailers", async () => {
  await isConsumed(chunked(`${chunk(SMUGGLED)}0\r\n\r\n`));
  await isConsumed(chunked("0\r\n\r\n"));
  await isConsumed(chunked("5;a;b=c;d=\"e;f\"\r\nhello\r\n0;last\r\n\r\n"));
  await isConsumed(chunked("5 \t;a\r\nhello\r\n0\r\n\r\n"));
  await isConsumed(chunked("000000000005\r\nhello\r\n0000\r\n\r\n"));
  await isConsumed(chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"));
  await isConsumed(chunked("0\r\nX: y\r\nContent-Length: 5\r\nEmpty:\r\nHost: b\r\n\r\n"));
});

content("content that is not chunked as it should be is 400, and the connection ends", async () => {
  const bodies = [
    "x\r\n", "\r\n", "-1\r\n\r\n", "0x5\r\nhello\r\n", "5\nhello\r\n0\r\n\r\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhello\n0\r\n\r\n", "5\r\nhello!\r\n0\r\n\r\n", "5\rxhello\r\n", " 5\r\nhello\r\n",
    "5;a\x00\r\nhello\r\n", "0\r\n folded\r\n\r\n", "0\r\nNo colon\r\n\r\n", "0\r\n: x\r\n\r\n",
    "0\r\nX: \x01\r\n\r\n", "0\r\n\n", "0\r\nX: y\n\r\n", "0\r\n\rx", "20000000000000\r\n",
    "fffffffffffffffff\r\n", "5,\r\nhello\r\n",
  ];
  for (const body of bodies) await isRefused(chunked(body + SMUGGLED), 400);
});

content("content above the limit is 413 by its length, before it comes", async () => {
  await isRefused(lines("GET /hello.txt HTTP/1.1", "Host: a", "Content-Length: 1048577"), 413);
  await isRefused(lines("POST /hello.txt HTTP/1.1", "Host: a", "Content-Length: 9007199254740991"),
    413);
});

content("a chunk above the limit is 413 before its data come", async () => {
  await isRefused(chunked("100001\r\n"), 413);
  await isRefused(chunked("1fffffffffffff\r\n"), 413);
});

content("chunks that together are above the limit are 413", async () => {
  await isRefused(chunked(chunk("x".repeat(300_000)).repeat(4)), 413);
});

content("content as long as the limit is consumed", async () => {
  await isConsumed(withContent("GET", "/hello.txt", "x".repeat(1 << 20)));
});

content("the limit can be set, even to nothing", async () => {
  const withLimit = (limit, use) =>
    withServer({ root: root.path, args: ["--max-content", limit] }, use);
  await withLimit("10", async (other) => {
    await isConsumed(withContent("GET", "/hello.txt", "0123456789"), 200, other);
    await isRefused(withContent("GET", "/hello.txt", "0123456789x"), 413, other);
  });
  await withLimit("0", async (other) => {
    await isConsumed(get("/hello.txt"), 200, other);
    await isConsumed(withContent("GET", "/hello.txt", ""), 200, other);
    await isRefused(withContent("GET", "/hello.txt", "x"), 413, other);
  });
});

byHand("content may come in a piece for each byte, each with a turn of its own", async () => {
  const guest = await makeGuest(root.path);
  const requests = [
    withContent("GET", "/hello.txt", SMUGGLED),
    chunked(`${chunk(SMUGGLED)}${chunk("x")}0\r\nX: y\r\n\r\n`),
  ];
  for (const bytes of requests) {
    const wire = await connect(guest);
    for (const byte of bytes + get("/nowhere")) {
      await wire.send(byte);
      guest.step();
    }
    assert.equal(statuses(await guest.run(() => read(wire, 2))), [200, 404]);
    wire.close();
  }
  guest.end();
});

content("100 is sent when content is expected, then the answer when it has come", async () => {
  for (const framing of ["Content-Length: 5", "Transfer-Encoding: chunked"]) {
    const wire = await connect(server);
    void wire.send(request("GET", "/hello.txt", ["Expect: 100-continue", framing]));
    assert.equal(statuses(await read(wire)), [100]);
    void wire.send(framing === "Content-Length: 5" ? "hello" : `${chunk("hello")}0\r\n\r\n`);
    assert.equal(statuses(await read(wire)), [200]);
    void wire.send(get("/nowhere"));
    assert.equal(statuses(await read(wire)), [404]);
    wire.close();
  }
});

content("pipelined behind other requests, 100 comes in its place", async () => {
  const wire = await connect(server);
  const expecting = request("GET", "/hello.txt", ["Expect: 100-continue", "Content-Length: 5"]);
  void wire.send(get("/nowhere") + expecting);
  assert.equal(statuses(await read(wire, 2)), [404, 100]);
  void wire.send(`hello${get("/nowhere")}`);
  assert.equal(statuses(await read(wire, 2)), [200, 404]);
  wire.close();
});

content("a method that will not be served gets its answer in place of 100", async () => {
  const wire = await connect(server);
  void wire.send(request("PUT", "/hello.txt", ["Expect: 100-continue", "Content-Length: 5"]));
  assert.equal(statuses(await read(wire)), [405]);
  assert.is(await wire.ended(), "closed");
});

content("too much content is refused in place of 100", async () => {
  const bytes = request("GET", "/hello.txt", ["Expect: 100-continue", "Content-Length: 2000000"]);
  await isRefused(bytes, 413);
});

content("another expectation is 417", async () => {
  await isConsumed(get("/hello.txt", "Expect: the-unexpected"), 417);
  const { responses } = await talk(server,
    request("GET", "/hello.txt", ["Expect: 200-ok", "Content-Length: 5"], "hello"));
  assert.equal(statuses(responses), [417]);
});

content("an HTTP/1.0 client is not sent 100", async () => {
  const bytes = lines("GET /hello.txt HTTP/1.0", "Expect: 100-continue", "Content-Length: 5");
  const { responses, interim } = await talk(server, `${bytes}hello`);
  assert.equal(statuses(responses), [200]);
  assert.is(interim.length, 0);
});

halfClosing("a client that sends all of a refused content can read the answer", async () => {
  const bytes = withContent("GET", "/hello.txt", "x".repeat(1_500_000));
  await isRefused(bytes, 413);
});

content.run();
