import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EPOLL, Guest, hasIPv6, openDescriptors, outcome, ready } from "../helpers/proxy.js";

const AT = 1000;

const connect = suite("connect");
const whereIPv6 = hasIPv6 ? connect : connect.skip;

/** A server of Node's that tells its port. */
async function listen(context, host = "127.0.0.1") {
  context.server = createServer().listen(0, host);
  await once(context.server, "listening");
  return context.server.address().port;
}

/** A guest that may connect to `address`, and nothing else. */
function grant(context, ...addresses) {
  context.guest = new Guest({ connect: addresses });
  return context.guest;
}

connect.after.each(({ guest, server }) => {
  guest?.end();
  server?.close();
});

/** Waits until the descriptor is writable, as it is when the outcome is known. */
function settle(guest, fd) {
  guest.bytes().writeInt32LE(fd, AT);
  guest.bytes().writeUInt16LE(EPOLL.OUT, AT + 4);
  return guest.calls.poll(AT, 1, 5000);
}

connect("reaches a granted address, and the two can talk", async (context) => {
  const port = await listen(context);
  const guest = grant(context, `127.0.0.1:${port}`);
  const fd = guest.connect(`127.0.0.1:${port}`);
  assert.ok(fd > 2, outcome(fd));
  assert.is(guest.instance.descriptors(), 1);
  const [peer] = await once(context.server, "connection");
  assert.is(settle(guest, fd), 1);
  guest.put(AT, "hello");
  assert.is(guest.calls.send(fd, AT, 5, 0), 5);
  assert.is(`${(await once(peer, "data"))[0]}`, "hello");
  peer.end("answer");
  assert.is(await ready(() => guest.calls.recv(fd, AT, 100)), 6);
  assert.is(guest.text(AT, 6), "answer");
  assert.match(readlinkSync(`/proc/self/fd/${fd}`), /^socket:/);
  assert.is(guest.calls.close(fd), 0);
  assert.is(guest.instance.descriptors(), 0);
});

whereIPv6("reaches a granted IPv6 address", async (context) => {
  const port = await listen(context, "::1");
  const guest = grant(context, `[::1]:${port}`);
  const fd = guest.connect(`[::1]:${port}`);
  const [peer] = await once(context.server, "connection");
  assert.is(peer.remoteFamily, "IPv6");
  assert.is(settle(guest, fd), 1);
  assert.is(guest.calls.send(fd, AT, 1, 0), 1);
  peer.destroy();
});

connect("does not wait: recv and send would block, or tell the outcome", async (context) => {
  const port = await listen(context);
  const guest = grant(context, `127.0.0.1:${port}`);
  const fd = guest.connect(`127.0.0.1:${port}`);
  assert.is(outcome(guest.calls.recv(fd, AT, 1)), "EAGAIN");
  assert.is(await ready(() => guest.calls.send(fd, AT, 0, 0)), 0);
});

connect("to an address that was not granted is EACCES, compared as text", async (context) => {
  const port = await listen(context);
  const guest = grant(context, `127.0.0.1:${port}`, "[::1]:80");
  const before = openDescriptors();
  const asked = [
    ...["", `127.0.0.1:${port} `, `127.0.0.1:0${port}`, `127.0.0.1:${port}\0`, `localhost:${port}`],
    ...[`127.0.0.1:${port - 1}`, `127.0.0.1:${`${port}`.slice(0, -1)}`, "[::0:1]:80", "::1:80"],
    ...[`127.0.0.2:${port}`, "x".repeat(500)],
  ];
  for (const address of asked) assert.is(outcome(guest.connect(address)), "EACCES", address);
  assert.is(openDescriptors(), before);
});

connect("is granted nowhere by default, and nowhere after the end", async (context) => {
  const port = await listen(context);
  const guest = grant(context);
  assert.is(outcome(guest.connect(`127.0.0.1:${port}`)), "EACCES");
  const other = grant(context, `127.0.0.1:${port}`);
  other.instance.close();
  assert.is(outcome(other.connect(`127.0.0.1:${port}`)), "EBADF");
  guest.end();
});

connect("that is refused answers so, at once or with the first send", async (context) => {
  const port = await listen(context);
  context.server.close();
  const guest = grant(context, `127.0.0.1:${port}`);
  const before = openDescriptors();
  const fd = guest.connect(`127.0.0.1:${port}`);
  if (fd >= 0) {
    assert.is(settle(guest, fd), 1);
    assert.is(outcome(guest.calls.send(fd, AT, 1, 0)), "ECONNREFUSED");
    guest.calls.close(fd);
  } else {
    assert.is(outcome(fd), "ECONNREFUSED");
  }
  assert.is(openDescriptors(), before);
});

connect("grants are numeric addresses with a port, or no instance is made", () => {
  const wrong = [
    ...["", ":", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536"],
    ...["127.0.0.1:99999999999", "127.0.0.1:+1", "127.0.0.1: 1", "127.0.0.1:1x", "[127.0.0.1]:1"],
    ...["::1:80", "[::1]", "[::1]:", "[::1:80", "::1]:80", "[]:80", "[:80", "1.2.3:80"],
    ...["localhost:80", "127.0.0.1:80\0", `[${"0:".repeat(40)}1]:80`, "é:80"],
  ];
  for (const address of wrong) {
    assert.throws(() => new Guest({ connect: [address] }), /grants\.connect/, address);
  }
  for (const address of ["127.0.0.1:1", "255.255.255.255:65535", "[::]:80", "[fe80::1]:65535"]) {
    new Guest({ connect: [address] }).end();
  }
});

connect.run();
