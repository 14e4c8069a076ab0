// One contract, four kernel interfaces, and epoll both ways: the same tests for all of them.

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { E, outcome } from "../../helpers/proxy.js";
import { compileSandbox, Sandbox } from "../../helpers/sandbox.js";

const module = compileSandbox("pollers", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Clock } from "../../assembly/platform/clock";
  import { createPoller, isPoller, pollerSize } from "../../assembly/poller/choose";
  import { Poller, Watch } from "../../assembly/poller/poller";

  const names = ["epoll", "poll", "select", "busy"];
  const clock = new Clock();
  let poller = changetype<Poller>(0);

  export function scratch(): usize { return memory.data(1024); }
  export function create(name: i32, capacity: i32): bool {
    const size = pollerSize(names[name], capacity);
    poller = createPoller(names[name], new Arena(<usize>size), capacity, clock);
    return isPoller(names[name]) && poller.name == names[name];
  }
  export function watch(fd: i32): usize {
    const watch = changetype<Watch>(heap.alloc(offsetof<Watch>()));
    watch.fd = fd;
    return changetype<usize>(watch);
  }
  export function readClock(): void { clock.read(); }
  export function open(): i32 { return poller.open(); }
  export function add(watch: Watch, interest: u32): i32 { return poller.add(watch, interest); }
  export function modify(watch: Watch, interest: u32): i32 { return poller.modify(watch, interest); }
  export function remove(watch: Watch): i32 { return poller.remove(watch); }
  export function forget(watch: Watch): void { poller.forget(watch); }
  export function wait(timeoutMs: i32): i32 { return poller.wait(timeoutMs); }
  export function watchAt(i: i32): Watch { return poller.watch(i); }
  export function readinessAt(i: i32): u32 { return poller.readiness(i); }`);

// As in assembly/poller/poller.ts.
const NONE = 0;
const READABLE = 1;
const WRITABLE = 2;
const PEER_CLOSED = 4;
const EDGE = 4;

const CAPACITY = 400;
const KINDS = [
  { title: "epoll, level-triggered", name: 0 },
  { title: "epoll, edge-triggered", name: 0, isEdge: true },
  { title: "poll", name: 1 },
  { title: "select", name: 2 },
  { title: "busy", name: 3, isBusy: true },
];
const kind = (title) => KINDS.find((one) => one.title.startsWith(title));

/** An open poller, and what a test needs beside it. */
async function begin({ name, isEdge }) {
  const sandbox = await Sandbox.create(module);
  const { exports } = sandbox;
  assert.ok(exports.create(name, CAPACITY));
  sandbox.bind(); // the arena has made memory grow
  assert.is(exports.open(), 0);
  const interestOf = (interest) => (isEdge && interest ? interest | EDGE : interest);
  const watches = new Map();
  return {
    ...{ sandbox, exports, listener: sandbox.listen() },
    /** Watches a descriptor; the watch that is made. */
    add(fd, interest) {
      const watch = exports.watch(fd);
      assert.is(exports.add(watch, interestOf(interest)), 0);
      watches.set(watch, fd);
      return watch;
    },
    modify: (watch, interest) => assert.is(exports.modify(watch, interestOf(interest)), 0),
    /** What is ready: pairs of descriptor and readiness, in order. */
    wait(timeoutMs = 0) {
      const count = exports.wait(timeoutMs);
      assert.ok(count >= 0, outcome(count));
      const found = Array.from({ length: count }, (_, i) => [
        watches.get(exports.watchAt(i)),
        exports.readinessAt(i),
      ]);
      return found.sort(([one], [other]) => one - other);
    },
    end: () => sandbox.end(),
  };
}

for (const variant of KINDS) {
  const pollers = suite(variant.title);
  // What busy cannot do: tell what is not ready, and wait.
  const exact = variant.isBusy ? () => {} : pollers;

  pollers.before.each(async (context) => {
    Object.assign(context, await begin(variant));
    context.ends = await context.sandbox.pair(context.listener);
  });
  pollers.after.each(({ end }) => end());

  pollers("reports what is readable, under its own watch", ({ sandbox, ends, add, wait }) => {
    const [near, far] = ends;
    add(far, READABLE);
    sandbox.send(near, "x");
    assert.equal(wait(1000), [[far, READABLE]]);
  });

  exact("reports nothing while nothing is ready", ({ ends, listener, add, wait }) => {
    add(ends[0], READABLE);
    add(listener, READABLE);
    assert.equal(wait(), []);
  });

  pollers("reports what is writable", ({ ends, add, wait }) => {
    add(ends[1], WRITABLE);
    assert.equal(wait(1000), [[ends[1], WRITABLE]]);
  });

  pollers("reports both directions in one entry", ({ sandbox, ends, add, wait }) => {
    const [near, far] = ends;
    sandbox.send(near, "x");
    add(far, READABLE | WRITABLE);
    assert.equal(wait(1000), [[far, READABLE | WRITABLE]]);
  });

  pollers("reports a listener with a connection that waits", async (context) => {
    const { sandbox, listener, add, wait } = context;
    add(listener, READABLE);
    sandbox.calls.connect(sandbox.scratch, sandbox.put(sandbox.address));
    assert.equal(wait(1000), [[listener, READABLE]]);
  });

  pollers("follows a changed interest, and a state that holds already", (context) => {
    const { sandbox, ends, add, modify, wait } = context;
    const [near, far] = ends;
    sandbox.send(near, "x");
    const watch = add(far, WRITABLE);
    assert.equal(wait(1000), [[far, WRITABLE]]);
    modify(watch, READABLE);
    assert.equal(wait(1000), [[far, READABLE]]);
    modify(watch, READABLE | WRITABLE);
    assert.equal(wait(1000), [[far, READABLE | WRITABLE]]);
  });

  pollers("says nothing about a watch without interest", ({ sandbox, ends, add, modify, wait }) => {
    const [near, far] = ends;
    sandbox.send(near, "x");
    const watch = add(far, READABLE);
    modify(watch, NONE);
    assert.equal(wait(), []);
    modify(watch, READABLE);
    assert.equal(wait(1000), [[far, READABLE]]);
  });

  pollers("says nothing any more about what was removed, and goes on with the rest", (context) => {
    const { sandbox, exports, listener, ends, add, wait } = context;
    const [near, far] = ends;
    const watches = [add(listener, READABLE), add(near, WRITABLE), add(far, WRITABLE)];
    for (const removed of [0, 1]) assert.is(exports.remove(watches[removed]), 0);
    assert.equal(wait(1000), [[far, WRITABLE]]);
    assert.is(exports.remove(watches[2]), 0);
    assert.equal(wait(), []);
    sandbox.send(near, "x");
    add(far, READABLE);
    assert.equal(wait(1000), [[far, READABLE]]);
  });

  pollers("takes a descriptor's number again after that was closed", async (context) => {
    const { sandbox, exports, listener, ends, add, wait } = context;
    const [near, far] = ends;
    add(near, WRITABLE);
    const watch = add(far, READABLE);
    exports.forget(watch);
    assert.is(sandbox.calls.close(far), 0);
    const [next] = await sandbox.pair(listener);
    assert.is(next, far, "the kernel gives the lowest number");
    add(next, WRITABLE);
    // The peer of the one that stayed has gone, which only edges tell to those who want to write.
    const wanted = wait(1000).map(([fd, readiness]) => [fd, readiness & WRITABLE]);
    assert.equal(wanted, [[near, WRITABLE], [next, WRITABLE]].sort(([a], [b]) => a - b));
  });

  pollers("tells the end of the peer, and a reset too", async (context) => {
    const { sandbox, listener, ends, add, wait } = context;
    const [near, far] = ends;
    const [near2, far2] = await sandbox.pair(listener);
    add(far, READABLE);
    add(far2, READABLE);
    sandbox.calls.close(near);
    sandbox.send(far2, "what is not read makes it a reset");
    sandbox.calls.close(near2);
    const found = wait(1000);
    assert.equal(found.map(([fd]) => fd), [far, far2].sort((a, b) => a - b));
    for (const [, readiness] of found) assert.ok(readiness & (READABLE | PEER_CLOSED));
    assert.is(sandbox.receive(far), "");
    assert.is(outcome(sandbox.calls.recv(far2, sandbox.scratch, 1)), "ECONNRESET");
  });

  pollers("does not repeat a reset to whom nobody listens", async (context) => {
    const { sandbox, ends, add, wait } = context;
    const [near, far] = ends;
    const watch = add(far, READABLE);
    context.modify(watch, NONE);
    sandbox.send(far, "what is not read makes it a reset");
    sandbox.calls.close(near);
    wait();
    assert.equal(wait(), []);
  });

  pollers("finds the ready ones among hundreds", async ({ sandbox, listener, add, wait }) => {
    const all = [];
    for (let i = 0; i < 120; i++) all.push(await sandbox.pair(listener));
    for (const [near, far] of all) {
      add(near, NONE);
      add(far, READABLE);
    }
    const ready = all.filter((_, i) => i % 7 === 0);
    for (const [near] of ready) sandbox.send(near, "x");
    const found = wait(1000).map(([fd]) => fd);
    const expected = variant.isBusy ? all : ready;
    assert.equal(found, expected.map(([, far]) => far).sort((a, b) => a - b));
  });

  exact("waits as long as it is told, and not longer", ({ ends, add, wait }) => {
    add(ends[0], READABLE);
    const start = performance.now();
    assert.equal(wait(60), []);
    const elapsed = performance.now() - start;
    assert.ok(elapsed >= 59 && elapsed < 5000, `${elapsed} ms`);
  });

  pollers("does not wait when something is ready, even for ever", ({ ends, add, wait }) => {
    add(ends[0], WRITABLE);
    assert.is(wait(-1).length, 1);
  });

  pollers.run();
}

const trigger = suite("trigger");

trigger("level: what is left unread is reported again, edge: it is not", async () => {
  for (const variant of [kind("epoll, level"), kind("epoll, edge")]) {
    const { sandbox, listener, add, modify, wait, end } = await begin(variant);
    const [near, far] = await sandbox.pair(listener);
    const watch = add(far, READABLE);
    const again = variant.isEdge ? [] : [[far, READABLE]];
    sandbox.send(near, "abc");
    assert.equal(wait(1000), [[far, READABLE]], "the first time both report it");
    assert.is(sandbox.receive(far, 1), "a");
    assert.equal(wait(), again, "two bytes are left");
    sandbox.send(near, "d");
    assert.equal(wait(1000), [[far, READABLE]], "more has come, which is an edge");
    assert.equal(wait(), again);
    modify(watch, READABLE);
    assert.equal(wait(1000), [[far, READABLE]], "asking anew re-arms");
    assert.is(sandbox.receive(far), "bcd");
    assert.equal(wait(), []);
    end();
  }
});

trigger("of all others is level", async () => {
  for (const variant of [kind("poll"), kind("select"), kind("busy")]) {
    const { sandbox, listener, add, wait, end } = await begin(variant);
    const [near, far] = await sandbox.pair(listener);
    add(far, READABLE);
    sandbox.send(near, "abc");
    for (let time = 0; time < 3; time++) assert.equal(wait(1000), [[far, READABLE]]);
    end();
  }
});

trigger.run();

const limits = suite("limits");

limits("of poll and busy: as many as were planned for", async () => {
  for (const variant of [kind("poll"), kind("busy")]) {
    const { sandbox, exports, add, end } = await begin(variant);
    const all = Array.from({ length: CAPACITY + 1 }, () => sandbox.calls.epoll_create1(0));
    const last = all.pop();
    const watches = all.map((fd) => add(fd, READABLE));
    assert.is(outcome(exports.add(exports.watch(last), READABLE)), "ENOMEM");
    exports.remove(watches[7]);
    add(last, READABLE);
    end();
  }
});

const hardLimit = Number(
  readFileSync("/proc/self/limits", "utf8").match(/Max open files +\d+ +(\d+)/)?.[1] ?? Infinity,
);
const isRoomy = hardLimit >= 1200;
if (!isRoomy) console.log(`skipped: the limit of descriptors is ${hardLimit}`);

(isRoomy ? limits : limits.skip)("of select: descriptors below 1024, and one line", async () => {
  const { sandbox, exports, add, wait, end } = await begin(kind("select"));
  const fill = [];
  while ((fill.at(-1) ?? 0) < 1030) fill.push(sandbox.calls.epoll_create1(0));
  const highest = fill.find((fd) => fd === 1023);
  assert.ok(highest, "no other file of this process has that number");
  add(highest, READABLE);
  exports.readClock();
  for (const fd of fill.filter((number) => number > 1023)) {
    assert.is(exports.add(exports.watch(fd), READABLE), E.EMFILE, `${fd}`);
  }
  assert.equal(wait(), [], "the others are watched as before");
  const line = "select: descriptor 1024 is beyond its limit of 1024: connection refused\n";
  assert.is(sandbox.written[2], line, "once, although there were several");
  end();
});

limits.run();
