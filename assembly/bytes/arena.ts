// All memory the server will ever use is one block, taken at start and handed out once. Nothing is
// given back and nothing is allocated while serving.

const ALIGNMENT: usize = 16;

export class Arena {
  private at: usize;
  private end: usize;

  constructor(size: usize) {
    this.at = align(heap.alloc(size));
    this.end = this.at + size;
  }

  /** The next `size` bytes, zeroed and aligned to 16. Asking for more than was planned traps. */
  take(size: usize): usize {
    const block = this.at;
    this.at = align(block + size);
    if (this.at > this.end) unreachable();
    return block;
  }
}

/** What `size` bytes cost in an arena. */
export function align(size: usize): usize {
  return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}
