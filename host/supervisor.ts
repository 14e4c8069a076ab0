// All workers of a server: started together, drained together.

import { addCounters, type Counters, NO_COUNTERS } from "./counters.js";
import { settlesWithin } from "./deadline.js";
import { type Office, Seat } from "./seat.js";
import type { GrantedListener } from "./shim.js";

/** Workers answer between two turns: at once, unless something is badly wrong. */
const ANSWER_MS = 250;

export class Supervisor {
  readonly #seats: Seat[];
  readonly #onExit = () => this.halt();

  constructor(office: Office, listenersByWorker: GrantedListener[][]) {
    this.#seats = listenersByWorker.map((listeners, i) => new Seat(office, i + 1, listeners));
    // Node joins all threads before it exits, so none may stay blocked in the guest.
    process.once("exit", this.#onExit);
  }

  /** Resolves with the size of each guest's memory once all serve. Throws `StartError`. */
  async start(): Promise<number> {
    const sizes = await Promise.all(this.#seats.map((seat) => seat.open()));
    return Math.max(...sizes);
  }

  /** Stops accepting; resolves with the number of requests in flight. */
  async drain(): Promise<number> {
    let busy = 0;
    const answers = this.#seats.map((seat) => seat.drain().then((inFlight) => (busy += inFlight)));
    await settlesWithin(Promise.all(answers), ANSWER_MS);
    return busy;
  }

  /** Waits for the drained workers, then ends those that are left; resolves with all work. */
  async finish(graceMs: number): Promise<Counters> {
    const closed = Promise.all(this.#seats.map((seat) => seat.closed()));
    if (!(await settlesWithin(closed, graceMs))) {
      await Promise.all(this.#seats.map((seat) => seat.stop()));
    }
    process.off("exit", this.#onExit);
    return this.#seats.map((seat) => seat.counters).reduce(addCounters, NO_COUNTERS);
  }

  /** Tells every worker to end at its next turn; waits for none. */
  halt(): void {
    for (const seat of this.#seats) seat.halt();
  }
}
