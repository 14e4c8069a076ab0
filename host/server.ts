// A server across its reloads: the generation of workers that serves, and those before it that have
// retired but not ended. A successor takes up the same listeners before its predecessor lets go of
// them, so nobody who connects finds them closed.

import { type Account, addAccounts, NO_ACCOUNT } from "./account.js";
import { settlesWithin } from "./deadline.js";
import { report } from "./errors.js";
import type { Generation } from "./generation.js";
import { addStandings, type Standing } from "./standing.js";
import { count, showDuration } from "./units.js";

export class Server {
  /** All that have not ended; the last one serves. */
  #generations: Generation[];
  /** The work of those that have. */
  #past: Account = NO_ACCOUNT;
  #pastStandings: Standing[] = [];

  /** The generation has not been started yet. */
  constructor(first: Generation) {
    this.#generations = [first];
  }

  /** The one that serves. */
  get generation(): Generation {
    return this.#generations.at(-1) as Generation;
  }

  /** SHA-256 of the module that serves; "" where nobody is interested. */
  get checksum(): string {
    return this.generation.checksum ?? "";
  }

  /** How every worker is doing, all that had its place before counted in. */
  async report(patienceMs: number): Promise<Standing[]> {
    // Taken at one moment: a generation that ends meanwhile must not be counted twice.
    const past = this.#pastStandings;
    const reports = this.#generations.map(({ supervisor }) => supervisor.report(patienceMs));
    return (await Promise.all(reports)).reduce(addStandings, past);
  }

  /**
   * Puts a generation that has been started in the place of the present one, which retires; resolves
   * when the successor alone accepts.
   */
  async replace(successor: Generation): Promise<void> {
    const { generation } = this;
    this.#generations.push(successor);
    // It may have been opened before a rotation that only the others have heard of.
    successor.log?.reopen(successor.office.log);
    await generation.supervisor.retire();
    this.#awaitEnd(generation).catch(report); // the one that serves goes on
  }

  /** Opens access logs anew, also those of generations that have retired. */
  reopenLogs(complain: (line: string) => void): void {
    for (const { log } of this.#generations) log?.reopen(complain);
  }

  /** Stops accepting; resolves with the account from just before. */
  async drain(): Promise<Account> {
    const drains = this.#generations.map(({ supervisor }) => supervisor.drain());
    return (await Promise.all(drains)).reduce(addAccounts, NO_ACCOUNT);
  }

  /** Resolves when every guest of the generation that serves has ended by itself. */
  async closed(): Promise<void> {
    let generation: Generation;
    do {
      generation = this.generation;
      await generation.supervisor.closed();
      // One that has been replaced says nothing about the server, and is to be forgotten.
    } while (generation !== this.generation);
  }

  /** Waits for what has been drained, then ends what is left; resolves with all work. */
  async finish(graceMs: number): Promise<Account> {
    await Promise.all(this.#generations.map(({ supervisor }) => supervisor.finish(graceMs)));
    const accounts = this.#generations.map(({ supervisor }) => supervisor.account);
    return accounts.reduce(addAccounts, this.#past);
  }

  async #awaitEnd(generation: Generation): Promise<void> {
    const { supervisor, settings } = generation;
    const graceMs = settings["grace-period"];
    const hasEnded = () => settlesWithin(supervisor.closed(), graceMs);
    let isOver = await hasEnded();
    if (!isOver) {
      await supervisor.drain();
      isOver = await hasEnded();
    }
    await supervisor.finish(0);
    if (!isOver) tellCutOff(generation);
    const standings = await supervisor.report();
    this.#past = addAccounts(this.#past, supervisor.account);
    this.#pastStandings = addStandings(this.#pastStandings, standings);
    this.#generations = this.#generations.filter((each) => each !== generation);
    generation.close();
  }
}

/** Says what the end of a generation has cut off. */
function tellCutOff({ supervisor, settings }: Generation): void {
  const { busy } = supervisor.account.counters;
  if (busy === 0 || settings.quiet) return;
  const after = showDuration(2 * settings["grace-period"]);
  const what = `${count(busy, "request")} in flight cut off`;
  console.error(`warning: reload: ${what} after ${after}, twice --grace-period`);
}
