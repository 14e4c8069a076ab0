// How often each value occurred, in buckets that grow with the value: exact below 128, and never
// off by more than 1 in 64 above. Fixed memory, one addition for each value.

import { Arena } from "../bytes/arena";

/** Each power of two is divided into so many buckets. */
const SUB_BITS: u32 = 6;
const SUB_COUNT: u32 = 1 << SUB_BITS;

/** Of 32 powers of two, the first six and the seventh share the buckets that are exact. */
const BUCKETS: u32 = (33 - SUB_BITS) * SUB_COUNT;

export class Histogram {
  count: u32 = 0;
  max: u32 = 0;
  private buckets: usize;

  constructor(arena: Arena) {
    this.buckets = arena.take(Histogram.arenaSize());
  }

  static arenaSize(): u32 {
    return BUCKETS * sizeof<u32>();
  }

  clear(): void {
    memory.fill(this.buckets, 0, Histogram.arenaSize());
    this.count = 0;
    this.max = 0;
  }

  add(value: u32): void {
    const bucket = this.buckets + <usize>(bucketOf(value) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
    this.count++;
    this.max = max(this.max, value);
  }

  /** The value that `share` (0 to 1) of the values do not exceed; −1 when there is none. */
  quantile(share: f64): f64 {
    if (this.count == 0) return -1;
    let left = <i64>Math.ceil(share * <f64>this.count);
    for (let i: u32 = 0; i < BUCKETS; i++) {
      left -= load<u32>(this.buckets + <usize>(i << 2));
      if (left <= 0) return Math.min(highestOf(i), <f64>this.max);
    }
    return this.max;
  }
}

function bucketOf(value: u32): u32 {
  if (value < SUB_COUNT) return value;
  const shift = 31 - clz(value) - SUB_BITS;
  return (shift << SUB_BITS) + (value >> shift);
}

/** The highest value that falls into a bucket. */
function highestOf(bucket: u32): f64 {
  if (bucket < 2 * SUB_COUNT) return bucket;
  const shift = (bucket >> SUB_BITS) - 1;
  const top = <u64>(SUB_COUNT + (bucket & (SUB_COUNT - 1)));
  return <f64>(((top + 1) << shift) - 1);
}
