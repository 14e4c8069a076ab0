// A thread in reserve, with all its code loaded: who fails is replaced in a few milliseconds, not in
// the fifty or more that it takes to start a thread and load what it needs.

import type { Assignment } from "./control.js";
import { StartError } from "./errors.js";
import { Thread } from "./thread.js";

/** Not at once: when a server starts, it has better things to do. */
const FILL_DELAY_MS = 1000;

export class Reserve {
  #spare: Thread | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Makes sure that there will be one. */
  fill(): void {
    if (this.#spare || this.#isClosed) return;
    this.#timer ??= setTimeout(() => this.#start(), FILL_DELAY_MS).unref();
  }

  /** Gives the assignment to the thread in reserve, else to a new one. Throws `StartError`. */
  employ(assignment: Assignment): Thread {
    const thread = this.#spare;
    if (!thread) return new Thread(assignment);
    this.#spare = undefined;
    thread.assign(assignment);
    return thread;
  }

  /** Keeps none any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const spare = this.#spare;
    this.#spare = undefined;
    void spare?.terminate();
  }

  #start(): void {
    this.#timer = undefined;
    let thread: Thread;
    try {
      thread = this.#spare = new Thread();
    } catch (error) {
      if (error instanceof StartError) return; // whoever is replaced next asks again
      throw error;
    }
    thread.unref();
    // Should it end before its time, for want of descriptors or memory, there is none in reserve.
    const forget = () => {
      if (this.#spare === thread) this.#spare = undefined;
    };
    thread.end.then(forget, forget);
  }
}
