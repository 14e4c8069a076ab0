// Round trips in microseconds: those of the second at hand, of the last one that had any, of all.

import { Arena } from "../bytes/arena";
import { Histogram } from "./histogram";

const SECOND: u64 = 1000000;

export class RoundTrips {
  readonly all: Histogram;
  private current: Histogram;
  private last: Histogram;
  private end: u64 = 0;

  constructor(arena: Arena) {
    this.all = new Histogram(arena);
    this.current = new Histogram(arena);
    this.last = new Histogram(arena);
  }

  static arenaSize(): u32 {
    return 3 * Histogram.arenaSize();
  }

  add(duration: u64): void {
    const value = <u32>min<u64>(duration, u32.MAX_VALUE);
    this.all.add(value);
    this.current.add(value);
  }

  /** Begins a new second if it is time; called once a turn. */
  advance(now: u64): void {
    if (now < this.end) return;
    const isFirst = this.end == 0;
    this.end = now + SECOND;
    if (isFirst || this.current.count == 0) return;
    const full = this.current;
    this.current = this.last;
    this.current.clear();
    this.last = full;
  }

  /** The last full second that had any, or all while there is none. */
  get recent(): Histogram {
    return this.last.count > 0 ? this.last : this.all;
  }
}
