import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { E, EPOLL, Guest, outcome, shim } from "../helpers/proxy.js";

const LIST = 1000;

const WAITING = `
  import { writeSync } from "node:fs";
  import { Guest } from "${new URL("../helpers/proxy.js", import.meta.url)}";
  const { calls } = new Guest();
  const epfd = calls.epoll_create1(0);
  const start = performance.now();
  writeSync(1, "waiting");
  const result = calls.epoll_wait(epfd, 0, 16, 20_000);
  writeSync(1, result + (performance.now() - start < 15_000 ? " early" : " late"));
`;

const epoll = suite("epoll");

epoll.before.each((context) => {
  context.guest = new Guest();
  context.epfd = context.guest.calls.epoll_create1(0);
});
epoll.after.each(({ guest }) => guest.end());

/** Watches the eventfd, which is the one thing to watch that needs no network. */
function watchEventfd({ guest, epfd }, events, token) {
  return guest.calls.epoll_ctl(epfd, EPOLL.ADD, guest.calls.eventfd(), events, token);
}

epoll("gives a descriptor for an interest list and takes no flags", ({ guest, epfd }) => {
  assert.ok(epfd > 2);
  assert.is(outcome(guest.calls.epoll_create1(1)), "EINVAL");
  assert.is(outcome(guest.calls.epoll_create1(0x80000)), "EINVAL");
  assert.is(guest.instance.descriptors(), 1);
});

epoll("names one and the same eventfd every time", ({ guest }) => {
  assert.is(guest.calls.eventfd(), guest.eventfd);
  assert.is(guest.calls.eventfd(), guest.eventfd);
});

epoll("writes a ready record of events and token, and not a byte more", (context) => {
  const { guest, epfd } = context;
  assert.is(watchEventfd(context, EPOLL.IN | EPOLL.OUT, 0xdeadbeef | 0), 0);
  shim.wake(guest.eventfd);
  assert.is(guest.calls.epoll_wait(epfd, LIST, 16, 0), 1);
  assert.is(guest.bytes().toString("hex", LIST, LIST + 8), "05000000efbeadde");
  assert.ok(guest.isUntouched(LIST, LIST + 8));
});

epoll("reports each of several descriptors with its own token, at any alignment", (context) => {
  const { guest, epfd } = context;
  const other = guest.calls.epoll_create1(0);
  guest.calls.epoll_ctl(other, EPOLL.ADD, guest.eventfd, EPOLL.IN, 7);
  guest.calls.epoll_ctl(epfd, EPOLL.ADD, other, EPOLL.IN, 1);
  watchEventfd(context, EPOLL.IN, 2);
  shim.wake(guest.eventfd);
  assert.is(guest.calls.epoll_wait(epfd, LIST + 3, 16, 0), 2);
  const tokens = [7, 15].map((offset) => guest.bytes().readUInt32LE(LIST + offset));
  assert.equal(tokens.sort(), [1, 2]);
  assert.ok(guest.isUntouched(LIST + 3, LIST + 19));
});

epoll("writes no more records than asked for", (context) => {
  const { guest, epfd } = context;
  const other = guest.calls.epoll_create1(0);
  guest.calls.epoll_ctl(other, EPOLL.ADD, guest.eventfd, EPOLL.IN, 7);
  guest.calls.epoll_ctl(epfd, EPOLL.ADD, other, EPOLL.IN, 1);
  watchEventfd(context, EPOLL.IN, 2);
  shim.wake(guest.eventfd);
  assert.is(guest.calls.epoll_wait(epfd, LIST, 1, 0), 1);
  assert.ok(guest.isUntouched(LIST, LIST + 8));
});

epoll("reports a wake once when edge-triggered, and the next one again", (context) => {
  const { guest, epfd } = context;
  watchEventfd(context, EPOLL.IN | EPOLL.ET, 1);
  const wait = () => guest.calls.epoll_wait(epfd, LIST, 16, 0);
  assert.is(wait(), 0);
  assert.is(shim.wake(guest.eventfd), 0);
  assert.equal([wait(), wait()], [1, 0]);
  shim.wake(guest.eventfd);
  shim.wake(guest.eventfd);
  assert.equal([wait(), wait()], [1, 0]);
});

epoll("resets the eventfd, so that it is not reported any more", (context) => {
  const { guest, epfd } = context;
  const { epoll_wait, eventfd_read } = guest.calls;
  watchEventfd(context, EPOLL.IN, 1);
  assert.is(outcome(eventfd_read(guest.eventfd)), "EAGAIN");
  shim.wake(guest.eventfd);
  shim.wake(guest.eventfd);
  assert.equal([epoll_wait(epfd, LIST, 16, 0), epoll_wait(epfd, LIST, 16, 0)], [1, 1]);
  assert.is(eventfd_read(guest.eventfd), 0);
  assert.is(epoll_wait(epfd, LIST, 16, 0), 0);
  assert.is(outcome(eventfd_read(guest.eventfd)), "EAGAIN");
});

epoll("modifies and removes an interest", (context) => {
  const { guest, epfd } = context;
  const { epoll_ctl, epoll_wait } = guest.calls;
  shim.wake(guest.eventfd);
  watchEventfd(context, EPOLL.IN, 1);
  assert.is(outcome(watchEventfd(context, EPOLL.IN, 1)), "EEXIST");
  assert.is(epoll_ctl(epfd, EPOLL.MOD, guest.eventfd, EPOLL.OUT, 9), 0);
  assert.is(epoll_wait(epfd, LIST, 16, 0), 1);
  assert.is(guest.bytes().readUInt32LE(LIST), EPOLL.OUT);
  assert.is(guest.bytes().readUInt32LE(LIST + 4), 9);
  assert.is(epoll_ctl(epfd, EPOLL.DEL, guest.eventfd, 0, 0), 0);
  assert.is(epoll_wait(epfd, LIST, 16, 0), 0);
  assert.is(outcome(epoll_ctl(epfd, EPOLL.DEL, guest.eventfd, 0, 0)), "ENOENT");
});

epoll("refuses an unknown operation and a descriptor that is no interest list", ({ guest }) => {
  const { epoll_create1, epoll_ctl } = guest.calls;
  const epfd = epoll_create1(0);
  for (const op of [0, 4, -1]) {
    assert.is(outcome(epoll_ctl(epfd, op, guest.eventfd, EPOLL.IN, 0)), "EINVAL");
  }
  assert.is(outcome(epoll_ctl(epfd, EPOLL.ADD, epfd, EPOLL.IN, 0)), "EINVAL");
});

epoll("takes 1 to 4096 events", ({ guest, epfd }) => {
  for (const maxEvents of [0, -1, 4097, 2 ** 29, -(2 ** 31)]) {
    assert.is(outcome(guest.calls.epoll_wait(epfd, 0, maxEvents, 0)), "EINVAL", `${maxEvents}`);
  }
  assert.is(guest.calls.epoll_wait(epfd, 0, 1, 0), 0);
  assert.is(guest.calls.epoll_wait(epfd, 0, 4096, 0), 0);
});

epoll("does not consume an event that it has no room to report", (context) => {
  const { guest, epfd } = context;
  watchEventfd(context, EPOLL.IN | EPOLL.ET, 1);
  shim.wake(guest.eventfd);
  assert.is(guest.calls.epoll_wait(epfd, guest.bytes().length - 7, 1, 0), E.EFAULT);
  assert.is(guest.calls.epoll_wait(epfd, guest.bytes().length - 8, 1, 0), 1);
});

epoll("waits as long as it is told, and not longer", ({ guest, epfd }) => {
  const start = performance.now();
  assert.is(guest.calls.epoll_wait(epfd, LIST, 16, 50), 0);
  const elapsed = performance.now() - start;
  assert.ok(elapsed >= 49 && elapsed < 5000, `${elapsed} ms`);
});

epoll("answers 0 when a signal interrupts the wait", async () => {
  // A stop and a continue interrupt epoll_wait(2) even without a handler: signal(7). They stop a
  // process of their own, lest the shell that runs this test takes it for suspended.
  const child = spawn(process.execPath, ["--input-type=module", "-e", WAITING]);
  const chunks = child.stdout[Symbol.asyncIterator]();
  assert.is(`${(await chunks.next()).value}`, "waiting");
  await setTimeout(200);
  child.kill("SIGSTOP");
  child.kill("SIGCONT");
  assert.is(`${(await chunks.next()).value}`, "0 early");
});

epoll.run();
