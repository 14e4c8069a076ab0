// The search functions of search.ts, one byte a step but for one. The contract stands there.

import { HTAB, SP } from "./ascii";
import {
  HOST_HIGH,
  HOST_LOW,
  isMember,
  PATH_HIGH,
  PATH_LOW,
  QUERY_HIGH,
  QUERY_LOW,
  TOKEN_HIGH,
  TOKEN_LOW,
} from "./class";

const ONES: u64 = 0x0101010101010101;
const SPACES: u64 = 0x2020202020202020;
const HIGH_BITS: u64 = 0x8080808080808080;

function skipClass(at: usize, end: usize, low: u64, high: u64): usize {
  while (at < end && isMember(load<u8>(at), low, high)) at++;
  return at;
}

export function skipToken(at: usize, end: usize): usize {
  return skipClass(at, end, TOKEN_LOW, TOKEN_HIGH);
}

export function skipPath(at: usize, end: usize): usize {
  return skipClass(at, end, PATH_LOW, PATH_HIGH);
}

export function skipQuery(at: usize, end: usize): usize {
  return skipClass(at, end, QUERY_LOW, QUERY_HIGH);
}

export function skipHost(at: usize, end: usize): usize {
  return skipClass(at, end, HOST_LOW, HOST_HIGH);
}

export function skipFieldValue(at: usize, end: usize): usize {
  while (at < end) {
    const byte: u32 = load<u8>(at);
    if ((byte < SP && byte != HTAB) || byte == 0x7f) break;
    at++;
  }
  return at;
}

/** Eight bytes a step; the last one reaches back, to end at `end`. */
export function skipVisible(at: usize, end: usize): usize {
  const last = end - 8;
  for (; at < last; at += 8) {
    const mask = invisible(load<u64>(at));
    if (mask) return at + (<usize>ctz(mask) >> 3);
  }
  const mask = invisible(load<u64>(last));
  return mask ? last + (<usize>ctz(mask) >> 3) : end;
}

/** The lowest bit that is set is in the first byte below SP or above "~"; higher ones may err. */
function invisible(bytes: u64): u64 {
  return ((bytes - SPACES) | (bytes + ONES) | bytes) & HIGH_BITS;
}
