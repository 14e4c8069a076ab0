// poll and select, which are told with every call what to wait for.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { E, EPOLL, FILLER, Guest, outcome, PAGE, ready, shim } from "../helpers/proxy.js";

const AT = 1001; // records need no alignment
const [READS, WRITES, SET_SIZE] = [2001, 3001, 128];
const { IN, OUT, HUP } = EPOLL; // poll has the same numbers

/** Puts poll records [fd, events] at AT; revents are filler, to be overwritten. */
function putRecords({ guest }, records) {
  records.forEach(([fd, events], i) => {
    guest.bytes().writeInt32LE(fd, AT + 8 * i);
    guest.bytes().writeUInt16LE(events, AT + 8 * i + 4);
  });
}

const revents = ({ guest }, i) => guest.bytes().readUInt16LE(AT + 8 * i + 6);

/** Puts sets of descriptors at READS and WRITES. */
function putSets({ guest }, reads, writes = []) {
  for (const [at, set] of [[READS, reads], [WRITES, writes]]) {
    guest.bytes().fill(0, at, at + SET_SIZE);
    for (const fd of set) guest.bytes()[at + (fd >> 3)] |= 1 << (fd & 7);
  }
}

/** The descriptors in the set at READS or WRITES. */
function getSet({ guest }, at) {
  const bits = [...guest.bytes().subarray(at, at + SET_SIZE)];
  return bits.flatMap((byte, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte >> bit & 1)
    .map((bit) => i * 8 + bit));
}

/** A listener, and a connection to it with both its ends. */
async function open(context) {
  context.guest = new Guest({ listen: ["127.0.0.1:0"] });
  context.listener = context.guest.listen();
  context.client = connect(context.guest.ports[0], "127.0.0.1");
  await once(context.client, "connect");
  context.socket = await ready(() => context.guest.calls.accept4(context.listener, 0));
}

function close({ guest, client }) {
  client.destroy();
  guest.end();
}

/** What waits in a process of its own, which has a handler: without one they go on, signal(7). */
const waiting = (call) => `
  import { writeSync } from "node:fs";
  import { Guest } from "${new URL("../helpers/proxy.js", import.meta.url)}";
  const { calls } = new Guest();
  process.on("SIGUSR2", () => {});
  const start = performance.now();
  writeSync(1, "waiting");
  const result = ${call};
  writeSync(1, result + (performance.now() - start < 15_000 ? " early" : " late"));
  process.exit();
`;

async function interrupted(call) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", waiting(call)]);
  const chunks = child.stdout[Symbol.asyncIterator]();
  assert.is(`${(await chunks.next()).value}`, "waiting");
  await setTimeout(200);
  child.kill("SIGUSR2");
  return `${(await chunks.next()).value}`;
}

const poll = suite("poll");
poll.before.each(open);
poll.after.each(close);

poll("writes what is ready into its records, and not a byte more", (context) => {
  const { guest, listener, socket } = context;
  putRecords(context, [[listener, IN], [socket, IN | OUT], [guest.eventfd, IN]]);
  assert.is(guest.calls.poll(AT, 3, 0), 1);
  assert.equal([0, 1, 2].map((i) => revents(context, i)), [0, OUT, 0]);
  assert.ok(guest.isUntouched(AT, AT + 24));
  shim.wake(guest.eventfd);
  assert.is(guest.calls.poll(AT, 3, 0), 2);
  assert.equal([0, 1, 2].map((i) => revents(context, i)), [0, OUT, IN]);
});

poll("waits for what comes, and tells the end of the peer", async (context) => {
  const { guest, socket, client } = context;
  putRecords(context, [[socket, IN]]);
  assert.is(guest.calls.poll(AT, 1, 0), 0);
  client.write("data");
  await setTimeout(20);
  assert.is(guest.calls.poll(AT, 1, 5000), 1);
  assert.is(revents(context, 0), IN);
  client.resetAndDestroy();
  await once(client, "close");
  assert.is(guest.calls.poll(AT, 1, 5000), 1);
  assert.ok(revents(context, 0) & HUP);
});

poll("skips negative descriptors", (context) => {
  const { guest, socket } = context;
  putRecords(context, [[-1, IN], [~socket, OUT], [socket, OUT], [-(2 ** 31), IN]]);
  assert.is(guest.calls.poll(AT, 4, 0), 1);
  assert.equal([0, 1, 2, 3].map((i) => revents(context, i)), [0, 0, OUT, 0]);
});

poll("of a foreign descriptor among its own is EBADF, and waits for none", (context) => {
  const { guest, socket } = context;
  for (const foreign of [0, 2, 2 ** 30, 2 ** 31 - 1, guest.listeners[0].descriptor]) {
    putRecords(context, [[socket, OUT], [foreign, IN]]);
    assert.is(outcome(guest.calls.poll(AT, 2, 0)), "EBADF", `${foreign}`);
  }
  guest.calls.close(socket);
  assert.is(outcome(guest.calls.poll(AT, 1, 0)), "EBADF");
  assert.is(revents(context, 0), FILLER * 0x101);
});

poll("takes no negative count and none beyond all memory", ({ guest }) => {
  assert.is(outcome(guest.calls.poll(AT, -1, 0)), "EINVAL");
  assert.is(outcome(guest.calls.poll(AT, -(2 ** 31), 0)), "EINVAL");
  assert.is(outcome(guest.calls.poll(AT, 2 ** 29 + 1, 0)), "EINVAL"); // times 8 it is 8
  assert.is(outcome(guest.calls.poll(AT, 2 ** 28 - 1, 0)), "EFAULT");
  assert.is(guest.calls.poll(PAGE, 0, 0), 0);
});

poll("waits as long as it is told, and not longer", (context) => {
  const start = performance.now();
  putRecords(context, [[context.socket, IN]]);
  assert.is(context.guest.calls.poll(AT, 1, 50), 0);
  const elapsed = performance.now() - start;
  assert.ok(elapsed >= 49 && elapsed < 5000, `${elapsed} ms`);
});

poll("answers 0 when a signal interrupts the wait", async () => {
  assert.is(await interrupted("calls.poll(0, 0, 20_000)"), "0 early");
});

poll.run();

const select = suite("select");
select.before.each(open);
select.after.each(close);

select("rewrites both sets with what is ready, and not a byte more", async (context) => {
  const { guest, listener, socket, client } = context;
  putSets(context, [listener, socket, guest.eventfd], [socket]);
  assert.is(guest.calls.select(1024, READS, WRITES, 0), 1);
  assert.equal([getSet(context, READS), getSet(context, WRITES)], [[], [socket]]);
  guest.bytes().fill(FILLER, READS, READS + SET_SIZE);
  assert.ok(guest.isUntouched(WRITES, WRITES + SET_SIZE));

  client.write("data");
  await setTimeout(20);
  shim.wake(guest.eventfd);
  putSets(context, [listener, socket, guest.eventfd], [socket]);
  assert.is(guest.calls.select(1024, READS, WRITES, 5000), 3);
  const readable = [socket, guest.eventfd].sort((one, other) => one - other);
  assert.equal([getSet(context, READS), getSet(context, WRITES)], [readable, [socket]]);
});

select("looks at the descriptors below nfds only", (context) => {
  const { guest, socket } = context;
  putSets(context, [], [socket, 1000]);
  assert.is(guest.calls.select(socket + 1, READS, WRITES, 0), 1);
  assert.equal(getSet(context, WRITES), [socket]);
  putSets(context, [], [socket, 1000]);
  assert.is(guest.calls.select(socket, READS, WRITES, 0), 0);
  assert.equal(getSet(context, WRITES), []);
});

select("of a foreign descriptor among its own is EBADF, in either set", (context) => {
  const { guest, socket } = context;
  const foreign = [0, 1, 2, 63, 64, 1023, guest.listeners[0].descriptor];
  for (const fd of foreign.filter((number) => number !== socket)) {
    for (const sets of [[[socket, fd], []], [[], [socket, fd]]]) {
      putSets(context, ...sets);
      assert.is(outcome(guest.calls.select(1024, READS, WRITES, 0)), "EBADF", `${fd}`);
      assert.equal([getSet(context, READS).length, getSet(context, WRITES).length],
        sets.map((set) => set.length), "the sets stay as they are");
    }
  }
});

select("takes 0 to 1024 descriptors", (context) => {
  const { guest } = context;
  putSets(context, []);
  for (const nfds of [-1, 1025, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.is(outcome(guest.calls.select(nfds, READS, WRITES, 0)), "EINVAL", `${nfds}`);
  }
  assert.is(guest.calls.select(0, READS, WRITES, 0), 0);
  assert.is(guest.calls.select(1024, READS, WRITES, 0), 0);
});

select("waits as long as it is told, and not longer", (context) => {
  const start = performance.now();
  putSets(context, [context.socket]);
  assert.is(context.guest.calls.select(1024, READS, WRITES, 1050), 0);
  const elapsed = performance.now() - start;
  assert.ok(elapsed >= 1049 && elapsed < 5000, `${elapsed} ms`);
});

select("answers 0 when a signal interrupts the wait", async () => {
  assert.is(await interrupted("calls.select(0, 0, 200, 20_000)"), "0 early");
});

select("waits for ever when the time is negative", async (context) => {
  const { guest, socket, client } = context;
  client.write("data");
  await setTimeout(20);
  putSets(context, [socket]);
  assert.is(guest.calls.select(1024, READS, WRITES, -1), 1);
  putRecords(context, [[socket, IN]]);
  assert.is(guest.calls.poll(AT, 1, -1), 1);
  assert.is.not(guest.calls.recv(socket, AT, 4), E.EAGAIN);
});

select.run();
