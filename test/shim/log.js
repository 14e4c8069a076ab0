// Logs: what is appended where, and that nothing which takes no bytes makes a writer wait.

import { execFileSync } from "node:child_process";
import {
  closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync,
  statSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Guest, openDescriptors, outcome, shim, SHIM_PATH } from "../helpers/proxy.js";

const directory = mkdtempSync(join(tmpdir(), "epollux-log-"));
process.once("exit", () => rmSync(directory, { recursive: true }));

let names = 0;
const fresh = () => join(directory, `${names++}.log`);

function makeFifo() {
  const path = fresh();
  execFileSync("mkfifo", [path]);
  return path;
}

const log = suite("log");

/** Appends text to a log of the guest. */
function append(guest, text, index = 0) {
  return guest.calls.write(index, 0, guest.put(0, text));
}

/** Calls `use` with a guest that was granted these logs. */
function withLogs(logs, use) {
  const guest = new Guest({ logs });
  try {
    return use(guest);
  } finally {
    guest.end();
  }
}

/** The same with one that is a descriptor of ours. */
function withDescriptor(descriptor, use) {
  const eventfd = shim.openEventfd();
  const instance = shim.createInstance({ listeners: [], roots: [], logs: [descriptor], eventfd });
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).fill(0x78);
  instance.bind(memory.buffer);
  try {
    return use((length) => instance.imports.file.write(0, 0, length));
  } finally {
    instance.close();
    shim.closeDescriptor(eventfd);
  }
}

/** Writes until nothing is taken; how many bytes were, and the answer in the end. */
function fill(write) {
  for (let total = 0; total < 1 << 24; ) {
    const result = write(4096);
    if (result <= 0) return { total, answer: outcome(result) };
    total += result;
  }
  return { answer: "has no end" };
}

log("is appended to, and made if there is none, for its owner and group only", () => {
  const [first, second] = [fresh(), fresh()];
  writeFileSync(first, "before\n");
  withLogs([first, second], (guest) => {
    assert.is(append(guest, "one\n"), 4);
    assert.is(append(guest, "two\n"), 4);
    assert.is(append(guest, "other\n", 1), 6);
    assert.is(append(guest, ""), 0);
  });
  assert.is(readFileSync(first, "utf8"), "before\none\ntwo\n");
  assert.is(readFileSync(second, "utf8"), "other\n");
  assert.is(statSync(second).mode & 0o137, 0, "neither for others nor to be executed");
});

log("is named by its index: any other number is EBADF", () => {
  withLogs([fresh()], (guest) => {
    for (const index of [1, 2, -1, 2 ** 31 - 1, -(2 ** 31), guest.logs[0]]) {
      assert.is(outcome(append(guest, "x", index)), "EBADF", `${index}`);
    }
    assert.is(readFileSync(`/proc/self/fd/${guest.logs[0]}`, "utf8"), "");
  });
});

log("is none where none is granted, and none any more when the instance is closed", () => {
  withLogs([], (guest) => assert.is(outcome(append(guest, "x")), "EBADF"));
  const guest = new Guest({ logs: ["/dev/null"] });
  guest.instance.close();
  assert.is(outcome(append(guest, "x")), "EBADF");
  guest.end();
});

log("is no descriptor of the guest's own: it can neither close nor watch it", () => {
  withLogs([fresh()], (guest) => {
    const [descriptor] = guest.logs;
    assert.is(outcome(guest.calls.close(descriptor)), "EBADF");
    assert.is(outcome(guest.calls.pread(descriptor, 0, 1, 0)), "EBADF");
    assert.is(outcome(guest.calls.sendfile(descriptor, descriptor, 0, 1)), "EBADF");
    const epfd = guest.calls.epoll_create1(0);
    assert.is(outcome(guest.calls.epoll_ctl(epfd, 1, descriptor, 1, 0)), "EBADF");
  });
});

log("that is full does not wait: EAGAIN of a FIFO, ENOSPC of a device", () => {
  withLogs([makeFifo(), "/dev/full"], (guest) => {
    const { total, answer } = fill((length) => guest.calls.write(0, 0, length));
    assert.is(answer, "EAGAIN");
    assert.ok(total >= 65536, `${total} bytes`);
    assert.is(outcome(append(guest, "x", 1)), "ENOSPC");
  });
});

log("takes more than PIPE_BUF at once as a regular file only, else it is EMSGSIZE", () => {
  const path = fresh();
  withLogs([path, makeFifo(), "/dev/full"], (guest) => {
    assert.is(guest.calls.write(0, 0, 60_000), 60_000);
    assert.is(statSync(path).size, 60_000);
    for (const index of [1, 2]) {
      assert.is(outcome(guest.calls.write(index, 0, 4097)), "EMSGSIZE");
    }
    assert.is(guest.calls.write(1, 0, 4096), 4096);
  });
});

log("a FIFO needs no reader, and goes on when one has come and gone", () => {
  const path = makeFifo();
  withLogs([path], (guest) => {
    assert.is(append(guest, "one\n"), 4);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(16);
    assert.is(bytes.toString("utf8", 0, readSync(reader, bytes)), "one\n");
    closeSync(reader);
    assert.is(append(guest, "two\n"), 4);
  });
});

log("a pipe whose description blocks is written only while it has room", () => {
  const pipe = openSync(makeFifo(), constants.O_RDWR);
  const { total, answer } = withDescriptor(pipe, fill);
  assert.is(answer, "EAGAIN");
  assert.ok(total >= 65536 - 4096, `${total} bytes`);
  closeSync(pipe);
});

log("a socket is written without waiting, whoever else has it", () => {
  // Both ends of a connection through the guest's own calls; the shim sees a descriptor like any.
  const guest = new Guest({ listen: ["127.0.0.1:0"] });
  const listener = guest.listen();
  const other = new Guest({ connect: [`127.0.0.1:${guest.ports[0]}`] });
  const near = other.connect(`127.0.0.1:${guest.ports[0]}`);
  let far;
  do far = guest.calls.accept4(listener, 0);
  while (outcome(far) === "EAGAIN");
  const { total, answer } = withDescriptor(near, fill);
  assert.is(answer, "EAGAIN");
  assert.ok(total > 0);
  guest.calls.close(far);
  guest.end();
  // The peer has gone: an error, and no signal.
  assert.match(fill((length) => withDescriptor(near, (write) => write(length))).answer,
    /EPIPE|ECONNRESET/);
  other.end();
});

log("cannot be what is no descriptor", () => {
  for (const logs of [[99999], [-1], ["0"], 0, [null]]) {
    assert.throws(() => shim.createInstance({ listeners: [], roots: [], logs, eventfd: 0 }),
      /grants\.logs/);
  }
});

log("cannot be opened where there is none, is a directory, or is too long a name", () => {
  const before = openDescriptors();
  assert.is(outcome(shim.openLog(join(directory, "none/a.log"))), "ENOENT");
  assert.is(outcome(shim.openLog(directory)), "EISDIR");
  assert.is(outcome(shim.openLog("x".repeat(5000))), "ENAMETOOLONG");
  assert.is(openDescriptors(), before);
});

log("on standard output has a description of its own, and leaves the one there as it was", () => {
  const script = `
    const shim = require(${JSON.stringify(SHIM_PATH)});
    const flags = (fd) =>
      parseInt(/flags:\\s+(\\d+)/.exec(require("fs").readFileSync("/proc/self/fdinfo/" + fd))[1], 8);
    const before = flags(1);
    const log = shim.openLog("");
    console.error(JSON.stringify([log > 2, before, flags(1), log > 2 && flags(log)]));`;
  const { O_NONBLOCK, O_APPEND } = constants;
  const run = (redirection) => {
    const command = `{ "$0" -e "$1" 2>&3 ${redirection}; } 3>&1`;
    return execFileSync("sh", ["-c", command, process.execPath, script], { encoding: "utf8" });
  };
  for (const redirection of ["| cat", "> /dev/null"]) {
    const [isOpen, before, after, own] = JSON.parse(run(redirection));
    assert.ok(isOpen);
    assert.is(after, before);
    assert.is(own & O_NONBLOCK, O_NONBLOCK, redirection);
  }
  // The offset of a file is shared, or what others say would be written over.
  const [isOpen, before, after, own] = JSON.parse(run(`> "${fresh()}"`));
  assert.equal([isOpen, after, own & (O_NONBLOCK | O_APPEND)], [true, before, 0]);
  assert.equal(JSON.parse(run("1< /dev/null"))[0], false, "one that is only read is none");
});

log("opened anew is another file under the same descriptor", () => {
  const path = fresh();
  withLogs([path], (guest) => {
    const before = openDescriptors();
    append(guest, "one\n");
    renameSync(path, `${path}.1`);
    append(guest, "two\n");
    assert.is(shim.reopenLog(path, guest.logs[0]), 0);
    append(guest, "three\n");
    assert.is(openDescriptors(), before);
  });
  assert.is(readFileSync(`${path}.1`, "utf8"), "one\ntwo\n");
  assert.is(readFileSync(path, "utf8"), "three\n");
});

log("that cannot be opened anew stays what it was", () => {
  const path = fresh();
  withLogs([path], (guest) => {
    const before = openDescriptors();
    renameSync(path, `${path}.1`);
    mkdirSync(path);
    assert.is(outcome(shim.reopenLog(path, guest.logs[0])), "EISDIR");
    append(guest, "one\n");
    assert.is(openDescriptors(), before);
  });
  assert.is(readFileSync(`${path}.1`, "utf8"), "one\n");
});

log.run();
