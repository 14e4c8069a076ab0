// The loop over an edge-triggered poller: a handler that does not use its descriptor up is called
// again without being reported, until it would block; over a level-triggered one it need not be.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { outcome, shim } from "../../helpers/proxy.js";
import { compileSandbox, Sandbox } from "../../helpers/sandbox.js";

const module = compileSandbox("loop", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Loop } from "../../assembly/loop/loop";
  import { Slot, SlotHandler } from "../../assembly/loop/slot";
  import { Slots } from "../../assembly/loop/slots";
  import { Clock } from "../../assembly/platform/clock";
  import { EpollPoller } from "../../assembly/poller/epoll";

  @external("env", "ready") declare function ready(slot: usize, fd: i32, readiness: u32): bool;

  const SLOT_SIZE: usize = 64;
  class Handler extends SlotHandler {
    ready(slot: Slot, readiness: u32): bool {
      return ready(changetype<usize>(slot), slot.fd, readiness);
    }
    expired(slot: Slot): void {}
  }
  let loop = changetype<Loop>(0);
  let kind: u8 = 0;

  export function scratch(): usize { return memory.data(1024); }
  export function create(isEdgeTriggered: bool): void {
    const slots = new Slots(new Arena(100 * SLOT_SIZE), 100, SLOT_SIZE);
    loop = new Loop(slots, new EpollPoller(), new Clock(), 1, isEdgeTriggered);
    kind = loop.register(new Handler());
  }
  export function open(): i32 { return loop.open(); }
  export function add(fd: i32, interest: u32): usize {
    const slot = loop.slots.take()!;
    slot.fd = fd;
    slot.kind = kind;
    loop.want(slot, interest);
    loop.add(slot);
    return changetype<usize>(slot);
  }
  export function want(slot: Slot, interest: u32): void { loop.want(slot, interest); }
  export function callAgain(slot: Slot): void { loop.callAgain(slot); }
  export function close(slot: Slot): void { loop.close(slot); }
  export function turn(timeoutMs: i32): void { loop.turn(timeoutMs); }
  export function used(): i32 { return loop.slots.used; }`);

const NONE = 0;
const READABLE = 1;
const WRITABLE = 2;
const UNKNOWN = 7;

/** A loop with one watched connection, whose handler is `ready(slot, fd, readiness)`. */
async function begin(isEdgeTriggered, ready) {
  const calls = [];
  const sandbox = await Sandbox.create(module, {
    ready(slot, fd, readiness) {
      calls.push(readiness);
      return ready(sandbox, slot, fd, readiness) ? 1 : 0;
    },
  });
  const { exports } = sandbox;
  exports.create(isEdgeTriggered);
  sandbox.bind();
  assert.is(exports.open(), 0);
  const listener = sandbox.listen();
  const [near, far] = await sandbox.pair(listener);
  return { sandbox, exports, listener, near, far, calls };
}

/** Reads one byte each time; finished when there is none. */
const readOne = (received) => (sandbox, slot, fd) => {
  const text = sandbox.receive(fd, 1);
  received.push(text ?? "would block");
  return text === undefined;
};

/** Turns without waiting until nothing has happened for three turns. */
function settle(exports, calls) {
  for (let quiet = 0; quiet < 3; quiet++) {
    const before = calls.length;
    exports.turn(0);
    if (calls.length > before) quiet = -1;
  }
}

const loop = suite("loop");

for (const isEdge of [false, true]) {
  const title = isEdge ? "edge" : "level";

  loop(`${title}: nothing is lost by a handler that reads a byte at a time`, async () => {
    const received = [];
    const { sandbox, exports, near, far, calls } = await begin(isEdge, readOne(received));
    exports.add(far, READABLE);
    sandbox.send(near, "abc");
    settle(exports, calls);
    // Edge-triggered the descriptor was reported once; the other calls were the loop's own, and it
    // is the last of them that finds out that there is no more.
    const [readiness, last] = isEdge ? [[1, UNKNOWN, UNKNOWN, UNKNOWN], ["would block"]] : [[1, 1, 1], []];
    assert.equal([received, calls], [["a", "b", "c", ...last], readiness]);
    sandbox.send(near, "d");
    settle(exports, calls);
    assert.ok(received.includes("d"));
    sandbox.end();
  });
}

loop("edge: what is left by a handler that says it has finished is not reported", async () => {
  const received = [];
  const hasty = (sandbox, slot, fd) => received.push(sandbox.receive(fd, 1)) > 0;
  const { sandbox, exports, near, far, calls } = await begin(true, hasty);
  const slot = exports.add(far, READABLE);
  sandbox.send(near, "abc");
  settle(exports, calls);
  assert.equal(received, ["a"]);
  // An interest that changes and changes back re-arms all the same.
  exports.want(slot, NONE);
  exports.want(slot, READABLE);
  settle(exports, calls);
  assert.equal(received, ["a", "b"]);
  exports.want(slot, READABLE | WRITABLE);
  settle(exports, calls);
  assert.equal(received, ["a", "b", "c"]);
  sandbox.end();
});

loop("edge: with something unfinished a turn does not wait", async () => {
  const { sandbox, exports, near, far } = await begin(true, readOne([]));
  exports.add(far, READABLE);
  sandbox.send(near, "abc");
  exports.turn(5000);
  const start = performance.now();
  exports.turn(5000);
  assert.ok(performance.now() - start < 2500);
  sandbox.end();
});

loop("edge: the wake-up is level-triggered, and reset each time", async () => {
  const { sandbox, exports } = await begin(true, () => true);
  for (let time = 0; time < 3; time++) {
    shim.wake(sandbox.eventfd);
    exports.turn(-1);
    assert.is(outcome(sandbox.calls.eventfd_read(sandbox.eventfd)), "EAGAIN");
  }
  sandbox.end();
});

for (const isEdge of [false, true]) {
  const title = isEdge ? "edge" : "level";

  loop(`${title}: a slot that is closed while it is to be called again is freed once`, async () => {
    const { sandbox, exports, listener, far, calls } = await begin(isEdge, () => true);
    const slot = exports.add(far, READABLE);
    exports.callAgain(slot);
    exports.close(slot);
    exports.turn(0);
    exports.turn(0);
    assert.equal([calls, exports.used()], [[], 0]);

    // Both slots taken now are different ones.
    const [one, other] = await sandbox.pair(listener);
    assert.is.not(exports.add(one, READABLE), exports.add(other, READABLE));
    assert.is(exports.used(), 2);
    sandbox.end();
  });

  loop(`${title}: callAgain calls in the next turn, ready or not, and once`, async () => {
    const { sandbox, exports, far, calls } = await begin(isEdge, () => true);
    const slot = exports.add(far, READABLE);
    exports.callAgain(slot);
    exports.callAgain(slot);
    assert.equal(calls, []);
    exports.turn(5000);
    assert.equal(calls, [UNKNOWN]);
    exports.turn(0);
    assert.equal(calls, [UNKNOWN]);
    sandbox.end();
  });

  loop(`${title}: a handler may close its slot`, async () => {
    const closing = (sandbox, slot) => {
      sandbox.exports.close(slot);
      return false;
    };
    const { sandbox, exports, far, near, calls } = await begin(isEdge, closing);
    exports.add(far, READABLE);
    sandbox.send(near, "x");
    settle(exports, calls);
    assert.equal([calls, exports.used()], [[READABLE], 0]);
    assert.is(outcome(sandbox.calls.close(far)), "EBADF");
    sandbox.end();
  });
}

loop.run();
