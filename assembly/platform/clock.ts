// Time, read from the host once a turn: a monotonic clock for timers, and real time for Date. Real time
// is carried along by the monotonic clock and set right once a second, which saves a call.

import { monotonicTime, realTime } from "./time";

/** Timers are coarse: this is their unit. */
export const TICK_MS: u32 = 100;

export const NS_PER_MS: u64 = 1000000;
/** How long real time is carried along. */
const MEASURE_MS: u64 = 1000;

/** Time that only ever goes on, from no point in particular: to measure with. */
export function microseconds(): u64 {
  return monotonicTime() / 1000;
}

export class Clock {
  /** Nanoseconds of the monotonic clock. */
  now: u64 = 0;
  /** Ticks since the start, from 1. */
  tick: u32 = 1;
  /** Seconds since 1970. */
  seconds: i64 = 0;
  /** Milliseconds of the second that has begun. */
  fraction: u32 = 0;
  /** Monotonic, to measure with. */
  milliseconds: u64 = 0;
  private start: u64;
  private offset: u64 = 0;
  /** Of the monotonic clock, which may begin at 0: the first reading measures in any case. */
  private offsetMeasured: u64 = -MEASURE_MS;

  constructor() {
    this.start = monotonicTime() / NS_PER_MS;
    this.read();
  }

  /** How long ago `now` was read, in nanoseconds: a call of its own. */
  elapsed(): u64 {
    return monotonicTime() - this.now;
  }

  /** Brings all of them up to date. */
  read(): void {
    this.now = monotonicTime();
    const now = this.now / NS_PER_MS;
    if (now - this.offsetMeasured >= MEASURE_MS) {
      this.offset = realTime() / NS_PER_MS - now;
      this.offsetMeasured = now;
    }
    this.milliseconds = now;
    this.tick = <u32>((now - this.start) / TICK_MS) + 1;
    const real = now + this.offset;
    this.seconds = <i64>(real / 1000);
    this.fraction = <u32>(real % 1000);
  }
}
