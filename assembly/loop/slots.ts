// The slots of a server: an array of fixed size, a free list through it. Full means that `take`
// answers null; the caller decides what a client is told.

import { Arena } from "../bytes/arena";
import { Slot } from "./slot";

export class Slots {
  /** Slots in use. */
  used: i32 = 0;
  private first: usize;
  private stride: usize;
  private capacity: i32;
  /** How many slots have ever been in use: the rest of the array was never touched. */
  private reached: i32 = 0;
  private free: Slot | null = null;

  constructor(arena: Arena, capacity: i32, stride: usize) {
    this.first = arena.take(<usize>capacity * stride);
    this.stride = stride;
    this.capacity = capacity;
  }

  get isFull(): bool {
    return this.used == this.capacity;
  }

  /** A zeroed slot, or null when all are in use. */
  take(): Slot | null {
    let slot = this.free;
    if (slot) {
      this.free = slot.nextFree;
      memory.fill(changetype<usize>(slot), 0, this.stride);
    } else {
      if (this.isFull) return null;
      slot = this.at(this.reached++);
    }
    this.used++;
    slot.fd = -1;
    return slot;
  }

  give(slot: Slot): void {
    slot.fd = -1;
    slot.deadline = 0;
    slot.nextFree = this.free;
    this.free = slot;
    this.used--;
  }

  /** How many slots `at` can be asked for; those with a negative fd are not in use. */
  get length(): i32 {
    return this.reached;
  }

  at(index: i32): Slot {
    return changetype<Slot>(this.first + <usize>index * this.stride);
  }
}
