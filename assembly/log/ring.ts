// Lines that wait to be written, in a ring of fixed size. None is torn at the end of the memory: one
// that has no room there begins anew at the front.

import { Arena } from "../bytes/arena";
import { LF } from "../bytes/ascii";

/** Lines are written some bytes beyond their end. */
const SLACK: u32 = 64;

export class Ring {
  /** How many bytes there are. */
  length: u32 = 0;
  private memory: usize;
  private start: u32 = 0;
  private end: u32 = 0;
  /** Where the lines at the back of the memory end, when others lie before them. */
  private limit: u32;

  constructor(
    arena: Arena,
    private size: u32,
  ) {
    this.memory = arena.take(Ring.arenaSize(size));
    this.limit = size;
  }

  static arenaSize(size: u32): u32 {
    return size + SLACK;
  }

  /** Where a line of up to `length` bytes can be written; 0 when there is no room. */
  reserve(length: u32): usize {
    if (this.length == 0) this.clear();
    if (this.isWrapped) return this.start - this.end > length + SLACK ? this.at(this.end) : 0;
    if (this.size - this.end >= length) return this.at(this.end);
    if (this.start <= length + SLACK) return 0;
    this.limit = this.end;
    this.end = 0;
    return this.memory;
  }

  /** Adds the line that was written where `reserve` said, up to `end`. */
  add(end: usize): void {
    this.length += <u32>(end - this.at(this.end));
    this.end = <u32>(end - this.memory);
  }

  /** The first of the lines. */
  get front(): usize {
    return this.at(this.start);
  }

  /** How many bytes at the front are whole lines that lie together, of at most `most` bytes. */
  batch(most: u32): u32 {
    const together = (this.isWrapped ? this.limit : this.end) - this.start;
    if (together <= most) return together;
    let length = most;
    while (length > 0 && load<u8>(this.front + length - 1) != LF) length--;
    return length > 0 ? length : most;
  }

  /** Forgets bytes at the front. */
  drop(length: u32): void {
    this.start += length;
    this.length -= length;
    if (this.start < this.limit) return;
    this.start = 0;
    this.limit = this.size;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
    this.length = 0;
    this.limit = this.size;
  }

  countLines(): u32 {
    let lines: u32 = 0;
    while (this.length > 0) {
      const length = this.batch(this.size);
      const front = this.front;
      for (let i: u32 = 0; i < length; i++) {
        if (load<u8>(front + i) == LF) lines++;
      }
      this.drop(length);
    }
    return lines;
  }

  private get isWrapped(): bool {
    return this.length > 0 && this.end <= this.start;
  }

  private at(position: u32): usize {
    return this.memory + position;
  }
}
