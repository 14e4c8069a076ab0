// How the main thread and a worker talk. A worker is blocked inside the guest almost always, so
// no message can reach it: the main thread writes a command into a word of shared memory and
// wakes the guest through its eventfd. The worker answers with messages.

import type { Account } from "./account.js";
import type { Grants } from "./shim.js";

/** The values of the control word. A worker that finds `Hold` when its guest is up waits. */
export const Command = { Run: 0, Drain: 1, Stop: 2, Tell: 3, Hold: 4, Retire: 5 } as const;

/** What a worker has to do: it is started with it (`workerData`), or gets it as a message. */
export interface Assignment {
  module: WebAssembly.Module;
  /** The guest's arguments, without the program's name. */
  args: string[];
  grants: Grants;
  /** One shared word, a `Command`. */
  control: Int32Array;
}

/** What a worker has to say. */
export type Report =
  | { type: "ready"; memoryBytes: number }
  | { type: "told"; account: Account }
  | { type: "retiring" }
  | { type: "draining"; account: Account }
  | { type: "ended"; account: Account }
  | { type: "failed"; reason: string; account: Account };
