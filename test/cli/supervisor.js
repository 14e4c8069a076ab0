// Workers with a guest made for the purpose: it fails, hangs or dawdles as told. The supervisor,
// the threads, the shim and the sockets are the real ones.

import binaryen from "binaryen";
import { EventEmitter, once } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import workerThreads from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { Reserve } from "../../build/host/reserve.js";
import { Sockets } from "../../build/host/listen.js";
import { FAILURE_LIMIT } from "../../build/host/pace.js";
import { loadShim } from "../../build/host/shim.js";
import { Supervisor } from "../../build/host/supervisor.js";

const shim = loadShim();
const supervisors = [];

// Even after a failed test, no worker may stay blocked and keep the process alive.
test.after.each(() => {
  for (const supervisor of supervisors.splice(0)) supervisor.halt();
});

// What the guest below says of itself, always.
const REQUESTS = 7;
const BUSY = 2;

/**
 * A guest that waits, and when a connection comes runs `onConnection` ($connection is its
 * descriptor). `onDrain` is the result of the turn after `drain`; `start` that of `start`.
 */
async function makeGuest(address, { onConnection = "", onDrain = 1, start = 0, configure = 0 }) {
  const text = `(module
    (import "epoll" "epoll_create1" (func $create (param i32) (result i32)))
    (import "epoll" "epoll_ctl" (func $ctl (param i32 i32 i32 i32 i32) (result i32)))
    (import "epoll" "epoll_wait" (func $wait (param i32 i32 i32 i32) (result i32)))
    (import "epoll" "eventfd" (func $eventfd (result i32)))
    (import "epoll" "eventfd_read" (func $eventfd_read (param i32) (result i32)))
    (import "socket" "listen" (func $listen (param i32 i32 i32) (result i32)))
    (import "socket" "accept4" (func $accept (param i32 i32) (result i32)))
    (import "socket" "send" (func $send (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "${address}")
    (data (i32.const 64) "${f64(REQUESTS)}")
    (data (i32.const 96) "${f64(BUSY)}")
    (global $epoll (mut i32) (i32.const 0))
    (global $idle (mut i32) (i32.const 0))
    (global $listener (mut i32) (i32.const 0))
    (global $draining (mut i32) (i32.const 0))
    (func (export "_initialize"))
    (func (export "configure") (result i32) (i32.const ${configure}))
    (func (export "start") (result i32)
      (global.set $epoll (call $create (i32.const 0)))
      (global.set $idle (call $create (i32.const 0)))
      (global.set $listener
        (call $listen (i32.const 0) (i32.const ${address.length}) (i32.const 16)))
      (drop (call $ctl (global.get $epoll) (i32.const 1) (call $eventfd)
        (i32.const 0x80000001) (i32.const 1)))
      (drop (call $ctl (global.get $epoll) (i32.const 1) (global.get $listener)
        (i32.const 1) (i32.const 2)))
      (i32.const ${start}))
    (func $recurse (call $recurse) (call $recurse))
    (func $serve (local $connection i32)
      (local.set $connection (call $accept (global.get $listener) (i32.const 0)))
      (if (i32.gt_s (local.get $connection) (i32.const 0)) (then ${onConnection})))
    (func (export "turn") (param $timeout i32) (result i32)
      (drop (call $wait (global.get $epoll) (i32.const 1024) (i32.const 8) (local.get $timeout)))
      (call $serve)
      (if (result i32) (global.get $draining)
        (then (i32.const ${onDrain})) (else (i32.const 0))))
    (func $drain (export "drain") (global.set $draining (i32.const 1)))
    (func (export "counters") (result i32) (i32.const 64)))`;
  const module = binaryen.parseText(text);
  assert.ok(module.validate());
  const bytes = module.emitBinary();
  module.dispose();
  return WebAssembly.compile(bytes);
}

/** The bytes of a number, as the text format writes them. */
function f64(number) {
  return Buffer.from(Float64Array.of(number).buffer).toString("hex").replace(/../g, "\\$&");
}

const GREETING = "127"; // the first bytes of its memory, which are its address
const GREET =
  "(drop (call $send (local.get $connection) (i32.const 0) (i32.const 3) (i32.const 0)))";
const SPIN = "(loop $for_ever (br $for_ever))";

/** Waits 400 ms on an interest list that is empty. */
const DAWDLE = `
  (drop (call $wait (global.get $idle) (i32.const 1024) (i32.const 8) (i32.const 400)))`;

/** Spins until it is woken, and takes the wake. */
const TAKE_WAKE = `
  (loop $again (br_if $again (i32.lt_s (call $eventfd_read (call $eventfd)) (i32.const 0))))`;

async function employ({ workers = 1, office = {}, ...guest } = {}) {
  const sockets = new Sockets(shim);
  const manner = { workers, backlog: 16, isDeferred: false, unixMode: 0o660 };
  const { bound, byWorker } = sockets.open([{ type: "tcp", ips: ["127.0.0.1"], port: 0 }], manner);
  const [{ port }] = bound;
  const module = await makeGuest(byWorker[0][0].address, guest);
  const lines = [];
  let hear;
  const log = (line) => hear(lines.push(line));
  const release = sockets.release.bind(sockets);
  const all = { shim, module, args: [], roots: [], log, release, ...office };
  const nextLine = () => new Promise((resolve) => (hear = resolve)).then(() => lines.at(-1));
  const supervisor = new Supervisor(all, byWorker);
  supervisors.push(supervisor);
  return { supervisor, port, lines, nextLine };
}

/** Connects; resolves with what has been received when the connection is over. */
async function greeting(port, { hangUp = false } = {}) {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1").on("error", () => {});
  let received = "";
  const over = once(socket, "close");
  socket.on("data", (chunk) => {
    received += chunk;
    if (hangUp) socket.destroy();
  });
  await over;
  return received;
}

test("workers start, drain and report what they did", async () => {
  const { supervisor, lines } = await employ({ workers: 3 });
  let announced;
  await supervisor.start((memoryBytes) => (announced = memoryBytes));
  assert.is(announced, 65_536);
  assert.is((await supervisor.drain()).counters.busy, 3 * BUSY);
  const { requests } = (await supervisor.finish(10_000)).counters;
  assert.is(requests, 3 * REQUESTS);
  assert.equal(lines, []);
});

test("workers are alive if all that have not failed answer, and one does", async () => {
  const { supervisor } = await employ({ workers: 2 });
  await supervisor.start();
  assert.ok(await supervisor.isAlive(10_000));
  await supervisor.drain();
  await supervisor.finish(10_000);
  assert.not(await supervisor.isAlive(10_000), "nobody is there any more");

  const hung = await employ({ onConnection: SPIN });
  await hung.supervisor.start();
  assert.ok(await hung.supervisor.isAlive(10_000));
  const client = connect(hung.port, "127.0.0.1");
  await once(client, "connect");
  // The wake of the question may be taken before the connection: then it answers once more.
  while (await hung.supervisor.isAlive(50)) continue;
  client.on("error", () => {}).destroy();
  await hung.supervisor.drain(1);
  await hung.supervisor.finish(1);
});

test("no guest takes up its work before the banner has been printed", async () => {
  const { supervisor, port } = await employ({ onConnection: GREET });
  let isAnnounced = false;
  const greeted = greeting(port, { hangUp: true }).then(() => assert.ok(isAnnounced));
  await supervisor.start(() => {
    // Nothing of the main thread runs meanwhile; a worker could.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    isAnnounced = true;
  });
  await greeted;
  await supervisor.drain();
  await supervisor.finish(10_000);
});

test("a trap closes the connections of its worker, which is replaced", async () => {
  const { supervisor, port, lines, nextLine } = await employ({ onConnection: "(unreachable)" });
  await supervisor.start();
  for (const round of [1, 2]) {
    const line = nextLine();
    assert.is(await greeting(port), "");
    assert.is(await line, "worker 1 trapped: unreachable; replaced", `round ${round}`);
  }
  await supervisor.drain();
  const { requests } = (await supervisor.finish(10_000)).counters;
  assert.is(requests, 3 * REQUESTS, "the work of all three instances");
  assert.is(lines.length, 2);
});

test("a guest that cannot be replaced is not, and its seat is empty then", async () => {
  const { supervisor, port, nextLine } = await employ({
    onConnection: "(unreachable)", office: { isSingleRun: true },
  });
  await supervisor.start();
  const line = nextLine();
  await greeting(port);
  assert.is(await line, "worker 1 trapped: unreachable; not replaced");
  await supervisor.closed();
  const { requests } = (await supervisor.finish(10_000)).counters;
  assert.is(requests, REQUESTS);
});

test("a guest that ends by itself has no successor", async () => {
  const { supervisor, port, lines } = await employ({ onConnection: "(call $drain)" });
  await supervisor.start();
  await greeting(port);
  await supervisor.closed();
  await supervisor.drain();
  const { requests } = (await supervisor.finish(10_000)).counters;
  assert.is(requests, REQUESTS);
  assert.equal(lines, []);
});

test("a guest tells of its work when it is asked, and goes on", async () => {
  let hear;
  const told = (account) => hear(account);
  const { supervisor, port } = await employ({ onConnection: GREET, office: { told } });
  await supervisor.start();
  for (let i = 0; i < 3; i++) {
    const account = new Promise((resolve) => (hear = resolve));
    supervisor.ask();
    assert.is((await account).counters.requests, REQUESTS);
  }
  assert.is(await greeting(port, { hangUp: true }), GREETING);
  await supervisor.drain();
  await supervisor.finish(10_000);
});

test("what a guest was asked when it trapped is answered by its successor", async () => {
  const { supervisor, port, nextLine } = await employ({
    onConnection: `${GREET} ${TAKE_WAKE} (unreachable)`,
  });
  await supervisor.start();
  const client = connect(port, "127.0.0.1").on("error", () => {});
  await once(client, "data");
  const line = nextLine();
  const [{ state }] = await supervisor.report(10_000);
  assert.is(await line, "worker 1 trapped: unreachable; replaced");
  assert.is(state, "up");
  await supervisor.drain();
  await supervisor.finish(10_000);
  client.destroy();
});

test("other workers do not notice a trap", async () => {
  const { supervisor, port, nextLine } = await employ({ onConnection: `${GREET} (unreachable)` });
  const other = await employ({ onConnection: GREET });
  await Promise.all([supervisor.start(), other.supervisor.start()]);
  const line = nextLine();
  await greeting(port);
  assert.match(await line, /^worker 1 trapped/);
  assert.is(await greeting(other.port, { hangUp: true }), GREETING);
  for (const each of [supervisor, other.supervisor]) {
    await each.drain();
    await each.finish(10_000);
  }
  assert.equal(other.lines, []);
});

test("a stack overflow of the guest is a trap like any other", async () => {
  const { supervisor, port, nextLine } = await employ({ onConnection: "(call $recurse)" });
  await supervisor.start();
  const line = nextLine();
  await greeting(port);
  assert.is(await line, "worker 1 trapped: Maximum call stack size exceeded; replaced");
  await supervisor.drain();
  await supervisor.finish(10_000);
});

test("a worker that keeps failing is replaced more slowly, and stops even while away", async () => {
  const { supervisor, port, nextLine } = await employ({ onConnection: "(unreachable)" });
  await supervisor.start();
  for (let i = 0; i < FAILURE_LIMIT; i++) {
    const line = nextLine();
    await greeting(port);
    assert.match(await line, /; replaced$/);
  }
  const line = nextLine();
  await greeting(port);
  assert.is(await line, "worker 1 trapped: unreachable; next start in 500ms");
  assert.is((await supervisor.drain()).counters.busy, 0);
  const { requests } = (await supervisor.finish(10_000)).counters;
  assert.is(requests, (FAILURE_LIMIT + 1) * REQUESTS, "no other instance was started");
});

/** What a start of a thread comes to: too many of them (EAGAIN), too few descriptors (EMFILE). */
const REFUSALS = {
  EAGAIN: () => {
    throw initFailure("EAGAIN");
  },
  EMFILE: () => {
    const worker = Object.assign(new EventEmitter(), { unref() {}, async terminate() {} });
    setImmediate(() => {
      worker.emit("error", initFailure("Worker initialization failure: EMFILE"));
      worker.emit("exit", 1);
    });
    return worker;
  },
};
const initFailure = (message) =>
  Object.assign(new Error(message), { code: "ERR_WORKER_INIT_FAILED" });

/** No thread can be had while this happens. */
async function withoutThreads(reason, use) {
  const { Worker } = workerThreads;
  const replace = (by) => {
    workerThreads.Worker = by;
    syncBuiltinESMExports();
  };
  let hear;
  const asked = new Promise((resolve) => (hear = resolve));
  replace(function () {
    hear();
    return REFUSALS[reason]();
  });
  try {
    return await use(asked);
  } finally {
    replace(Worker);
  }
}

for (const reason of Object.keys(REFUSALS)) {
  test(`a worker for which there is no thread is started later (${reason})`, async () => {
    const { supervisor, port, lines, nextLine } = await employ({
      onConnection: `${GREET} (unreachable)`,
    });
    await supervisor.start();
    await withoutThreads(reason, async () => {
      const line = nextLine();
      await greeting(port);
      await line;
      while (!/next start in /.test(lines.at(-1))) await nextLine();
    });
    assert.is(lines[0], "worker 1 trapped: unreachable; replaced");
    assert.is(lines[1], `worker 1 cannot start a thread: ${reason}; replaced`);
    assert.is(await greeting(port), GREETING);
    await supervisor.drain();
    await supervisor.finish(10_000);
  });

  test(`workers for which there is no thread at the start are an error (${reason})`, async () => {
    const { supervisor } = await employ();
    await withoutThreads(reason, async () => {
      await supervisor.start().then(assert.unreachable, (error) => {
        assert.match(error.message, new RegExp(`^(worker 1 )?cannot start a thread: ${reason}$`));
        assert.is(error.exitCode, 1);
      });
    });
  });

  test(`there is no reserve while there is no thread for it (${reason})`, async () => {
    const reserve = new Reserve();
    await withoutThreads(reason, async (asked) => {
      const alive = setInterval(() => {}, 1000); // the timer of the reserve does not keep us
      reserve.fill();
      await asked;
      clearInterval(alive);
    });
    reserve.close();
  });
}

test("connections that come while their worker is away wait for the successor", async () => {
  const { supervisor, port, nextLine } = await employ({ onConnection: `${GREET} (unreachable)` });
  await supervisor.start();
  const line = nextLine();
  const greetings = await Promise.all([greeting(port), greeting(port), greeting(port)]);
  assert.match(await line, /trapped/);
  assert.equal(greetings, Array(3).fill(GREETING));
  await supervisor.drain();
  await supervisor.finish(10_000);
});

test("a guest that does not end its drain is ended after the grace period", async () => {
  const { supervisor } = await employ({ onDrain: 0 });
  await supervisor.start();
  assert.is((await supervisor.drain()).counters.busy, BUSY);
  const { requests, busy } = (await supervisor.finish(20)).counters;
  assert.is(requests, REQUESTS);
  assert.is(busy, BUSY);
});

test("a guest that never returns is ended too", async () => {
  const { supervisor, port } = await employ({ onConnection: GREET + SPIN });
  await supervisor.start();
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await once(socket, "data");
  assert.is((await supervisor.drain()).counters.busy, 0, "no answer is no number");
  await supervisor.finish(20);
  socket.destroy();
});

test("a guest that cannot start is an error, not a trap", async () => {
  const unbound = await employ({ start: -98 });
  const message = "worker 1 cannot start: address already in use";
  await unbound.supervisor.start().then(assert.unreachable, (error) => {
    assert.is(error.message, message);
    assert.is(error.exitCode, 1);
  });
  const unconfigured = await employ({ configure: 2 });
  await unconfigured.supervisor.start().then(assert.unreachable, (error) => {
    assert.is(error.message, "worker 1 refused its configuration");
  });
});

test("who needs the accounts from before the drain can wait for them", async () => {
  // A turn that takes longer than the usual patience, but ends.
  const onConnection = GREET + DAWDLE;
  const { supervisor, port } = await employ({ onConnection });
  await supervisor.start();
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await once(socket, "data");
  assert.is((await supervisor.drain(20_000)).counters.busy, BUSY);
  await supervisor.finish(10_000);
  socket.destroy();
});

test("the listener is closed once the guest drains", async () => {
  const { supervisor, port } = await employ();
  await supervisor.start();
  await supervisor.drain();
  await supervisor.finish(10_000);
  const [error] = await once(connect(port, "127.0.0.1"), "error");
  assert.is(error.code, "ECONNREFUSED");
});

test.run();
