// Bytes that come or go in pieces: requests cut anywhere, readers slower than the server.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  bytesOf, connect, Download, get, head, lines, makeDirectory, makeGuest, makeRoot, read, request,
  sha256, statuses, stopCleanly,
} from "../helpers/fixture.js";
import { oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const MIB = 1 << 20;
const CONTENTS = {
  "hello.txt": Buffer.from("Hello, world!\n"),
  "cached.bin": bytesOf(65_536, 2),
  "sent.bin": bytesOf(65_537, 3),
  "large.bin": bytesOf(24 * MIB, 4),
};
const root = makeRoot(CONTENTS);
const hashOf = (name) => sha256(CONTENTS[name]);
const server = await startServer({ root: root.path });

const partial = suite("partial");
const byHand = oursAlone(partial, "byHand");
partial.after(() => stopCleanly(server));

/** Sends each piece when the guest has seen the one before; resolves with the answers. */
async function sendCut(guest, pieces, count = 1) {
  const wire = await connect(guest);
  guest.step();
  for (const piece of pieces) {
    await wire.send(piece);
    guest.step();
  }
  wire.pending = [];
  const responses = await guest.run(() => read(wire, count));
  wire.close();
  guest.step();
  return responses;
}

const CUT = [
  ["a plain request", get("/hello.txt", "User-Agent: x", "Cookie: a=b")],
  ["a request with content",
    request("GET", "/hello.txt", ["Content-Length: 26"], "GET / HTTP/1.1\r\nHost: a\r\n\r\n")],
  ["a request with chunked content",
    request("GET", "/hello.txt", ["Transfer-Encoding: chunked"],
      "A;e=\"\\\"\"\r\n0123456789\r\n00b\r\n0123456789a\r\n0\r\nT: x\r\n\r\n")],
  ["a request behind empty lines", `\r\n\r\n${get("/hello.txt")}`],
];

for (const [what, text] of CUT) {
  byHand(`${what} may be cut into two at any byte`, async () => {
    const guest = await makeGuest(root.path);
    for (let at = 1; at < text.length; at++) {
      const [{ status, content }] = await sendCut(guest, [text.slice(0, at), text.slice(at)]);
      assert.is(status, 200, `cut at ${at}`);
      assert.equal(content, CONTENTS["hello.txt"]);
    }
    guest.end();
  });
}

byHand("a broken request is refused the same way wherever it is cut", async () => {
  const guest = await makeGuest(root.path);
  const broken = [
    ["GET  /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    [lines("GET /hello.txt HTTP/3.0", "Host: a"), 505],
    [get("/hello.txt", "Content-Length: x"), 400],
    [request("GET", "/hello.txt", ["Transfer-Encoding: chunked"], "5\r\nhello\r\nx\r\n"), 400],
  ];
  for (const [text, status] of broken) {
    for (let at = 1; at < text.length; at++) {
      const pieces = [text.slice(0, at), text.slice(at)];
      assert.equal(statuses(await sendCut(guest, pieces)), [status], `${text} cut at ${at}`);
    }
  }
  guest.end();
});

partial("files of every way of sending arrive whole", async () => {
  for (const name of Object.keys(CONTENTS)) {
    const download = await Download.start(server, get(`/${name}`));
    assert.is(await download.complete(), hashOf(name), name);
  }
});

partial("a slow reader of a large file gets every byte", async () => {
  const download = await Download.start(server, get("/large.bin"));
  for (let goal = MIB; goal < 24 * MIB; goal += MIB) {
    assert.ok(await download.reaches(goal));
    download.socket.pause();
    await pause(10);
    download.socket.resume();
  }
  assert.is(await download.complete(), hashOf("large.bin"));
});

partial("others are served while a reader stands still", async () => {
  const download = await Download.start(server, get("/large.bin"));
  await download.reaches(1);
  download.socket.pause();
  const wire = await connect(server);
  for (let i = 0; i < 100; i++) {
    void wire.send(get("/hello.txt"));
    assert.equal(statuses(await read(wire)), [200]);
  }
  wire.close();
  download.socket.resume();
  assert.is(await download.complete(), hashOf("large.bin"));
});

partial("pipelined large files arrive whole and in order", async () => {
  const names = ["sent.bin", "hello.txt", "cached.bin", "cached.bin", "sent.bin", "hello.txt"];
  const wire = await connect(server);
  wire.socket.pause();
  void wire.send(Array(20).fill(names.map((name) => get(`/${name}`)).join("")).join(""));
  await pause(100);
  wire.socket.resume();
  for (let round = 0; round < 20; round++) {
    for (const [i, { content }] of (await read(wire, names.length)).entries()) {
      assert.is(sha256(content), hashOf(names[i]));
    }
  }
  wire.close();
});

partial("what is asked while a large file is sent is answered behind it", async () => {
  const wire = await connect(server);
  void wire.send(get("/large.bin"));
  wire.socket.pause();
  await pause(50);
  for (let i = 0; i < 30; i++) await wire.send(i % 2 ? get("/hello.txt") : head("/nowhere"));
  wire.socket.resume();
  const [first, ...rest] = await read(wire, 31);
  assert.is(sha256(first.content), hashOf("large.bin"));
  assert.equal(statuses(rest), Array(15).fill([404, 200]).flat());
  wire.close();
});

/** A client with the smallest receive buffer of the kernel: Node.js cannot ask for that. */
const TINY_CLIENT = `
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int count, char **argument) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argument[1]))};
  int size = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  char piece[700];
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (count != 3 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return 1;
  if (write(fd, argument[2], strlen(argument[2])) < 0) return 2;
  for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;)
    if (write(1, piece, n) != n) return 3;
  return 0;
}
`;

partial("a client with the smallest receive buffer gets every byte", async () => {
  const directory = makeDirectory();
  const [source, program] = [join(directory, "tiny.c"), join(directory, "tiny")];
  writeFileSync(source, TINY_CLIENT);
  execFileSync("cc", ["-O1", "-o", program, source]);
  const bytes = get("/cached.bin").repeat(3) + get("/sent.bin").repeat(3) +
    get("/hello.txt").repeat(300) + get("/sent.bin", "Connection: close");
  const stdio = ["ignore", "pipe", "inherit"];
  const client = spawn(program, [`${server.port}`, bytes], { stdio });
  const chunks = [];
  client.stdout.on("data", (chunk) => chunks.push(chunk));
  const [code] = await once(client, "close");
  assert.is(code, 0);
  const text = Buffer.concat(chunks).toString("latin1");
  const contents = [
    ...Array(3).fill("cached.bin"), ...Array(3).fill("sent.bin"), ...Array(300).fill("hello.txt"),
    "sent.bin",
  ];
  let at = 0;
  for (const name of contents) {
    const start = text.indexOf("\r\n\r\n", at) + 4;
    assert.match(text.slice(at, start), /^HTTP\/1\.1 200 OK\r\n/);
    at = start + CONTENTS[name].length;
    assert.is(sha256(Buffer.from(text.slice(start, at), "latin1")), hashOf(name));
  }
  assert.is(at, text.length);
});

partial.run();
