// What was looked for and is not there: paths that led to no file, so that a page that is asked for
// again and again costs no call. One place for each hash, in a table apart from the cache of
// representations: names that somebody makes up push out other misses and nothing else.

import { Arena } from "../bytes/arena";
import { equals } from "../bytes/compare";
import { hashBytes } from "../bytes/hash";

const PLACES: u32 = 2048;

/** Longer paths are looked for every time. */
const MAX_KEY: u32 = 112;

/**
 * ```
 * 0      4         8         12          16            128
 * ├ hash ┼ checked ┼ failure ┼ keyLength ┼ key (112 bytes) ┤
 * ```
 */
@unmanaged
export class Miss {
  hash: u32;
  /** The tick at which it was looked for. */
  checked: u32;
  /** What `openFile` answered. */
  failure: i32;
  keyLength: u32;
}

const WIDTH: u32 = 128;

export class Misses {
  static readonly ARENA_SIZE: usize = PLACES * WIDTH;

  private table: usize;

  constructor(arena: Arena) {
    this.table = arena.take(Misses.ARENA_SIZE);
  }

  /** What was last noted for `path`, or null. */
  find(path: usize, length: u32): Miss | null {
    const hash = hashBytes(path, length, 0);
    const miss = this.placeOf(hash);
    const isOfPath = miss.hash == hash && miss.keyLength == length;
    return isOfPath && equals(keyOf(miss), path, length) ? miss : null;
  }

  note(path: usize, length: u32, failure: i32, tick: u32): void {
    if (length > MAX_KEY) return;
    const hash = hashBytes(path, length, 0);
    const miss = this.placeOf(hash);
    miss.hash = hash;
    miss.checked = tick;
    miss.failure = failure;
    miss.keyLength = length;
    memory.copy(keyOf(miss), path, length);
  }

  private placeOf(hash: u32): Miss {
    return changetype<Miss>(this.table + <usize>(hash & (PLACES - 1)) * WIDTH);
  }
}

function keyOf(miss: Miss): usize {
  return changetype<usize>(miss) + offsetof<Miss>();
}
