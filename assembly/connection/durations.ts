// How long responses take: from the moment the loop learned that the request was there whole until
// the last byte of its response is the kernel's. The clock is read at the end of a turn, for all
// that left in it, and within a long turn after every BATCH; so what is counted may be too long by
// the time that BATCH responses take, and never too short. What takes several turns is counted in
// steps of 66 µs, by the clock that the loop reads anyway.

import { Clock } from "../platform/clock";
import { countDurations } from "../platform/metrics";
import { Connection } from "./connection";

const BATCH: u32 = 16;

/** Nanoseconds to steps, of which a u32 holds three days. */
const STEP_BITS: u64 = 16;

export class Durations {
  /** Responses that left in this turn and are not counted yet. */
  private left: u32 = 0;

  constructor(
    private clock: Clock,
    private isWanted: bool,
  ) {}

  /** `count` responses, made in this turn, have been sent, and what was left from earlier turns. */
  sent(connection: Connection, count: u32): void {
    if (!this.isWanted) return;
    if (connection.unsent > 0) {
      const steps = this.steps - connection.began;
      countDurations(<u64>steps << STEP_BITS, connection.unsent);
      connection.unsent = 0;
    }
    this.left += count;
    if (this.left >= BATCH) this.settle();
  }

  /** `count` responses, made in this turn, have not been sent as a whole. */
  delayed(connection: Connection, count: u32): void {
    if (connection.unsent == 0) connection.began = this.steps;
    connection.unsent += <u16>count;
  }

  /** Counts what has left; to be called at the end of each turn. */
  settle(): void {
    if (this.left == 0) return;
    countDurations(this.clock.elapsed(), this.left);
    this.left = 0;
  }

  private get steps(): u32 {
    return <u32>(this.clock.now >> STEP_BITS);
  }
}
