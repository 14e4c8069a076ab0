// A worker thread: one instance of the guest, and the loop that turns it. Blocked in its poller
// most of its life, it hears the main thread only through the control word (see control.ts).

import { parentPort, workerData } from "node:worker_threads";

import { type Assignment, Command, type Report } from "./control.js";
import { NO_COUNTERS } from "./counters.js";
import { failureReason, Guest } from "./guest.js";

const assignment = workerData as Assignment;
const { control } = assignment;

void work();

async function work(): Promise<void> {
  let guest: Guest | undefined;
  try {
    guest = await Guest.create(assignment);
    guest.start();
    post({ type: "ready", memoryBytes: guest.memoryBytes });
    Atomics.wait(control, 0, Command.Hold);
    run(guest);
    // Asked first: what is cut off now was in flight.
    const account = guest.accountNow();
    guest.stop();
    post({ type: "ended", account });
    guest.close();
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    guest?.close();
    post({ type: "failed", reason, account: { counters: guest?.lastCounters ?? NO_COUNTERS } });
  }
}

function run(guest: Guest): void {
  while (guest.turn()) {
    if (Atomics.load(control, 0) !== Command.Run && obey(guest) === Command.Stop) return;
  }
}

function obey(guest: Guest): number {
  const command = Atomics.exchange(control, 0, Command.Run);
  if (command === Command.Tell) post({ type: "told", account: guest.accountNow() });
  if (command === Command.Retire) {
    guest.retire();
    post({ type: "retiring" });
  }
  if (command === Command.Drain) {
    // Asked first: connections that are idle go at once.
    const account = guest.accountNow();
    guest.drain();
    post({ type: "draining", account });
  }
  return command;
}

function post(report: Report): void {
  parentPort?.postMessage(report);
}
