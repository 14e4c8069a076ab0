// The access log: lines gather in a ring and leave in batches, when there is enough for one, and at
// the latest after a second. A log that takes nothing (a pipe that nobody reads, a full disk) delays
// nobody: its lines wait in the ring; when that is full, new ones are dropped and counted.

import { Arena } from "../bytes/arena";
import { writeDecimal } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { Clock } from "../platform/clock";
import { counters } from "../platform/counters";
import { EMSGSIZE } from "../platform/errno";
import { write } from "../platform/imports";
import { STDERR, write as print } from "../platform/stdio";
import { Entry, MAX_LINE } from "./entry";
import { LineWriter, MAX_LATE } from "./line";
import { Ring } from "./ring";

/** The log that was granted. */
const LOG: i32 = 0;

/** The most that is written at once; what is no regular file takes MAX_LINE. */
const MAX_BATCH: u32 = 65536;

/** How long a line waits for others. */
const GATHER_MS: u64 = 1000;

/** A log that takes nothing is tried again after this time, twice it, and so on up to the most. */
const FIRST_PAUSE_MS: u64 = 5;
const LONGEST_PAUSE_MS: u64 = 1000;

/** How long the end of the server waits for a log that takes nothing. */
const PATIENCE_MS: u64 = 1000;

const message = memory.data(96);
const number = writeText(message, "warning: access log: lines dropped: ");

export class AccessLog {
  readonly line: LineWriter;
  private ring: Ring;
  /** Never more than a quarter of the ring, so that there is room while it is written. */
  private maxBatch: u32;
  /** Lines dropped since that was last told. */
  private dropped: u32 = 0;
  /** When the lines are to be written, if there are any. */
  private due: u64 = 0;
  private isBlocked: bool = false;
  private pause: u64 = FIRST_PAUSE_MS;
  private patienceEnds: u64 = 0;

  constructor(
    arena: Arena,
    format: string,
    size: u32,
    private clock: Clock,
  ) {
    this.line = new LineWriter(format, clock);
    this.ring = new Ring(arena, size);
    this.maxBatch = min(MAX_BATCH, size >> 2);
  }

  /** Adds the line of an entry whose response has ended. */
  add(entry: Entry): void {
    const ring = this.ring;
    const at = ring.reserve(entry.length + MAX_LATE);
    if (at == 0) return this.drop(1);
    if (ring.length == 0) this.due = this.clock.milliseconds + GATHER_MS;
    ring.add(this.line.finish(at, entry));
    if (ring.length >= this.maxBatch && !this.isBlocked) this.write(this.maxBatch);
  }

  /** How long the loop may wait, `timeoutMs` at most, −1 being for ever. */
  waitTime(timeoutMs: i32): i32 {
    if (this.ring.length == 0) return timeoutMs;
    const now = this.clock.milliseconds;
    const wait = this.due > now ? <i32>(this.due - now) : 0;
    return timeoutMs < 0 ? wait : min(timeoutMs, wait);
  }

  /** To be called once a turn. */
  endTurn(): void {
    if (this.ring.length > 0 && this.clock.milliseconds >= this.due) this.write(1);
  }

  /** Writes all there is, once nothing more will come; false if that is to be tried again. */
  end(): bool {
    const now = this.clock.milliseconds;
    if (!this.isBlocked || now >= this.due) this.write(1);
    if (this.ring.length == 0) return true;
    if (this.patienceEnds == 0) this.patienceEnds = now + PATIENCE_MS;
    this.due = min(this.due, this.patienceEnds);
    if (now < this.patienceEnds) return false;
    this.giveUp();
    return true;
  }

  /** Writes all that is taken now, and drops the rest. */
  stop(): void {
    this.write(1);
    this.giveUp();
  }

  /** Writes batches for as long as there are `least` bytes. */
  private write(least: u32): void {
    const ring = this.ring;
    while (ring.length >= min(least, this.maxBatch)) {
      const written = this.writeBatch();
      // Not even a fault of our own is worth an end of serving.
      if (written <= 0) return this.block();
      ring.drop(written);
      this.isBlocked = false;
      this.pause = FIRST_PAUSE_MS;
    }
    this.due = this.clock.milliseconds + GATHER_MS;
    this.tellDropped();
  }

  /** Bytes that were taken, or −errno. */
  private writeBatch(): i32 {
    const ring = this.ring;
    const written = write(LOG, ring.front, ring.batch(this.maxBatch));
    if (written != -EMSGSIZE) return written;
    this.maxBatch = MAX_LINE;
    return write(LOG, ring.front, ring.batch(MAX_LINE));
  }

  private block(): void {
    this.isBlocked = true;
    this.due = this.clock.milliseconds + this.pause;
    this.pause = min(2 * this.pause, LONGEST_PAUSE_MS);
  }

  private giveUp(): void {
    this.drop(this.ring.countLines());
    this.tellDropped();
  }

  private drop(lines: u32): void {
    this.dropped += lines;
    counters.logDropped += lines;
  }

  private tellDropped(): void {
    if (this.dropped == 0) return;
    const end = writeDecimal(number, this.dropped);
    store<u8>(end, 0x0a);
    print(STDERR, message, <u32>(end + 1 - message));
    this.dropped = 0;
  }
}
