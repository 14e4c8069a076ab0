// Memory for what the cache holds: blocks of any size, one behind the other in a ring. Room for a
// new block is made by evicting the oldest; a block that is lent to a connection is stepped over.

import { align } from "../bytes/arena";

/**
 * ```
 * 0      4       16
 * ├ size ┼ owner ┼ … ┤     size counts the header; owner is 0 for a free block
 * ```
 */
@unmanaged
class BlockHeader {
  size: u32;
  owner: u32;
}

const HEADER: u32 = 16;

/** Who owns blocks, and can be asked to do without one. */
export abstract class BlockOwner {
  /** Gives up the block of `owner`, or answers false because it is lent. */
  abstract evict(owner: usize): bool;
}

export class Ring {
  /** Bytes in blocks that have an owner. */
  used: u32 = 0;
  private at: usize;

  /** `size` is a multiple of 16, as all blocks are. */
  constructor(
    private start: usize,
    private size: u32,
  ) {
    this.at = start;
    this.setHeader(start, size, 0);
  }

  /** A block of `length` bytes for `owner`, one of `owners`; 0 when lent blocks leave no such room. */
  allocate(length: u32, owner: usize, owners: BlockOwner): usize {
    const wanted = <u32>align(length + HEADER);
    let steppedOver: u32 = 0;
    while (steppedOver <= this.size && wanted <= this.size) {
      const found = this.clear(wanted, owners);
      if (found >= wanted) return this.occupy(wanted, found, owner);
      steppedOver += this.stepOver(found);
    }
    return 0;
  }

  /** The block at `block` is free from now on. */
  free(block: usize): void {
    const header = changetype<BlockHeader>(block - HEADER);
    header.owner = 0;
    this.used -= header.size;
  }

  /** Evicts blocks from `at` on until `wanted` bytes are free in a row, and returns how many are. */
  private clear(wanted: u32, owners: BlockOwner): u32 {
    const end = this.start + this.size;
    let found: u32 = 0;
    while (found < wanted && this.at + found < end) {
      const header = changetype<BlockHeader>(this.at + found);
      if (header.owner != 0 && !owners.evict(header.owner)) break;
      found += header.size;
    }
    return found;
  }

  private occupy(wanted: u32, found: u32, owner: usize): usize {
    const block = this.at;
    if (found > wanted) this.setHeader(block + wanted, found - wanted, 0);
    this.setHeader(block, wanted, owner);
    this.used += wanted;
    this.at = block + wanted;
    if (this.at == this.start + this.size) this.at = this.start;
    return block + HEADER;
  }

  /** Leaves `found` free bytes behind and goes on after the lent block, or at the start. */
  private stepOver(found: u32): u32 {
    if (found > 0) this.setHeader(this.at, found, 0);
    let next = this.at + found;
    const end = this.start + this.size;
    if (next < end) next += changetype<BlockHeader>(next).size;
    const stepped = <u32>(next - this.at);
    this.at = next >= end ? this.start : next;
    return stepped;
  }

  private setHeader(block: usize, size: u32, owner: usize): void {
    const header = changetype<BlockHeader>(block);
    header.size = size;
    header.owner = <u32>owner;
  }
}
