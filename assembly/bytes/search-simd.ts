// The search functions of search.ts, sixteen bytes a step. The contract stands there.
//
// A class is a table indexed by a byte's low nibble; bit h of an entry tells whether the byte with
// high nibble h is a member. Two swizzles look sixteen bytes up at once: one in the class, one in
// the table 1 << high nibble (0 above 7, so no byte above 127 is a member of anything).
// The last bytes before `end`, fewer than sixteen, are left to the scalar twin: a vector load may
// not reach beyond them.

import * as scalar from "./search-scalar";

/** Bit i is set where byte i of `bytes` is no member of `table`. */
function outside(bytes: v128, table: v128): i32 {
  const highBit = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const row = i8x16.swizzle(table, v128.and(bytes, i8x16.splat(0x0f)));
  const column = i8x16.swizzle(highBit, i8x16.shr_u(bytes, 4));
  return i8x16.bitmask(i8x16.eq(v128.and(row, column), i8x16.splat(0)));
}

export function skipToken(at: usize, end: usize): usize {
  const table = i8x16(-24, -4, -8, -4, -4, -4, -4, -4, -8, -8, -12, 84, -48, 84, -12, 112);
  for (; at + 16 <= end; at += 16) {
    const mask = outside(v128.load(at), table);
    if (mask) return at + ctz(mask);
  }
  return scalar.skipToken(at, end);
}

export function skipPath(at: usize, end: usize): usize {
  const table = i8x16(-72, -4, -8, -8, -4, -4, -4, -4, -4, -4, -4, 124, -44, 124, -12, 116);
  for (; at + 16 <= end; at += 16) {
    const mask = outside(v128.load(at), table);
    if (mask) return at + ctz(mask);
  }
  return scalar.skipPath(at, end);
}

export function skipQuery(at: usize, end: usize): usize {
  const table = i8x16(-8, -4, -8, -8, -4, -4, -4, -4, -4, -4, -4, -4, -12, -4, -12, 124);
  for (; at + 16 <= end; at += 16) {
    const mask = outside(v128.load(at), table);
    if (mask) return at + ctz(mask);
  }
  return scalar.skipQuery(at, end);
}

export function skipHost(at: usize, end: usize): usize {
  const table = i8x16(-88, -4, -8, -8, -4, -8, -4, -4, -4, -4, -12, 92, 84, 92, -44, 112);
  for (; at + 16 <= end; at += 16) {
    const mask = outside(v128.load(at), table);
    if (mask) return at + ctz(mask);
  }
  return scalar.skipHost(at, end);
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
