// A hash of byte strings for tables: multiply and fold, eight bytes a step. Not for secrets. Where
// a hash has a place or a set of them, a flood of equal hashes costs hits and no time; a table of
// lists needs a seed that nobody knows.

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

function mix(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * MULTIPLIER;
  return product ^ (product >> 32);
}

export function hashBytes(at: usize, length: u32, seed: u32): u32 {
  let hash: u64 = ((<u64>length) << 32) | seed;
  const end = at + length;
  for (; at + 8 <= end; at += 8) hash = mix(hash, load<u64>(at));
  let tail: u64 = 0;
  for (; at < end; at++) tail = (tail << 8) | load<u8>(at);
  hash = mix(hash, tail);
  // A product carries upwards only: without a second one the low bits, which choose the set, would
  // not know of the high bytes of the tail.
  return <u32>mix(hash, hash >> 29);
}
