// The hash of the cache's table: names that differ little must spread over all sets, or a set of
// eight evicts what is asked for again and again while others stay empty.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("hash", `
  import { hashBytes } from "../../assembly/bytes/hash";
  export const area: usize = memory.data(256);
  export function hash(length: u32, seed: u32): u32 { return hashBytes(area, length, seed); }`);

const SETS = 2048;
const WAYS = 8;
const hash = suite("hash");

function hashOf(name, seed = 0) {
  guest.put(guest.area.value, name);
  return guest.hash(name.length, seed) >>> 0;
}

/** How many of the names find no place in their set. */
function overflow(names) {
  const counts = new Uint16Array(SETS);
  for (const name of names) counts[hashOf(name) % SETS]++;
  return counts.reduce((sum, count) => sum + Math.max(0, count - WAYS), 0);
}

for (const [kind, name] of [
  ["a number in the middle", (i) => `/many/${i}.html`],
  ["a number at the end", (i) => `/images/${i}`],
  ["a number at the start", (i) => `/${i}/index.html`],
  ["a padded number", (i) => `/assets/img-${String(i).padStart(6, "0")}.webp`],
  ["two letters and a digit", (i) => `/${String.fromCharCode(97 + (i % 26), 97 + ((i / 26) % 26))}${i / 676 | 0}`],
]) {
  hash(`spreads 5000 names with ${kind} over the sets`, () => {
    const lost = overflow(Array.from({ length: 5000 }, (_, i) => name(i)));
    // Thrown at random, five of them would find their set full.
    assert.ok(lost < 25, `${lost} names find their set full`);
  });
}

hash("tells lengths, zeros and codings apart", () => {
  const hashes = ["/a", "/a\0", "/a\0\0", "/aaaaaaa", "/aaaaaaa\0"].map((name) => hashOf(name));
  hashes.push(hashOf("/a", 1), hashOf("/a", 2));
  assert.is(new Set(hashes).size, hashes.length);
});

hash.run();
