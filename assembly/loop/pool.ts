// Buffers that connections share: one is held only while bytes are pending, a request that has not
// come whole or a response the client has not taken yet.

import { Arena } from "../bytes/arena";

/** Stands in the first bytes of a free buffer. */
@unmanaged
class FreeBuffer {
  next: usize;
}

export class Pool {
  private free: usize = 0;
  private untouched: usize;
  private end: usize;

  constructor(
    arena: Arena,
    count: u32,
    readonly size: u32,
  ) {
    this.untouched = arena.take(<usize>count * size);
    this.end = this.untouched + <usize>count * size;
  }

  /** A buffer of `size` bytes of any content, or 0 when all are held. */
  take(): usize {
    const buffer = this.free;
    if (buffer != 0) {
      this.free = changetype<FreeBuffer>(buffer).next;
      return buffer;
    }
    if (this.untouched == this.end) return 0;
    this.untouched += this.size;
    return this.untouched - this.size;
  }

  give(buffer: usize): void {
    changetype<FreeBuffer>(buffer).next = this.free;
    this.free = buffer;
  }
}
