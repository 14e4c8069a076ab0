// Range requests for bytes (RFC 9110 §14).

import { COMMA, EQUALS, HYPHEN, isDigit } from "../bytes/ascii";
import { parseDecimal } from "../bytes/decimal";
import { KnownField } from "./known-field";
import { nextElement, skipSpaces } from "./list";
import { Request } from "./request";

/** More ranges than this are not served as ranges: the whole representation costs less. */
export const MAX_RANGES: i32 = 16;

export const enum RangeOutcome {
  /** No range, not a valid one, not in bytes, or not worth it: send the whole representation. */
  Whole,
  /** `ranges` holds what to send, in the order it was asked for. */
  Partial,
  /** Valid, but every range lies beyond the end. */
  Unsatisfiable,
}

/** The ranges of the last request: firstPos and lastPos, f64 each. */
const ranges = memory.data(256);

export function firstPos(i: i32): f64 {
  return load<f64>(ranges + (<usize>i << 4));
}

export function lastPos(i: i32): f64 {
  return load<f64>(ranges + (<usize>i << 4), 8);
}

let count: i32 = 0;

export function rangeCount(): i32 {
  return count;
}

/** What the Range field asks of a representation of `completeLength` bytes. */
export function selectRanges(request: Request, input: usize, completeLength: f64): RangeOutcome {
  count = 0;
  if (!request.has(KnownField.Range) || request.isRepeated(KnownField.Range)) {
    return RangeOutcome.Whole;
  }
  const line = request.lineOf(KnownField.Range);
  const start = input + request.valueStart(line);
  const end = start + request.valueLength(line);
  const set = skipBytesUnit(start, end);
  if (set == 0) return RangeOutcome.Whole;

  let valid = 0;
  for (let at = nextElement(set, end); at < end; valid++) {
    at = readRange(at, end, completeLength);
    if (at == 0 || count > MAX_RANGES) return RangeOutcome.Whole;
    at = skipSpaces(at, end);
    if (at < end && load<u8>(at) != COMMA) return RangeOutcome.Whole;
    at = nextElement(at, end);
  }
  if (valid == 0) return RangeOutcome.Whole;
  if (count == 0) return RangeOutcome.Unsatisfiable;
  return isAmplifying() ? RangeOutcome.Whole : RangeOutcome.Partial;
}

/** The position behind `bytes=`, or 0; range units are case-insensitive. */
function skipBytesUnit(at: usize, end: usize): usize {
  if (end - at < 6 || load<u8>(at, 5) != EQUALS) return 0;
  const bytes = (load<u32>(at) | 0x20202020) == 0x65747962 && (load<u8>(at, 4) | 0x20) == 0x73;
  return bytes ? at + 6 : 0;
}

/**
 * Reads int-range or suffix-range at `at`, keeps it if it can be satisfied, and returns the
 * position behind it; 0 if it is neither, or what the whole answers.
 */
function readRange(at: usize, end: usize, completeLength: f64): usize {
  const firstEnd = skipDigits(at, end);
  if (firstEnd == end || load<u8>(firstEnd) != HYPHEN) return 0;
  const last = firstEnd + 1;
  const lastEnd = skipDigits(last, end);
  const hasFirst = firstEnd > at;
  const hasLast = lastEnd > last;
  if (!hasFirst) {
    if (!hasLast) return 0;
    const suffixLength = parseDecimal(last, lastEnd);
    if (suffixLength > 0) {
      // The last bytes of nothing can be had, but 206 cannot say so: the whole is the answer.
      if (completeLength == 0) return 0;
      keep(max<f64>(completeLength - suffixLength, 0), completeLength - 1);
    }
    return lastEnd;
  }
  const first = parseDecimal(at, firstEnd);
  const asked = hasLast ? parseDecimal(last, lastEnd) : f64.POSITIVE_INFINITY;
  if (asked < first) return 0;
  keep(first, min<f64>(asked, completeLength - 1));
  return lastEnd;
}

function skipDigits(at: usize, end: usize): usize {
  while (at < end && isDigit(load<u8>(at))) at++;
  return at;
}

function keep(first: f64, last: f64): void {
  if (first > last) return;
  if (count < MAX_RANGES) {
    store<f64>(ranges + (<usize>count << 4), first);
    store<f64>(ranges + (<usize>count << 4), last, 8);
  }
  count++;
}

/** Do any two ranges overlap? Then some bytes would be sent more than once. */
function isAmplifying(): bool {
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      if (firstPos(i) <= lastPos(j) && firstPos(j) <= lastPos(i)) return true;
    }
  }
  return false;
}
