// Decimal numbers in ASCII.

import { isDigit } from "./ascii";

/** 2⁵³ − 1, the greatest integer that crosses the border unchanged. */
export const MAX_INTEGER: f64 = 9007199254740991;

/**
 * The number written in [at, end) as 1*DIGIT; −1 if it is no such number. Above 2⁵³−1 the result
 * is +Infinity: the caller decides whether that is an error or merely "beyond the end".
 */
export function parseDecimal(at: usize, end: usize): f64 {
  if (at >= end) return -1;
  let value: f64 = 0;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (!isDigit(byte)) return -1;
    value = value * 10 + <f64>(byte - 0x30);
  }
  return value > MAX_INTEGER ? f64.POSITIVE_INFINITY : value;
}

/** Writes `value` (≥ 0, whole) at `at` and returns the position behind it. */
export function writeDecimal(at: usize, value: u64): usize {
  let digits: usize = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  const end = at + digits;
  for (let position = end; position > at; value /= 10) {
    store<u8>(--position, 0x30 + <u32>(value % 10));
  }
  return end;
}

/** Writes `value` with exactly `width` digits, zeros in front. */
export function writePadded(at: usize, value: u32, width: usize): usize {
  for (let position = at + width; position > at; value /= 10) {
    store<u8>(--position, 0x30 + (value % 10));
  }
  return at + width;
}
