// The load client: opens its connections, some at a time so that no server's backlog overflows,
// then lets each say something once an interval, and tells how the echoes are.

import { Loop } from "../loop/loop";
import { microseconds } from "../platform/clock";
import { Counters, counters as record } from "../platform/counters";
import { DRAINED, RUNNING } from "../platform/exports";
import { Mode } from "./mode";
import { progress } from "./progress";
import { RoundTrips } from "./round-trips";
import { Schedule } from "./schedule";
import { Talks } from "./talks";

/** As many are on their way up at most, and are begun in one window. A usual backlog is 511. */
const MAX_CONNECTING: i32 = 256;
const CONNECT_WINDOW: u64 = 10000;

/** When nothing at all has been echoed, this is how long drain waits for the first. */
const SILENT_PATIENCE: u64 = 1000000;

export class LoadClient extends Mode {
  private address: ArrayBuffer;
  private attempted: i32 = 0;
  private windowEnd: u64 = 0;
  private inWindow: i32 = 0;
  /** When drain began, or 0. */
  private drainedAt: u64 = 0;

  constructor(
    private loop: Loop,
    private talks: Talks,
    private roundTrips: RoundTrips,
    private schedule: Schedule,
    private wanted: i32,
    address: string,
  ) {
    super();
    this.address = String.UTF8.encode(address);
    progress.wanted = wanted;
  }

  start(): i32 {
    const opened = this.loop.open();
    this.schedule.begin(microseconds());
    return opened;
  }

  turn(timeoutMs: i32): i32 {
    this.loop.turn(this.waitTime(timeoutMs));
    const now = microseconds();
    this.roundTrips.advance(now);
    if (this.drainedAt != 0) {
      const isSilent = progress.echoed == 0 && now - this.drainedAt >= SILENT_PATIENCE;
      if (isSilent) this.talks.closeAll();
    } else {
      this.connectMore(now);
      for (let i = this.schedule.next(now); i >= 0; i = this.schedule.next(now)) {
        this.talks.speak(i, now);
      }
    }
    return this.isOver ? DRAINED : RUNNING;
  }

  drain(): void {
    this.drainedAt = microseconds();
    // Those that were not even begun have not come up either.
    progress.failed += this.wanted - this.attempted;
    this.attempted = this.wanted;
    this.talks.drain();
  }

  counters(): Counters {
    record.open = progress.up;
    record.busy = this.talks.countWaiting();
    return record;
  }

  progress(): usize {
    const all = this.roundTrips.all;
    const isEnding = this.drainedAt != 0 || this.isOver;
    progress.setQuantiles(isEnding ? all : this.roundTrips.recent);
    progress.setMax(all);
    return changetype<usize>(progress);
  }

  private get isOver(): bool {
    return this.loop.slots.used == 0 && this.attempted == this.wanted;
  }

  private connectMore(now: u64): void {
    if (now >= this.windowEnd) {
      this.windowEnd = now + CONNECT_WINDOW;
      this.inWindow = 0;
    }
    while (this.mayConnect) {
      this.inWindow++;
      this.attempted++;
      this.talks.open(changetype<usize>(this.address), this.address.byteLength);
    }
  }

  private get mayConnect(): bool {
    const isMore = this.attempted < this.wanted;
    return isMore && this.inWindow < MAX_CONNECTING && this.talks.connecting < MAX_CONNECTING;
  }

  /** Until something is to be done that no descriptor announces, at most. */
  private waitTime(timeoutMs: i32): i32 {
    const now = microseconds();
    let wait = timeoutMs < 0 ? f64.MAX_VALUE : <f64>timeoutMs * 1000;
    if (this.drainedAt != 0) {
      wait = Math.min(wait, <f64>SILENT_PATIENCE);
    } else {
      wait = Math.min(wait, this.schedule.untilNext(now));
      if (this.attempted < this.wanted) wait = Math.min(wait, <f64>(<i64>(this.windowEnd - now)));
    }
    return <i32>Math.ceil(Math.max(wait, 0) / 1000);
  }
}
