// All workers of a server: started together, drained together. A load client has one.

import { type Account, addAccounts, NO_ACCOUNT } from "./account.js";
import { settlesWithin } from "./deadline.js";
import { atExit } from "./exit.js";
import { Reserve } from "./reserve.js";
import { type Office, Seat } from "./seat.js";
import type { GrantedListener } from "./shim.js";
import type { Standing } from "./standing.js";

/** Workers answer between two turns: at once, unless something is badly wrong. */
const ANSWER_MS = 250;

export class Supervisor {
  readonly #seats: Seat[] = [];
  readonly #reserve = new Reserve();
  readonly #hasSuccessors: boolean;
  /** The halt at the exit of the process. */
  readonly #callOff: () => void;

  /**
   * Takes up the listeners. Throws `StartError`; those that are not given back then are left in
   * `listenersByWorker`.
   */
  constructor(office: Office, listenersByWorker: GrantedListener[][]) {
    this.#hasSuccessors = !office.isSingleRun;
    try {
      for (const [i, listeners] of listenersByWorker.entries()) {
        this.#seats.push(new Seat(office, `worker ${i + 1}`, listeners, this.#reserve));
      }
    } catch (error) {
      for (const seat of this.#seats) seat.close();
      throw error;
    }
    // Node joins all threads before it exits, so none may stay blocked in the guest.
    this.#callOff = atExit(() => this.halt());
  }

  /**
   * Resolves once all guests are at work. `announce` gets the size of each one's memory when all
   * are up, and has said what it has to say before they say anything; if it throws they do not begin.
   * Throws `StartError`.
   */
  async start(announce: (memoryBytes: number) => void = () => undefined): Promise<void> {
    const sizes = await Promise.all(this.#seats.map((seat) => seat.open()));
    announce(Math.max(...sizes));
    for (const seat of this.#seats) seat.release();
    if (this.#hasSuccessors) this.#reserve.fill();
  }

  /** Asks every guest for its account. */
  ask(): void {
    for (const seat of this.#seats) seat.ask();
  }

  /** How every worker is doing; for an answer none is given longer than `patienceMs`. */
  report(patienceMs = ANSWER_MS): Promise<Standing[]> {
    return Promise.all(this.#seats.map((seat) => seat.report(patienceMs)));
  }

  /** Has served its time: stops accepting, which is waited for, and ends as its clients allow. */
  async retire(): Promise<void> {
    this.#reserve.close();
    await settlesWithin(Promise.all(this.#seats.map((seat) => seat.retire())), ANSWER_MS);
  }

  /** Whether all guests that have not failed answer in time, and there are any. */
  async isAlive(withinMs: number): Promise<boolean> {
    const isUp = (await this.report(withinMs)).map(({ state }) => state === "up");
    return isUp.includes(true) && this.#seats.every((seat, i) => isUp[i] || !seat.isStaffed);
  }

  /**
   * Stops accepting, or sending; resolves with the accounts from just before, without those that
   * take longer than `patienceMs`.
   */
  async drain(patienceMs = ANSWER_MS): Promise<Account> {
    this.#reserve.close();
    let sum = NO_ACCOUNT;
    const answers = this.#seats.map(async (seat) => {
      const account = await seat.drain();
      sum = addAccounts(sum, account);
    });
    await settlesWithin(Promise.all(answers), patienceMs);
    return sum;
  }

  /** Resolves when every guest has ended by itself, or been drained. */
  async closed(): Promise<void> {
    await Promise.all(this.#seats.map((seat) => seat.closed()));
  }

  /** Waits for the drained workers, then ends those that are left; resolves with all work. */
  async finish(graceMs: number): Promise<Account> {
    if (!(await settlesWithin(this.closed(), graceMs))) {
      await Promise.all(this.#seats.map((seat) => seat.stop()));
    }
    this.#callOff();
    for (const seat of this.#seats) seat.close();
    return this.account;
  }

  /** All work of those that have ended. */
  get account(): Account {
    return this.#seats.map((seat) => seat.account).reduce(addAccounts, NO_ACCOUNT);
  }

  /** Tells every worker to end at its next turn; waits for none. */
  halt(): void {
    this.#reserve.close();
    for (const seat of this.#seats) seat.halt();
  }
}
