// One worker's place: its listeners, its eventfd, its control word, and the thread that has the
// place now. When the guest of a thread fails, a successor takes the same place and so the same
// listeners: the connections in their queues just wait.

import { setTimeout as pause } from "node:timers/promises";

import { type Assignment, Command } from "./control.js";
import { addCounters, type Counters, NO_COUNTERS } from "./counters.js";
import { settlesWithin } from "./deadline.js";
import { describeErrno, StartError } from "./errors.js";
import { Pace } from "./pace.js";
import type { GrantedListener, Shim } from "./shim.js";
import { Thread } from "./thread.js";
import { showDuration } from "./units.js";

const STOP_MS = 500;

/** What all seats of a server have in common. */
export interface Office {
  shim: Shim;
  module: WebAssembly.Module;
  /** Arguments of the guest. */
  args: string[];
  /** Descriptors of directories. */
  roots: number[];
  /** Takes a line about a failure. */
  log(line: string): void;
}

export class Seat {
  readonly #office: Office;
  readonly #name: string;
  readonly #assignment: Assignment;
  readonly #pace = new Pace();
  readonly #closing = new AbortController();
  #thread: Thread | undefined;
  #occupied: Promise<void> = Promise.resolve();
  #counters: Counters = NO_COUNTERS;

  constructor(office: Office, number: number, listeners: GrantedListener[]) {
    const { shim, module, args, roots } = office;
    this.#office = office;
    this.#name = `worker ${number}`;
    const grants = { listeners, roots, eventfd: openEventfd(shim) };
    const control = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#assignment = { module, args, grants, control };
  }

  /** Work of all threads that had this place; of the present one as of its last report. */
  get counters(): Counters {
    return this.#counters;
  }

  /** Resolves with the size of the guest's memory once it serves. Throws `StartError`. */
  async open(): Promise<number> {
    const thread = (this.#thread = new Thread(this.#assignment));
    const ready = await thread.ready;
    if (!ready) {
      const { reason } = await thread.end;
      throw new StartError(`${this.#name} ${reason}`);
    }
    this.#occupied = this.#occupy(thread);
    return ready.memoryBytes;
  }

  /** Makes the guest drain; resolves with its requests in flight when it has begun to. */
  async drain(): Promise<number> {
    this.#closing.abort();
    this.#command(Command.Drain);
    const report = await this.#thread?.draining;
    // Only now: a guest that is still starting would find its listener gone, or another's.
    for (const { descriptor } of this.#assignment.grants.listeners.splice(0)) {
      this.#office.shim.closeDescriptor(descriptor);
    }
    return report?.counters.busy ?? 0;
  }

  /** Resolves when the place is empty for good. */
  closed(): Promise<void> {
    return this.#occupied;
  }

  /** Ends the thread whatever its guest is doing. */
  async stop(): Promise<void> {
    this.halt();
    if (!(await settlesWithin(this.#occupied, STOP_MS))) await this.#thread?.terminate();
    await this.#occupied;
  }

  /** Ends the thread as soon as its guest returns from its turn; does not wait for that. */
  halt(): void {
    this.#closing.abort();
    this.#command(Command.Stop);
  }

  async #occupy(thread: Thread): Promise<void> {
    for (;;) {
      const { reason, counters } = await thread.end;
      this.#counters = addCounters(this.#counters, counters);
      if (reason !== undefined) await this.#recover(reason);
      if (this.#closing.signal.aborted) return;
      thread = this.#thread = new Thread(this.#assignment);
    }
  }

  /** Says what happened and lets the time pass until the next start. */
  async #recover(reason: string): Promise<void> {
    const { signal } = this.#closing;
    const log = (sequel: string) => this.#office.log(`${this.#name} ${reason}; ${sequel}`);
    if (signal.aborted) return log("not replaced");
    const delay = this.#pace.next(performance.now());
    if (delay === 0) return log("replaced");
    log(`next start in ${showDuration(delay)}`);
    await pause(delay, undefined, { signal }).catch(() => undefined);
  }

  /** A wake that fails finds the eventfd full, which wakes as well. */
  #command(command: number): void {
    const { control, grants } = this.#assignment;
    Atomics.store(control, 0, command);
    this.#office.shim.wake(grants.eventfd);
  }
}

function openEventfd(shim: Shim): number {
  const descriptor = shim.openEventfd();
  if (descriptor < 0) throw new StartError(`cannot open an eventfd: ${describeErrno(descriptor)}`);
  return descriptor;
}
