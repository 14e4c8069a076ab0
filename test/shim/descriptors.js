import { closeSync, fstatSync, openSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { E, EPOLL, Guest, IMPORTS, outcome, shim } from "../helpers/proxy.js";

const descriptors = suite("descriptors");

descriptors.before.each((context) => {
  context.guest = new Guest({ listen: ["127.0.0.1:0"], roots: ["/"] });
  context.other = new Guest({ listen: ["127.0.0.1:0"], roots: ["/"] });
  context.process = openSync("/dev/null", "r");
});
descriptors.after.each((context) => {
  context.guest.end();
  context.other.end();
  closeSync(context.process);
});

// Every import that takes a descriptor, with good arguments for all the rest.
const CALLS = {
  "epoll_ctl, interest list": ({ calls, eventfd }, fd) =>
    calls.epoll_ctl(fd, EPOLL.ADD, eventfd, EPOLL.IN, 0),
  "epoll_ctl, descriptor": ({ calls }, fd) =>
    calls.epoll_ctl(calls.epoll_create1(0), EPOLL.ADD, fd, EPOLL.IN, 0),
  epoll_wait: ({ calls }, fd) => calls.epoll_wait(fd, 0, 1, 0),
  eventfd_read: ({ calls }, fd) => calls.eventfd_read(fd),
  accept4: ({ calls }, fd) => calls.accept4(fd, 0),
  recv: ({ calls }, fd) => calls.recv(fd, 0, 1),
  send: ({ calls }, fd) => calls.send(fd, 0, 1, 0),
  sendv: ({ calls }, fd) => calls.sendv(fd, 0, 0, 0),
  "send_each, a record": (guest, fd) => {
    guest.bytes().writeInt32LE(fd, 0);
    guest.bytes().writeUInt32LE(0, 8);
    guest.calls.send_each(0, 1);
    const result = guest.bytes().readInt32LE(12);
    guest.bytes().fill("?", 0, 16);
    return result;
  },
  "sendfile, socket": (guest, fd) => guest.calls.sendfile(fd, guest.open("etc/passwd"), 0, 1),
  "sendfile, file": (guest, fd) => guest.calls.sendfile(guest.listen(), fd, 0, 1),
  cork: ({ calls }, fd) => calls.cork(fd, 0),
  shutdown: ({ calls }, fd) => calls.shutdown(fd, 2),
  close: ({ calls }, fd) => calls.close(fd),
  fstat: ({ calls }, fd) => calls.fstat(fd, 0),
  pread: ({ calls }, fd) => calls.pread(fd, 0, 1, 0),
};

// Descriptors that a guest must not be able to use.
const FOREIGN = {
  "standard input": () => 0,
  "standard output": () => 1,
  "standard error": () => 2,
  "−1": () => -1,
  "2³⁰": () => 2 ** 30,
  "the lowest i32": () => -(2 ** 31),
  "the highest i32": () => 2 ** 31 - 1,
  "one of the process": (context) => context.process,
  "its root": ({ guest }) => guest.roots[0],
  "the host's listener": ({ guest }) => guest.listeners[0].descriptor,
  "another instance's listener": ({ other }) => other.listen(),
  "another instance's interest list": ({ other }) => other.calls.epoll_create1(0),
  "another instance's file": ({ other }) => other.open("etc/passwd"),
  "another instance's eventfd": ({ other }) => other.eventfd,
  "one that it has closed": ({ guest }) => {
    const all = Array.from({ length: 20 }, () => guest.open("etc/passwd"));
    all.forEach(guest.calls.close);
    return all.at(-1); // the calls that open something use the lower numbers
  },
};

const isOpen = (fd) => {
  try {
    return fstatSync(fd) !== undefined;
  } catch {
    return false;
  }
};

for (const [which, find] of Object.entries(FOREIGN)) {
  descriptors(`${which}: EBADF from every import`, (context) => {
    const { guest } = context;
    const fd = find(context);
    const wasOpen = fd >= 0 && isOpen(fd);
    for (const [name, call] of Object.entries(CALLS)) {
      assert.is(outcome(call(guest, fd)), "EBADF", name);
    }
    assert.is(fd >= 0 && isOpen(fd), wasOpen);
    assert.ok(guest.isUntouched());
  });
}

descriptors("the granted eventfd is good for being watched and reset only", ({ guest }) => {
  const { [`epoll_ctl, descriptor`]: watch, eventfd_read: reset, ...others } = CALLS;
  assert.is(watch(guest, guest.eventfd), 0);
  assert.is(outcome(reset(guest, guest.eventfd)), "EAGAIN");
  for (const [name, call] of Object.entries(others)) {
    assert.is(outcome(call(guest, guest.eventfd)), "EBADF", name);
  }
  assert.is(shim.wake(guest.eventfd), 0);
});

descriptors("a number the guest closed is good again once the kernel reuses it", ({ guest }) => {
  const first = guest.open("etc/passwd");
  guest.calls.close(first);
  const second = guest.calls.epoll_create1(0);
  assert.is(second, first);
  assert.is(guest.calls.epoll_wait(second, 0, 1, 0), 0);
});

descriptors("hundreds at once are counted, used and closed", ({ guest }) => {
  const all = Array.from({ length: 500 }, () => guest.calls.epoll_create1(0));
  assert.is(guest.instance.descriptors(), 500);
  for (const fd of all) assert.is(guest.calls.epoll_wait(fd, 0, 1, 0), 0);
  for (const fd of all) assert.is(guest.calls.close(fd), 0);
  for (const fd of all) assert.is(guest.calls.close(fd), E.EBADF);
  assert.is(guest.instance.descriptors(), 0);
});

descriptors("after close of the instance every import answers EBADF", ({ guest }) => {
  guest.instance.close();
  for (const group of Object.values(IMPORTS)) {
    for (const [name, signature] of Object.entries(group)) {
      const zeros = [...signature].map(() => 0);
      assert.is(outcome(guest.calls[name](...zeros)), "EBADF", name);
    }
  }
});

descriptors.run();
