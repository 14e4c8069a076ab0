// How fast failing workers are replaced: at once as a rule, but not in a frenzy.

/** So many failures within the window are put right at once; the next ones have to wait. */
export const FAILURE_LIMIT = 5;
export const FAILURE_WINDOW_MS = 10_000;
export const FIRST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 30_000;

/** The pace of one worker. */
export class Pace {
  #failures: number[] = [];
  #delay = 0;

  /** Told of a failure at `now`; returns the milliseconds to wait before the next start. */
  next(now: number): number {
    const calmSince = (this.#failures.at(-1) ?? -Infinity) + this.#delay;
    if (now - calmSince > FAILURE_WINDOW_MS) this.#delay = 0;
    this.#failures = this.#failures.filter((time) => now - time <= FAILURE_WINDOW_MS);
    this.#failures.push(now);
    if (this.#delay > 0 || this.#failures.length > FAILURE_LIMIT) this.#grow();
    return this.#delay;
  }

  #grow(): void {
    this.#delay = Math.min(Math.max(2 * this.#delay, FIRST_DELAY_MS), LONGEST_DELAY_MS);
  }
}
