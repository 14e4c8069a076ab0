import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EPOLL, Guest, openDescriptors, outcome, shim } from "../helpers/proxy.js";

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

if (isMainThread) threads.run();
else work();
