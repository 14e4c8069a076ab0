import { once } from "node:events";
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Guest, outcome, PAGE, ready } from "../helpers/proxy.js";

const bounds = suite("bounds");

bounds.before.each(async (context) => {
  const guest = new Guest({ listen: ["127.0.0.1:0"], roots: ["/"], logs: ["/dev/null"] });
  const listener = guest.listen();
  const client = connect(guest.ports[0], "127.0.0.1");
  await once(client, "connect");
  const socket = await ready(() => guest.calls.accept4(listener, 0));
  const file = guest.open("etc/passwd");
  const epfd = guest.calls.epoll_create1(0);
  Object.assign(context, { guest, listener, client, socket, file, epfd });
});
bounds.after.each(({ guest, client }) => {
  client.destroy();
  guest.end();
});

// Imports with an area of any length.
const AREAS = {
  listen: ({ guest }, at, length) => guest.calls.listen(at, length, 16),
  connect: ({ guest }, at, length) => guest.calls.connect(at, length),
  recv: ({ guest, socket }, at, length) => guest.calls.recv(socket, at, length),
  send: ({ guest, socket }, at, length) => guest.calls.send(socket, at, length, 0),
  openat2: ({ guest }, at, length) => guest.calls.openat2(0, at, length),
  pread: ({ guest, file }, at, length) => guest.calls.pread(file, at, length, 0),
  write: ({ guest }, at, length) => guest.calls.write(0, at, length),
  "sendv, a vector": ({ guest, socket }, at, length) => {
    const bytes = guest.bytes();
    [0, 1, at, length].forEach((value, i) => bytes.writeUInt32LE(value >>> 0, 4 * i));
    const result = guest.calls.sendv(socket, 0, 2, 0);
    bytes.fill("?", 0, 16);
    return result;
  },
  "send_each, what a record tells of": ({ guest, socket }, at, length) => {
    const bytes = guest.bytes();
    [socket, at, length].forEach((value, i) => bytes.writeUInt32LE(value >>> 0, 4 * i));
    guest.calls.send_each(0, 1);
    const result = bytes.readInt32LE(12);
    bytes.fill("?", 0, 16);
    return result;
  },
};

// Imports with an area of a fixed length for each item.
const RECORDS = {
  "epoll_wait, 1 event": [8, ({ guest, epfd }, at) => guest.calls.epoll_wait(epfd, at, 1, 0)],
  "epoll_wait, 4096 events": [
    32768,
    ({ guest, epfd }, at) => guest.calls.epoll_wait(epfd, at, 4096, 0),
  ],
  "poll, 1 record": [8, ({ guest }, at) => guest.calls.poll(at, 1, 0)],
  "poll, 100 records": [800, ({ guest }, at) => guest.calls.poll(at, 100, 0)],
  "select, to read": [128, ({ guest }, at) => guest.calls.select(0, at, 0, 0)],
  "select, to write": [128, ({ guest }, at) => guest.calls.select(0, 0, at, 0)],
  accept4: [20, ({ guest, listener }, at) => guest.calls.accept4(listener, at)],
  fstat: [48, ({ guest, file }, at) => guest.calls.fstat(file, at)],
  "sendv, 1 vector": [8, ({ guest, socket }, at) => guest.calls.sendv(socket, at, 1, 0)],
  "send_each, 1 record": [16, ({ guest }, at) => guest.calls.send_each(at, 1)],
  "send_each, 64 records": [1024, ({ guest }, at) => guest.calls.send_each(at, 64)],
  "sendv, 64 vectors": [512, ({ guest, socket }, at) => guest.calls.sendv(socket, at, 64, 0)],
};

const OUTSIDE = [
  ...[[0, PAGE + 1], [1, PAGE], [PAGE - 1, 2], [PAGE, 1], [PAGE + 1, 0], [PAGE + 1, 1]],
  ...[[-1, 0], [-1, 1], [-1, 2], [-5, 10], [-PAGE, PAGE], [-(2 ** 31), 1], [2 ** 31 - 1, 1]],
  ...[[0, -1], [1, -1], [PAGE, -1], [100, -100], [-1, -1], [0, 2 ** 31 - 1], [0, -(2 ** 31)]],
];

for (const [name, call] of Object.entries(AREAS)) {
  bounds(`${name}: an area that is not all inside is EFAULT`, (context) => {
    for (const [at, length] of OUTSIDE) {
      assert.is(outcome(call(context, at, length)), "EFAULT", `(${at}, ${length})`);
    }
    assert.ok(context.guest.isUntouched());
  });

  bounds(`${name}: an area that ends with the memory is inside`, (context) => {
    for (const [at, length] of [[0, PAGE], [PAGE - 5, 5], [PAGE - 1, 1], [PAGE, 0]]) {
      assert.is.not(outcome(call(context, at, length)), "EFAULT", `(${at}, ${length})`);
    }
  });
}

for (const [name, [size, call]] of Object.entries(RECORDS)) {
  bounds(`${name}: a record that is not all inside is EFAULT`, (context) => {
    const open = context.guest.instance.descriptors();
    const outside = [PAGE - size + 1, PAGE - 1, PAGE, PAGE + 1, 2 ** 31 - 1, -(2 ** 31)];
    for (const at of [...outside, -size - 1, -size, -size + 1, -1]) {
      assert.is(outcome(call(context, at)), "EFAULT", `${at}`);
    }
    assert.ok(context.guest.isUntouched());
    assert.is(context.guest.instance.descriptors(), open);
  });

  bounds(`${name}: a record that ends with the memory is inside`, (context) => {
    context.guest.bytes().fill(0); // vectors of no length
    assert.is.not(outcome(call(context, PAGE - size)), "EFAULT");
  });
}

bounds("a miss consumes nothing", async (context) => {
  const { guest, listener, socket, client } = context;
  client.write("data");
  const second = connect(guest.ports[0], "127.0.0.1");
  await once(second, "connect");
  assert.is(outcome(guest.calls.accept4(listener, PAGE)), "EFAULT");
  assert.ok((await ready(() => guest.calls.accept4(listener, 0))) > 2);
  assert.is(outcome(guest.calls.recv(socket, PAGE, 1)), "EFAULT");
  assert.is(await ready(() => guest.calls.recv(socket, PAGE - 4, 4)), 4);
  assert.is(guest.text(PAGE - 4, 4), "data");
  second.destroy();
});

bounds("a vector that is outside keeps those before it from being sent", async (context) => {
  const { guest, socket, client } = context;
  [0, 1, PAGE, 1].forEach((value, i) => guest.bytes().writeUInt32LE(value, 4 * i));
  assert.is(outcome(guest.calls.sendv(socket, 0, 2, 0)), "EFAULT");
  guest.put(100, "only this");
  guest.calls.send(socket, 100, 9, 0);
  assert.is(`${(await once(client, "data"))[0]}`, "only this");
});

bounds("before the memory is bound every pointer is EFAULT", () => {
  const guest = new Guest({ roots: ["/"], bound: false });
  const epfd = guest.calls.epoll_create1(0);
  assert.is(outcome(guest.calls.epoll_wait(epfd, 0, 1, 0)), "EFAULT");
  assert.is(outcome(guest.calls.openat2(0, 0, 10)), "EFAULT");
  assert.is(outcome(guest.calls.openat2(0, 0, 0)), "EFAULT");
  assert.is(outcome(guest.calls.listen(0, 0, 16)), "EFAULT");
  guest.instance.bind(guest.memory.buffer);
  assert.is(guest.calls.epoll_wait(epfd, 0, 1, 0), 0);
  guest.end();
});

bounds("memory that has grown is inside once it is bound again", ({ guest, epfd }) => {
  guest.memory.grow(1);
  assert.is(outcome(guest.calls.epoll_wait(epfd, PAGE, 1, 0)), "EFAULT");
  guest.instance.bind(guest.memory.buffer);
  assert.is(guest.calls.epoll_wait(epfd, 2 * PAGE - 8, 1, 0), 0);
  assert.is(outcome(guest.calls.epoll_wait(epfd, 2 * PAGE - 7, 1, 0)), "EFAULT");
});

bounds("an address above 2³¹ is inside a memory of that size", ({ guest, epfd }) => {
  guest.memory.grow(32768); // 2 GiB, none of it touched
  guest.instance.bind(guest.memory.buffer);
  assert.is(guest.calls.epoll_wait(epfd, 2 ** 31 + 8, 1, 0), 0);
  assert.is(guest.calls.epoll_wait(epfd, 2 ** 31 + PAGE - 8, 1, 0), 0);
  assert.is(outcome(guest.calls.epoll_wait(epfd, 2 ** 31 + PAGE - 7, 1, 0)), "EFAULT");
});

bounds.run();
