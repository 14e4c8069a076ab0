// Whose turn it is: each of `count` places once an interval, at even distances, so that they do not
// all speak at once. Times are in microseconds.

export class Schedule {
  private start: u64 = 0;
  /** How many turns have been given since the start. */
  private given: f64 = 0;
  private step: f64;

  constructor(
    private interval: f64,
    private count: f64,
  ) {
    this.step = interval / count;
  }

  begin(now: u64): void {
    this.start = now;
    this.given = 0;
  }

  /** The next place whose time has come, or −1. */
  next(now: u64): i32 {
    const late = -this.untilNext(now);
    if (late < 0) return -1;
    // Rounds that were missed altogether are not made up for.
    if (late >= this.interval) this.given += Math.floor(late / this.interval) * this.count;
    return <i32>(this.given++ % this.count);
  }

  /** Until the next turn; negative when that is overdue. */
  untilNext(now: u64): f64 {
    return this.given * this.step - <f64>(now - this.start);
  }
}
