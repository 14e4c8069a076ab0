// IP-literal = "[" ( IPv6address / IPvFuture ) "]" (RFC 3986 §3.2.2): is it one? What the address
// is does not matter to a server that has a single site.

import { COLON, DOT, hexValue, isDigit } from "../bytes/ascii";
import { skipHost } from "../bytes/search";

const LETTER_V: u32 = 0x76;
const GROUPS: i32 = 8;

/** Is [at, end), what stands between the brackets, an address? */
export function isAddress(at: usize, end: usize): bool {
  if (at == end) return false;
  return (load<u8>(at) | 0x20) == LETTER_V ? isFuture(at + 1, end) : isIpv6(at, end);
}

/** 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ), behind the "v" */
function isFuture(at: usize, end: usize): bool {
  const version = at;
  while (at < end && hexValue(load<u8>(at)) >= 0) at++;
  if (at == version || at == end || load<u8>(at) != DOT) return false;
  at++;
  if (at == end) return false;
  while (at < end) {
    at = skipHost(at, end);
    if (at < end && load<u8>(at++) != COLON) return false;
  }
  return true;
}

/** Eight groups, or fewer around one "::"; the last two may be an IPv4 address. */
function isIpv6(at: usize, end: usize): bool {
  let groups = 0;
  let isShortened = false;
  if (end - at >= 2 && load<u8>(at) == COLON) {
    if (load<u8>(at, 1) != COLON) return false;
    isShortened = true;
    at += 2;
  }
  while (at < end) {
    const stop = groupEnd(at, end);
    if (stop < end && load<u8>(stop) == DOT) {
      groups += 2;
      if (!isIpv4(at, end)) return false;
      break;
    }
    if (stop == at || stop - at > 4) return false;
    groups++;
    if (stop == end) break;
    if (load<u8>(stop) != COLON) return false;
    at = stop + 1;
    if (at == end) return false;
    if (load<u8>(at) == COLON) {
      if (isShortened) return false;
      isShortened = true;
      at++;
    }
  }
  return isShortened ? groups < GROUPS : groups == GROUPS;
}

function groupEnd(at: usize, end: usize): usize {
  while (at < end && hexValue(load<u8>(at)) >= 0) at++;
  return at;
}

/** Four numbers up to 255, without leading zeros. */
function isIpv4(at: usize, end: usize): bool {
  for (let i = 0; i < 4; i++) {
    if (i > 0) {
      if (at == end || load<u8>(at) != DOT) return false;
      at++;
    }
    const start = at;
    let value: u32 = 0;
    while (at < end && at - start < 3 && isDigit(load<u8>(at))) {
      value = value * 10 + load<u8>(at++) - 0x30;
    }
    if (at == start || value > 255 || (at - start > 1 && load<u8>(start) == 0x30)) return false;
  }
  return at == end;
}
