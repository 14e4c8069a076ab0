// Lines on their way to standard output, in a buffer of fixed size. A pipe may be full and take
// nothing for now; what it has not taken is written with a later turn.

import { Arena } from "../bytes/arena";
import { EPIPE, isWouldBlock } from "../platform/errno";
import { panic } from "../platform/panic";
import { STDOUT, write } from "../platform/stdio";

export class Lines {
  /** Nobody reads any more: whatever is added is dropped. */
  isClosed: bool = false;
  private buffer: usize;
  private start: u32 = 0;
  private end: u32 = 0;

  constructor(
    arena: Arena,
    private size: u32,
  ) {
    this.buffer = arena.take(size);
  }

  get isEmpty(): bool {
    return this.start == this.end;
  }

  /** Is there room for `length` bytes, perhaps after writing some of what is there? */
  hasRoom(length: u32): bool {
    if (this.size - this.end >= length) return true;
    this.flush();
    this.compact();
    return this.size - this.end >= length;
  }

  /** Where the next line goes, which `hasRoom` has found room for. */
  get next(): usize {
    return this.buffer + this.end;
  }

  /** Adds the bytes from `next` to `end`. */
  add(end: usize): void {
    this.end = <u32>(end - this.buffer);
  }

  /** Writes as much as standard output takes. */
  flush(): void {
    while (!this.isEmpty) {
      const result = this.isClosed ? -EPIPE : this.write();
      if (isWouldBlock(result)) return;
      if (result < 0) this.close(result);
    }
    this.start = 0;
    this.end = 0;
  }

  private write(): i32 {
    const result = write(STDOUT, this.buffer + this.start, this.end - this.start);
    if (result > 0) this.start += result;
    return result;
  }

  private close(result: i32): void {
    if (result != -EPIPE) panic("fd_write", result, STDOUT);
    this.isClosed = true;
    this.start = this.end;
  }

  private compact(): void {
    if (this.start == 0) return;
    memory.copy(this.buffer, this.buffer + this.start, this.end - this.start);
    this.end -= this.start;
    this.start = 0;
  }
}
