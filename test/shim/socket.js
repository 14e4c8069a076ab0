import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  E,
  EPOLL,
  Guest,
  hasIPv6,
  MSG_MORE,
  outcome,
  PAGE,
  ready,
  shim,
} from "../helpers/proxy.js";

const AT = 1000;
const DEFER_ACCEPT = 4;
const BEYOND = 2 ** 32 + 10;

const socket = suite("socket");
const whereIPv6 = hasIPv6 ? socket : socket.skip;

socket.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "epollux-"));
  writeFileSync(join(context.folder, "hello.txt"), "hello, world");
  const sparse = openSync(join(context.folder, "sparse"), "w");
  writeSync(sparse, "beyond", BEYOND);
  closeSync(sparse);
});
socket.after(({ folder }) => rmSync(folder, { recursive: true }));

socket.before.each((context) => {
  context.guest = new Guest({ listen: ["127.0.0.1:0"], roots: [context.folder] });
  context.listener = context.guest.listen();
});
socket.after.each(({ guest }) => guest.end());

/** A connection: the client's end (node:net) and the guest's descriptor. */
async function converse({ guest, listener }) {
  const client = connect(guest.ports[0], "127.0.0.1");
  await once(client, "connect");
  const fd = await ready(() => guest.calls.accept4(listener, 0));
  assert.ok(fd > 2, outcome(fd));
  return { client, fd };
}

/** What the client receives until it has `length` bytes. */
async function received(client, length) {
  const chunks = [];
  for (let size = 0; size < length; size += chunks.at(-1).length) {
    chunks.push((await once(client, "data"))[0]);
  }
  return Buffer.concat(chunks).toString("latin1");
}

/** Writes the guest's vectors at `at`. */
function putVectors(guest, at, vectors) {
  const bytes = guest.bytes();
  vectors.flat().forEach((value, i) => bytes.writeUInt32LE(value >>> 0, at + 4 * i));
}

socket("gives a descriptor of its own for each listen, and the host's stays open", (context) => {
  const { guest, listener } = context;
  const second = guest.listen();
  assert.is.not(listener, second);
  assert.is.not(listener, guest.listeners[0].descriptor);
  assert.is(guest.calls.close(listener), 0);
  assert.is(guest.calls.close(second), 0);
  assert.is(shim.listenerPort(guest.listeners[0].descriptor), guest.ports[0]);
  assert.ok(guest.listen() > 2);
});

socket("listens on a granted address only, compared as text", ({ guest }) => {
  const asked = ["127.0.0.1:1", "127.0.0.1:00", "127.0.0.1:", "localhost:0", "127.0.0.1:0\0", ""];
  for (const address of asked) {
    const length = guest.put(AT, address);
    assert.is(outcome(guest.calls.listen(AT, length, 16)), "EACCES", address);
  }
});

socket("keeps the connections that wait when a guest closes its listener", async (context) => {
  const { guest, listener } = context;
  const client = connect(guest.ports[0], "127.0.0.1");
  await once(client, "connect");
  guest.calls.close(listener);
  const successor = guest.listen();
  assert.ok((await ready(() => guest.calls.accept4(successor, 0))) > 2);
  client.destroy();
});

socket("would block when no connection waits", ({ guest, listener }) => {
  assert.is(outcome(guest.calls.accept4(listener, 0)), "EAGAIN");
});

socket("gets a deferred connection when its first byte comes, or it ends", async () => {
  const guest = new Guest({ listen: ["127.0.0.1:0"], flags: DEFER_ACCEPT });
  const listener = guest.listen();
  const accept = () => guest.calls.accept4(listener, 0);
  for (const speak of [(client) => client.write("x"), (client) => client.end()]) {
    const client = connect(guest.ports[0], "127.0.0.1");
    await once(client, "connect");
    assert.is(outcome(accept()), "EAGAIN");
    speak(client);
    assert.ok((await ready(accept)) > 2);
    client.destroy();
  }
  guest.end();
});

socket("writes a peer record for IPv4", async ({ guest, listener }) => {
  const client = connect(guest.ports[0], "127.0.0.1");
  await once(client, "connect");
  assert.ok((await ready(() => guest.calls.accept4(listener, AT + 1))) > 2);
  const record = guest.bytes().subarray(AT + 1, AT + 21);
  assert.is(record.readUInt16LE(0), 2);
  assert.is(record.readUInt16LE(2), client.localPort);
  assert.is(record.toString("hex", 4), "7f000001" + "00".repeat(12));
  assert.ok(guest.isUntouched(AT + 1, AT + 21));
  client.destroy();
});

whereIPv6("writes a peer record for IPv6", async () => {
  const guest = new Guest({ listen: ["[::1]:0"] });
  const listener = guest.listen();
  const client = connect(guest.ports[0], "::1");
  await once(client, "connect");
  assert.ok((await ready(() => guest.calls.accept4(listener, AT))) > 2);
  const record = guest.bytes().subarray(AT, AT + 20);
  assert.is(record.readUInt16LE(0), 10);
  assert.is(record.readUInt16LE(2), client.localPort);
  assert.is(record.toString("hex", 4), "00".repeat(15) + "01");
  client.destroy();
  guest.end();
});

socket("receives what has come, and 0 at the end", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  assert.is(outcome(guest.calls.recv(fd, AT, 100)), "EAGAIN");
  client.end("GET / HTTP/1.1\r\n");
  assert.is(await ready(() => guest.calls.recv(fd, AT, 100)), 16);
  assert.is(guest.text(AT, 16), "GET / HTTP/1.1\r\n");
  assert.ok(guest.isUntouched(AT, AT + 16));
  assert.is(await ready(() => guest.calls.recv(fd, AT, 100)), 0);
  client.destroy();
});

socket("sends bytes from memory", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  const length = guest.put(AT, "HTTP/1.1 200 OK\r\n\r\n");
  assert.is(guest.calls.send(fd, AT, length, 0), length);
  assert.is(await received(client, length), "HTTP/1.1 200 OK\r\n\r\n");
  client.destroy();
});

socket("would block when the other side does not read", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  client.pause();
  let result = 0;
  let sent = 0;
  while (result >= 0) {
    sent += result;
    result = guest.calls.send(fd, 0, PAGE, 0);
  }
  assert.is(outcome(result), "EAGAIN");
  assert.ok(sent > PAGE);
  client.destroy();
});

socket("sends vectors in their order, empty ones too, in one call", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  guest.put(AT, "worldhello, ");
  putVectors(guest, 2001, [[AT + 5, 7], [0, 0], [AT, 5]]);
  assert.is(guest.calls.sendv(fd, 2001, 3, MSG_MORE), 12);
  assert.is(guest.calls.sendv(fd, 2001, 0, 0), 0);
  assert.is(guest.calls.sendv(fd, 2001, 1, 0), 7);
  assert.is(await received(client, 19), "hello, worldhello, ");
  client.destroy();
});

socket("takes up to 64 vectors", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  putVectors(guest, 2000, Array(65).fill([AT, 1]));
  assert.is(outcome(guest.calls.sendv(fd, 2000, 65, 0)), "EINVAL");
  assert.is(outcome(guest.calls.sendv(fd, 2000, -1, 0)), "EINVAL");
  assert.is(guest.calls.sendv(fd, 2000, 64, 0), 64);
  client.destroy();
});

/** Writes send records to `at`: their results, once they have been sent. */
function sendEach(guest, at, records) {
  putVectors(guest, at, records.map(([fd, pointer, length]) => [fd, pointer, length, 0]));
  assert.is(guest.calls.send_each(at, records.length), 0);
  return records.map((_, i) => guest.bytes().readInt32LE(at + 16 * i + 12));
}

socket("sends for several connections in one call", async (context) => {
  const { guest } = context;
  const one = await converse(context);
  const two = await converse(context);
  guest.put(AT, "to oneto two");
  assert.equal(
    sendEach(guest, 2001, [[one.fd, AT, 6], [two.fd, AT + 6, 6], [one.fd, AT, 0], [one.fd, AT, 2]]),
    [6, 6, 0, 2],
  );
  assert.is(await received(one.client, 8), "to oneto");
  assert.is(await received(two.client, 6), "to two");
  assert.is(guest.calls.send_each(PAGE, 0), 0);
  one.client.destroy();
  two.client.destroy();
});

socket("a send that fails does not keep those behind it from being made", async (context) => {
  const { guest, listener } = context;
  const { client, fd } = await converse(context);
  guest.put(AT, "after all");
  const results = sendEach(guest, 2000, [
    [-1, AT, 9], [0, AT, 9], [fd, PAGE - 8, 9], [fd, AT, -1], [listener, AT, 9], [fd, AT, 9],
  ]);
  assert.equal(results.map((result) => outcome(result)),
    ["EBADF", "EBADF", "EFAULT", "EFAULT", "EPIPE", "succeeds"]);
  assert.is(await received(client, 9), "after all");
  client.destroy();
});

socket("makes up to 64 sends in a call", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  guest.put(AT, "x");
  assert.is(outcome(guest.calls.send_each(2000, 65)), "EINVAL");
  assert.is(outcome(guest.calls.send_each(2000, -1)), "EINVAL");
  assert.equal(sendEach(guest, 2000, Array(64).fill([fd, AT, 1])), Array(64).fill(1));
  assert.is(await received(client, 64), "x".repeat(64));
  client.destroy();
});

socket("takes no flag but MSG_MORE", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  putVectors(guest, 2000, [[AT, 1]]);
  for (const flags of [1, 0x40, 0x4000, MSG_MORE | 1, -1]) {
    assert.is(outcome(guest.calls.send(fd, AT, 1, flags)), "EINVAL", `${flags}`);
    assert.is(outcome(guest.calls.sendv(fd, 2000, 1, flags)), "EINVAL", `${flags}`);
  }
  assert.is(guest.calls.send(fd, AT, 1, MSG_MORE), 1);
  client.destroy();
});

socket("sends a file from an offset, and 0 at the file's end", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  const file = guest.open("hello.txt");
  assert.is(guest.calls.sendfile(fd, file, 7, 3), 3);
  assert.is(guest.calls.sendfile(fd, file, 10, 1000), 2);
  assert.is(guest.calls.sendfile(fd, file, 12, 1000), 0);
  assert.is(guest.calls.sendfile(fd, file, 2 ** 40, 1000), 0);
  assert.is(await received(client, 5), "world");
  client.destroy();
});

socket("sends a file from an offset beyond 2³²", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  const file = guest.open("sparse");
  assert.is(guest.calls.sendfile(fd, file, BEYOND, 6), 6);
  assert.is(await received(client, 6), "beyond");
  client.destroy();
});

socket("refuses an offset not whole or not in 0 to 2⁵³, and a count below 0", async (t) => {
  const { client, fd } = await converse(t);
  const file = t.guest.open("hello.txt");
  for (const offset of [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 53 + 2, 2 ** 63]) {
    assert.is(outcome(t.guest.calls.sendfile(fd, file, offset, 1)), "EINVAL", `${offset}`);
  }
  assert.is.not(outcome(t.guest.calls.sendfile(fd, file, 2 ** 53, 1)), "EINVAL");
  assert.is(outcome(t.guest.calls.sendfile(fd, file, 0, -1)), "EINVAL");
  assert.is(t.guest.calls.sendfile(fd, file, -0, 0), 0);
  client.destroy();
});

socket("holds back what fills no packet while it is corked", async ({ guest, listener }) => {
  const address = `127.0.0.1:${guest.ports[0]}`;
  const own = new Guest({ connect: [address] });
  const peer = own.connect(address);
  const fd = await ready(() => guest.calls.accept4(listener, 0));
  const arrives = () => own.calls.recv(peer, AT, 100);
  assert.is(guest.calls.send(fd, AT, 1, 0), 1);
  assert.is(await ready(arrives), 1);
  assert.is(guest.calls.cork(fd, 1), 0);
  assert.is(guest.calls.send(fd, AT, 2, 0), 2);
  await setImmediate();
  assert.is(outcome(arrives()), "EAGAIN");
  assert.is(guest.calls.cork(fd, 0), 0);
  assert.is(await ready(arrives), 2);
  for (const value of [-1, 2]) assert.is(outcome(guest.calls.cork(fd, value)), "EINVAL");
  own.end();
});

socket("shuts down the write side: the client sees the end and can still talk", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  client.resume();
  client.allowHalfOpen = true;
  assert.is(guest.calls.shutdown(fd, 1), 0);
  await once(client, "end");
  client.end("more");
  assert.is(await ready(() => guest.calls.recv(fd, AT, 100)), 4);
  assert.is(outcome(guest.calls.shutdown(fd, 3)), "EINVAL");
  client.destroy();
});

socket("answers EPIPE, without a signal, once the write side is shut down", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  guest.calls.shutdown(fd, 1);
  putVectors(guest, 2000, [[AT, 1]]);
  assert.is(outcome(guest.calls.send(fd, AT, 1, 0)), "EPIPE");
  assert.is(outcome(guest.calls.sendv(fd, 2000, 1, 0)), "EPIPE");
  assert.is(outcome(guest.calls.sendfile(fd, guest.open("hello.txt"), 0, 1)), "EPIPE");
  client.destroy();
});

socket("closes a descriptor once", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  assert.is(guest.calls.close(fd), 0);
  assert.is(outcome(guest.calls.close(fd)), "EBADF");
  await once(client.resume(), "end");
});

socket("answers ENOTSOCK for a descriptor of its own that is no socket", ({ guest }) => {
  const file = guest.open("hello.txt");
  assert.is(guest.calls.recv(file, AT, 1), E.ENOTSOCK);
  assert.is(guest.calls.send(file, AT, 1, 0), E.ENOTSOCK);
  assert.is(guest.calls.accept4(file, 0), E.ENOTSOCK);
  assert.is(guest.calls.cork(file, 1), E.ENOTSOCK);
  assert.is(guest.calls.shutdown(file, 1), E.ENOTSOCK);
});

socket("is readable in the ready list when data or the end has come", async (context) => {
  const { guest } = context;
  const { client, fd } = await converse(context);
  const epfd = guest.calls.epoll_create1(0);
  guest.calls.epoll_ctl(epfd, EPOLL.ADD, fd, EPOLL.IN | EPOLL.RDHUP | EPOLL.ET, fd);
  client.end("x");
  await once(client, "finish");
  assert.is(guest.calls.epoll_wait(epfd, AT, 16, 5000), 1);
  assert.is(guest.bytes().readUInt32LE(AT) & EPOLL.IN, EPOLL.IN);
  assert.is(guest.bytes().readUInt32LE(AT + 4), fd);
  client.destroy();
});

socket("does not hold back a small answer: TCP_NODELAY is inherited", async (t) => {
  const { guest } = t;
  const { client, fd } = await converse(t);
  guest.put(AT, "ab");
  const start = performance.now();
  for (let turn = 0; turn < 50; turn++) {
    client.write("?");
    assert.is(await ready(() => guest.calls.recv(fd, 0, 1)), 1);
    guest.calls.send(fd, AT, 1, 0);
    guest.calls.send(fd, AT + 1, 1, 0);
    assert.is(await received(client, 2), "ab");
  }
  // In such a dialogue the client delays its acknowledgements by 40 ms (tcp(7), TCP_QUICKACK), and
  // Nagle's algorithm would hold back each second byte until then.
  const elapsed = performance.now() - start;
  assert.ok(elapsed < 500, `${elapsed} ms`);
  client.destroy();
});

socket.run();
