// The search functions of search.ts, sixteen bytes a step. The contract stands there.
//
// A class is a table indexed by a byte's low nibble; bit h of an entry tells whether the byte with
// high nibble h is a member. Two swizzles look sixteen bytes up at once: one in the class, one in
// the table 1 << high nibble (0 above 7, so no byte above 127 is a member of anything).
//
// The last step reaches back over bytes that are members, so as to end at `end`; fewer than sixteen
// bytes are left to the scalar twin. Vectors that are needed for every line are kept in memory: V8
// loads one sooner than it builds it, and builds it anew in each turn of a loop around this one.

import * as scalar from "./search-scalar";

const TOKEN = memory.data<i8>([
  -24, -4, -8, -4, -4, -4, -4, -4, -8, -8, -12, 84, -48, 84, -12, 112,
]);
const PATH = memory.data<i8>([
  -72, -4, -8, -8, -4, -4, -4, -4, -4, -4, -4, 124, -44, 124, -12, 116,
]);
const QUERY = memory.data<i8>([
  -8, -4, -8, -8, -4, -4, -4, -4, -4, -4, -4, -4, -12, -4, -12, 124,
]);
const HOST = memory.data<i8>([
  -88, -4, -8, -8, -4, -8, -4, -4, -4, -4, -12, 92, 84, 92, -44, 112,
]);
const HIGH_BIT = memory.data<i8>([
  1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** One byte sixteen times. */
const LOW_NIBBLE = memory.data(16);
const CASE = memory.data(16);
const HYPHEN = memory.data(16);
const A_TO_LEAST = memory.data(16);
const BEHIND_Z = memory.data(16);
const ONE = memory.data(16);
const BEHIND_SP = memory.data(16);

memory.fill(LOW_NIBBLE, 0x0f, 16);
memory.fill(CASE, 0x20, 16);
memory.fill(HYPHEN, 0x2d, 16);
memory.fill(A_TO_LEAST, 0x80 - 0x61, 16);
memory.fill(BEHIND_Z, 0x80 + 26, 16);
memory.fill(ONE, 1, 16);
memory.fill(BEHIND_SP, 0x21, 16);

/** Bit i is set where byte i of `bytes` is no member of `table`. */
function outside(bytes: v128, table: usize): i32 {
  const nibble = v128.load(LOW_NIBBLE);
  const row = i8x16.swizzle(v128.load(table), v128.and(bytes, nibble));
  const column = i8x16.swizzle(v128.load(HIGH_BIT), v128.and(i16x8.shr_u(bytes, 4), nibble));
  return i8x16.bitmask(i8x16.eq(v128.and(row, column), i8x16.splat(0)));
}

function skipClass(at: usize, end: usize, table: usize): usize {
  const last = end - 16;
  while (true) {
    const mask = outside(v128.load(at), table);
    if (mask) return at + ctz(mask);
    if (at == last) return end;
    at = min(at + 16, last);
  }
}

export function skipToken(at: usize, end: usize): usize {
  return end - at < 16 ? scalar.skipToken(at, end) : skipClass(at, end, TOKEN);
}

export function skipPath(at: usize, end: usize): usize {
  return end - at < 16 ? scalar.skipPath(at, end) : skipClass(at, end, PATH);
}

export function skipQuery(at: usize, end: usize): usize {
  return end - at < 16 ? scalar.skipQuery(at, end) : skipClass(at, end, QUERY);
}

export function skipHost(at: usize, end: usize): usize {
  return end - at < 16 ? scalar.skipHost(at, end) : skipClass(at, end, HOST);
}

export function skipFieldValue(at: usize, end: usize): usize {
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    const control = v128.andnot(
      i8x16.lt_u(bytes, i8x16.splat(0x20)),
      i8x16.eq(bytes, i8x16.splat(0x09)),
    );
    const mask = i8x16.bitmask(v128.or(control, i8x16.eq(bytes, i8x16.splat(0x7f))));
    if (mask) return at + ctz(mask);
  }
  return scalar.skipFieldValue(at, end);
}

export function skipLetters(at: usize, end: usize): usize {
  for (; at + 16 < end; at += 16) {
    const mask = notLetters(v128.load(at));
    if (mask) return at + ctz(mask);
  }
  return at;
}

/** Bit i is set where byte i is neither a letter nor a hyphen. */
function notLetters(bytes: v128): i32 {
  // "a" becomes the least signed byte, so one comparison does for both ends of the alphabet.
  const moved = i8x16.add(v128.or(bytes, v128.load(CASE)), v128.load(A_TO_LEAST));
  const isLetter = i8x16.lt_s(moved, v128.load(BEHIND_Z));
  return i8x16.bitmask(v128.or(isLetter, i8x16.eq(bytes, v128.load(HYPHEN)))) ^ 0xffff;
}

export function skipVisible(at: usize, end: usize): usize {
  const last = end - 16;
  for (; at < last; at += 16) {
    const mask = invisible(v128.load(at));
    if (mask) return at + ctz(mask);
  }
  const mask = invisible(v128.load(last));
  return mask ? last + ctz(mask) : end;
}

/** Bit i is set where byte i is below SP or above "~". */
function invisible(bytes: v128): i32 {
  // DEL becomes the least signed byte; those above it are negative anyhow, or 0.
  const moved = i8x16.add(bytes, v128.load(ONE));
  return i8x16.bitmask(i8x16.lt_s(moved, v128.load(BEHIND_SP)));
}
