import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync, constants, mkdtempSync, openSync, readlinkSync, readSync, rmSync, writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { E, EPOLL, Guest, openDescriptors, outcome, shim } from "../helpers/proxy.js";

/** What each worker does: it owns one interest list, and obeys. */
function work() {
  const guest = new Guest();
  const epfd = guest.calls.epoll_create1(0);
  guest.calls.epoll_ctl(epfd, EPOLL.ADD, guest.eventfd, EPOLL.IN | EPOLL.ET, 0);
  const commands = {
    use: (fd) => outcome(guest.calls.epoll_wait(fd, 0, 1, 0)),
    close: (fd) => outcome(guest.calls.close(fd)),
    wait: () => guest.calls.epoll_wait(epfd, 0, 1, 20_000),
  };
  parentPort.on("message", ([name, value]) => parentPort.postMessage(commands[name](value)));
  parentPort.postMessage({ epfd, eventfd: guest.eventfd });
}

/** A worker that has said which descriptors it has. */
async function start() {
  const worker = new Worker(new URL(import.meta.url));
  const [{ epfd, eventfd }] = await once(worker, "message");
  const ask = async (name, value) => {
    worker.postMessage([name, value]);
    return (await once(worker, "message"))[0];
  };
  return { worker, epfd, eventfd, ask };
}

const threads = suite("threads");

threads("cannot use or close each other's descriptors", async () => {
  const [one, two] = await Promise.all([start(), start()]);
  assert.is.not(one.epfd, two.epfd);
  for (const [self, other] of [[one, two], [two, one]]) {
    assert.is(await self.ask("use", other.epfd), "EBADF");
    assert.is(await self.ask("close", other.epfd), "EBADF");
    assert.is(await self.ask("use", self.epfd), "succeeds");
  }
  await Promise.all([one.worker.terminate(), two.worker.terminate()]);
});

threads("are woken from another thread while they wait", async () => {
  const { worker, eventfd, ask } = await start();
  const answer = ask("wait");
  shim.wake(eventfd);
  assert.is(await answer, 1);
  await worker.terminate();
});

threads("leave no descriptor of the guest open when they end", async () => {
  const { worker, epfd, eventfd } = await start();
  assert.match(readlinkSync(`/proc/self/fd/${epfd}`), "eventpoll");
  const before = openDescriptors();
  await worker.terminate();
  shim.closeDescriptor(eventfd);
  assert.throws(() => readlinkSync(`/proc/self/fd/${epfd}`), /ENOENT/);
  assert.ok(openDescriptors() < before);
});

/**
 * Numbers that the threads share: the round they may write in, and how many have; what each got.
 */
const ROUND = 0;
const DONE = 1;
const RESULTS = 2;
const ROUNDS = 20_000;
const PIECE = 4096;

/** What a writer does: one piece in every round. */
function write({ shared, pipe, index }) {
  const instance = shim.createInstance({
    listeners: [], roots: [], logs: [pipe], eventfd: shim.openEventfd(),
  });
  instance.bind(new WebAssembly.Memory({ initial: 1 }).buffer);
  for (let round = 1; round <= ROUNDS; round++) {
    // A notification of the round before may come late.
    while (Atomics.load(shared, ROUND) < round) Atomics.wait(shared, ROUND, round - 1);
    Atomics.store(shared, RESULTS + index, instance.imports.file.write(0, 0, PIECE));
    Atomics.add(shared, DONE, 1);
    Atomics.notify(shared, DONE);
  }
}

threads("that write into one pipe that blocks do not wait for each other", async () => {
  const directory = mkdtempSync(join(tmpdir(), "epollux-threads-"));
  const path = join(directory, "pipe");
  execFileSync("mkfifo", [path]);
  const pipe = openSync(path, constants.O_RDWR);
  const filler = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  rmSync(directory, { recursive: true });
  const piece = Buffer.alloc(PIECE);
  assert.throws(() => {
    for (;;) writeSync(filler, piece);
  }, /EAGAIN/);

  const shared = new Int32Array(new SharedArrayBuffer(16));
  const writers = [0, 1].map((index) =>
    new Worker(new URL(import.meta.url), { workerData: { shared, pipe, index } }));
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      readSync(pipe, piece); // room for one of the two
      Atomics.store(shared, DONE, 0);
      Atomics.store(shared, ROUND, round);
      Atomics.notify(shared, ROUND);
      for (let done = 0; done < 2; done = Atomics.load(shared, DONE)) {
        if (Atomics.wait(shared, DONE, done, 5000) !== "timed-out") continue;
        readSync(pipe, piece); // or it would wait for ever
        assert.unreachable(`a thread waits, round ${round}`);
      }
      const results = [shared[RESULTS], shared[RESULTS + 1]].sort((a, b) => a - b);
      assert.equal(results, [E.EAGAIN, PIECE]);
    }
  } finally {
    await Promise.all(writers.map((writer) => writer.terminate()));
  }
  closeSync(pipe);
  closeSync(filler);
});

if (isMainThread) threads.run();
else if (workerData) write(workerData);
else work();
