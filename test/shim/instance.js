import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Guest, IMPORTS, openDescriptors, outcome, PAGE, ready, shim } from "../helpers/proxy.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const instance = suite("instance");

/** Grants nothing. */
const GRANTS = { listeners: [], roots: [], eventfd: -1 };

instance("offers every import of the contract, in three groups", () => {
  const { imports } = shim.createInstance(GRANTS);
  const names = (groups) =>
    Object.entries(groups).map(([group, functions]) => [group, Object.keys(functions)]);
  assert.equal(names(imports), names(IMPORTS));
});

instance("closes everything it owns, and nothing that it was granted", async () => {
  const guest = new Guest({ listen: ["127.0.0.1:0"], roots: ["/"] });
  const listener = guest.listen();
  const client = connect(guest.ports[0], "127.0.0.1");
  await once(client, "connect");
  assert.ok((await ready(() => guest.calls.accept4(listener, 0))) > 2);
  guest.calls.epoll_create1(0);
  guest.open("etc/passwd");
  assert.is(guest.instance.descriptors(), 4);

  const open = openDescriptors();
  guest.instance.close();
  assert.is(guest.instance.descriptors(), 0);
  assert.is(openDescriptors(), open - 4);
  guest.instance.close();
  guest.end();
  assert.is(openDescriptors(), open - 4 - 3); // eventfd, root and listener
  await once(client.resume(), "close");
});

instance("closes everything when it is collected", async () => {
  const before = openDescriptors();
  shim.createInstance(GRANTS).imports.epoll.epoll_create1(0);
  for (let turn = 0; turn < 100 && openDescriptors() !== before; turn++) {
    collectGarbage();
    await setImmediate();
  }
  assert.is(openDescriptors(), before);
});

instance("lives for as long as one of its imports does", async () => {
  const { epoll_create1 } = shim.createInstance(GRANTS).imports.epoll;
  for (let turn = 0; turn < 10; turn++) {
    collectGarbage();
    await setImmediate();
  }
  assert.ok(epoll_create1(0) > 2);
});

instance("tells whether the memory has moved", () => {
  const guest = new Guest({ bound: false });
  const { bind } = guest.instance;
  assert.is(bind(guest.memory.buffer), true);
  assert.is(bind(guest.memory.buffer), true);
  const elsewhere = new ArrayBuffer(PAGE);
  assert.is(bind(elsewhere), false);
  assert.is(bind(elsewhere), true);
  guest.end();
});

instance("keeps the memory it is bound to", async () => {
  const guest = new Guest({ roots: ["/"] });
  guest.instance.bind(new ArrayBuffer(PAGE)); // only the instance knows this one
  const file = guest.calls.epoll_create1(0);
  for (let turn = 0; turn < 10; turn++) {
    collectGarbage();
    await setImmediate();
  }
  assert.is(guest.calls.fstat(file, PAGE - 48), 0); // the sanitizer would tell
  guest.end();
});

instance("refuses memory that is no ArrayBuffer in use", () => {
  const { bind } = shim.createInstance(GRANTS);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const detached = memory.buffer;
  memory.grow(1);
  const mistakes = [undefined, null, {}, 1, new Uint8Array(8), new SharedArrayBuffer(8), detached];
  for (const mistake of mistakes) {
    assert.throws(() => bind(mistake), (error) => error instanceof TypeError, `${mistake}`);
  }
});

instance("never throws from an import, whatever JavaScript passes", () => {
  const { imports } = shim.createInstance(GRANTS);
  for (const functions of Object.values(imports)) {
    for (const [name, call] of Object.entries(functions)) {
      if (name === "eventfd") continue;
      for (const value of [undefined, null, "0", {}, 1n, Symbol("0")]) {
        assert.ok(call(value, value, value, value, value) < 0, name);
      }
      assert.ok(call() < 0, name);
    }
  }
});

instance("throws for grants of the wrong type, and leaves nothing behind", () => {
  const before = openDescriptors();
  const mistakes = [
    undefined,
    null,
    {},
    { ...GRANTS, listeners: undefined },
    { ...GRANTS, listeners: [{}] },
    { ...GRANTS, listeners: [{ address: "a", descriptor: "1" }] },
    { ...GRANTS, listeners: [{ address: "a", descriptor: 1 }, { address: 1, descriptor: 1 }] },
    { ...GRANTS, connect: "127.0.0.1:80" },
    { ...GRANTS, connect: [80] },
    { ...GRANTS, connect: ["127.0.0.1:80", "localhost:80"] },
    { ...GRANTS, roots: ["/"] },
    { ...GRANTS, eventfd: "1" },
    { ...GRANTS, openat2: 1 },
  ];
  for (const mistake of mistakes) {
    const label = JSON.stringify(mistake);
    assert.throws(() => shim.createInstance(mistake), (e) => e instanceof TypeError, label);
  }
  const failing = {
    ...GRANTS,
    get roots() {
      throw new RangeError("of the host's own");
    },
  };
  assert.throws(() => shim.createInstance(failing), /of the host's own/);
  assert.is(openDescriptors(), before);
});

instance("two of them share nothing", () => {
  const one = new Guest({ roots: ["/"] });
  const two = new Guest();
  const file = one.open("etc/passwd");
  assert.is(outcome(two.calls.fstat(file, 0)), "EBADF");
  assert.is(outcome(two.open("etc/passwd")), "EBADF");
  assert.is(outcome(two.calls.close(file)), "EBADF");
  assert.is(one.calls.fstat(file, 0), 0);
  one.end();
  two.end();
});

instance.run();
