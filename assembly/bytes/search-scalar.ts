// The search functions of search.ts, one byte a step. The contract stands there.

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
