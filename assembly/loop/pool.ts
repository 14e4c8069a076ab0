// Buffers that connections share: one is held only while bytes are pending, a request that has not
// come whole or a response the client has not taken yet.

import { Arena } from "../bytes/arena";

/** Stands in the first bytes of a free buffer. */
@unmanaged
class FreeBuffer {
  next: usize;
}

export class Pool {
  /** How many buffers nobody holds. */
  available: u32;
  private free: usize = 0;
  private untouched: usize;

  constructor(
    arena: Arena,
    readonly count: u32,
    readonly size: u32,
  ) {
    this.untouched = arena.take(<usize>count * size);
    this.available = count;
  }

  /** A buffer of `size` bytes of any content, or 0 when all are held. */
  take(): usize {
    if (this.available == 0) return 0;
    this.available--;
    const buffer = this.free;
    if (buffer != 0) {
      this.free = changetype<FreeBuffer>(buffer).next;
      return buffer;
    }
    this.untouched += this.size;
    return this.untouched - this.size;
  }

  give(buffer: usize): void {
    changetype<FreeBuffer>(buffer).next = this.free;
    this.free = buffer;
    this.available++;
  }
}
