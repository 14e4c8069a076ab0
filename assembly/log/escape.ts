// Bytes of a stranger, made fit for a log: whatever could end a line or a field, or speak to a
// terminal, becomes an escape of its number, `\xNN` or in JSON `\u00NN`.

import { BACKSLASH, DQUOTE } from "../bytes/ascii";
import { upperHexDigit } from "../bytes/hex";

/** `\x` and `\u00`, at the place where they are stored. */
const HEX: u32 = 0x785c;
const UNICODE: u32 = 0x3030755c;

/** Stands for what was cut off. */
const CUT: u32 = 0x2e2e2e; // "..."

/** How far what is written can go beyond its limit: an escape that begins within it, and the cut. */
export const MAX_EXCESS: u32 = 8;

/**
 * Writes [from, from + length) at `at`, sixteen bytes a step, and returns the position behind it.
 * What would take more than `limit` bytes is cut. Up to fifteen bytes behind the source are read,
 * and as many behind the result are overwritten.
 */
export function writeEscaped(
  at: usize,
  from: usize,
  length: u32,
  limit: u32,
  isJson: bool,
): usize {
  const end = from + length;
  const stop = at + limit;
  while (from < end) {
    if (at >= stop) {
      store<u32>(at, CUT);
      return at + 3;
    }
    const bytes = v128.load(from);
    v128.store(at, bytes);
    const clean = min(<usize>ctz(special(bytes)), min(end - from, stop - at));
    from += clean;
    at += clean;
    if (clean < 16 && from < end && at < stop) at = escapeByte(at, load<u8>(from++), isJson);
  }
  return at;
}

/** Bit i is set where byte i is a control, DEL, above ASCII, a quote or a backslash; bit 16 is. */
function special(bytes: v128): i32 {
  // DEL becomes the least signed byte; those above it are negative anyhow, or 0.
  const moved = i8x16.add(bytes, i8x16.splat(1));
  const outside = i8x16.lt_s(moved, i8x16.splat(0x21));
  const quote = i8x16.eq(bytes, i8x16.splat(<i8>DQUOTE));
  const backslash = i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH));
  return i8x16.bitmask(v128.or(outside, v128.or(quote, backslash))) | 0x10000;
}

function escapeByte(at: usize, byte: u32, isJson: bool): usize {
  store<u32>(at, isJson ? UNICODE : HEX);
  at += isJson ? 4 : 2;
  store<u8>(at, upperHexDigit(byte >> 4));
  store<u8>(at, upperHexDigit(byte & 15), 1);
  return at + 2;
}
