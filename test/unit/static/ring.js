// The memory of the cache: blocks of any size, the oldest of which make room, but for those that
// are lent. A model keeps book of what must be where.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

/** Blocks by owner: where, how long, whether lent. */
const blocks = new Map();
let evicted = [];

const guest = compileGuest("ring", `
  import { BlockOwner, Ring } from "../../assembly/static/ring";
  @external("env", "evict") declare function evict(owner: usize): bool;
  class Owners extends BlockOwner {
    evict(owner: usize): bool { return evict(owner); }
  }
  const owners = new Owners();
  let ring = changetype<Ring>(0);
  export function begin(size: u32): usize {
    const start = (heap.alloc(size + 16) + 15) & ~15;
    ring = new Ring(start, size);
    return start;
  }
  export function allocate(length: u32, owner: usize): usize {
    return ring.allocate(length, owner, owners);
  }
  export function free(block: usize): void { ring.free(block); }`, {
  evict(owner) {
    const block = blocks.get(owner);
    assert.ok(block, "only a block that is in use can be evicted");
    if (block.isLent) return false;
    blocks.delete(owner);
    evicted.push(owner);
    guest.free(block.at);
    return true;
  },
});

const bytes = ({ at, length }) => new Uint8Array(guest.memory.buffer, at, length);

/** Takes a block and fills it with what tells its owner; undefined when there is no room. */
function take(owner, length) {
  evicted = [];
  const at = guest.allocate(length, owner);
  if (at === 0) return undefined;
  const block = { at, length, isLent: false };
  blocks.set(owner, block);
  bytes(block).fill(owner);
  return block;
}

function drop(owner) {
  guest.free(blocks.get(owner).at);
  blocks.delete(owner);
}

/** All blocks lie in the ring, apart from each other, and hold what was put into them. */
function check(start, size) {
  const all = [...blocks].sort(([, a], [, b]) => a.at - b.at);
  let end = start;
  for (const [owner, block] of all) {
    assert.ok(block.at >= end, "blocks overlap");
    end = block.at + block.length;
    const isIntact = bytes(block).every((byte) => byte === (owner & 255));
    assert.ok(isIntact, `block of ${owner} was overwritten`);
  }
  assert.ok(end <= start + size, "a block ends behind the ring");
}

const ring = suite("ring");
ring.before.each(() => blocks.clear());

ring("blocks lie one behind the other, and the oldest makes room", () => {
  guest.begin(1024);
  for (let owner = 1; owner <= 4; owner++) assert.ok(take(owner, 240));
  assert.equal(evicted, []);
  assert.ok(take(5, 240));
  assert.equal(evicted, [1]);
  assert.ok(take(6, 300));
  assert.equal(evicted, [2, 3]);
});

ring("a lent block is stepped over", () => {
  guest.begin(1024);
  for (let owner = 1; owner <= 4; owner++) take(owner, 240);
  blocks.get(1).isLent = true;
  blocks.get(3).isLent = true;
  assert.ok(take(5, 240));
  assert.equal(evicted, [2]);
  assert.ok(take(6, 240));
  assert.equal(evicted, [4]);
});

ring("when lent blocks leave no room there is none", () => {
  guest.begin(1024);
  for (let owner = 1; owner <= 4; owner++) take(owner, 240).isLent = true;
  assert.is(take(5, 1), undefined);
  blocks.get(2).isLent = false;
  assert.is(take(6, 300), undefined);
  assert.ok(take(7, 240));
});

ring("the whole ring is one block for whoever needs it, and no more than that", () => {
  guest.begin(4096);
  for (let owner = 1; owner <= 9; owner++) take(owner, 100 * owner);
  assert.ok(take(10, 4096 - 16));
  assert.equal([...blocks.keys()], [10]);
  assert.is(take(11, 4096), undefined);
  assert.is(take(12, 2 ** 31 - 64), undefined);
});

ring("random use keeps blocks apart and their bytes intact", () => {
  for (let seed = 1; seed <= 60; seed++) {
    blocks.clear();
    const dice = roll(seed);
    const size = 16 * (8 + dice(400));
    const start = guest.begin(size);
    for (let owner = 1; owner < 600; owner++) {
      const some = [...blocks.keys()];
      const one = some[dice(Math.max(some.length, 1))];
      if (some.length && dice(4) === 0) blocks.get(one).isLent = !blocks.get(one).isLent;
      if (some.length && dice(6) === 0 && !blocks.get(one).isLent) drop(one);
      const length = dice(dice(5) ? 200 : size);
      const isFree = [...blocks.values()].every(({ isLent }) => !isLent);
      const block = take(owner, length);
      const fits = ((length + 16 + 15) & ~15) <= size;
      if (isFree) assert.is(block !== undefined, fits, `${length} of ${size}, seed ${seed}`);
      check(start, size);
    }
  }
});

ring.run();
