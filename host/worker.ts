// A worker thread: one instance of the guest, and the loop that turns it. Blocked in its poller most
// of its life, it hears the main thread only through the control word (see control.ts). One in
// reserve is started without an assignment, and gets it as its only message.

import { parentPort, workerData } from "node:worker_threads";

import { NO_ACCOUNT } from "./account.js";
import { type Assignment, Command, type Report } from "./control.js";
import { failureReason, Guest, loadNeeds } from "./guest.js";

if (workerData) void work(workerData as Assignment);
else void waitForWork();

/** In reserve: with everything loaded. */
async function waitForWork(): Promise<void> {
  await loadNeeds();
  parentPort?.once("message", (assignment: Assignment) => void work(assignment));
}

async function work(assignment: Assignment): Promise<void> {
  const { control } = assignment;
  let guest: Guest | undefined;
  try {
    guest = await Guest.create(assignment);
    guest.start();
    post({ type: "ready", memoryBytes: guest.memoryBytes });
    Atomics.wait(control, 0, Command.Hold);
    run(guest, control);
    // Asked first: what is cut off now was in flight.
    const account = guest.accountNow();
    guest.stop();
    post({ type: "ended", account });
    guest.close();
  } catch (error) {
    const reason = failureReason(error);
    if (reason === undefined) throw error;
    // First: a successor may start as soon as it is told.
    guest?.close();
    post({ type: "failed", reason, account: guest?.lastAccount() ?? NO_ACCOUNT });
  }
}

/** Obeys before the first turn too: a predecessor that failed may have taken the wake and no more. */
function run(guest: Guest, control: Int32Array): void {
  do {
    if (Atomics.load(control, 0) !== Command.Run && obey(guest, control) === Command.Stop) return;
  } while (guest.turn());
}

function obey(guest: Guest, control: Int32Array): number {
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
