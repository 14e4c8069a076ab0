// Time, read from WASI once a turn: a monotonic clock for timers, and real time for Date. Real time
// is carried along by the monotonic clock and set right once a second, which saves a call.

import {
  clock_time_get,
  clockid,
} from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";
import { EIO } from "./errno";
import { panic } from "./panic";

/** Timers are coarse: this is their unit. */
export const TICK_MS: u32 = 100;

const NS_PER_MS: u64 = 1000000;
/** How long real time is carried along. */
const MEASURE_MS: u64 = 1000;

const time = memory.data(8);

function nanoseconds(clock: u32): u64 {
  if (clock_time_get(clock, 1000, time) != 0) panic("clock_time_get", -EIO, clock);
  return load<u64>(time);
}

function milliseconds(clock: u32): u64 {
  return nanoseconds(clock) / NS_PER_MS;
}

/** Time that only ever goes on, from no point in particular: to measure with. */
export function microseconds(): u64 {
  return nanoseconds(clockid.MONOTONIC) / 1000;
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
    this.start = milliseconds(clockid.MONOTONIC);
    this.read();
  }

  /** How long ago `now` was read, in nanoseconds: a call of its own. */
  elapsed(): u64 {
    return nanoseconds(clockid.MONOTONIC) - this.now;
  }

  /** Brings all of them up to date. */
  read(): void {
    this.now = nanoseconds(clockid.MONOTONIC);
    const now = this.now / NS_PER_MS;
    if (now - this.offsetMeasured >= MEASURE_MS) {
      this.offset = milliseconds(clockid.REALTIME) - now;
      this.offsetMeasured = now;
    }
    this.milliseconds = now;
    this.tick = <u32>((now - this.start) / TICK_MS) + 1;
    const real = now + this.offset;
    this.seconds = <i64>(real / 1000);
    this.fraction = <u32>(real % 1000);
  }
}
