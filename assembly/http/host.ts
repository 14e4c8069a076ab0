// uri-host [ ":" port ]: the value of Host (RFC 9110 §7.2) and the authority of a request target
// (RFC 3986 §3.2, without userinfo).

import { COLON, DOT, hexValue, isDigit, PERCENT } from "../bytes/ascii";
import { skipHost } from "../bytes/search";

const LEFT_BRACKET: u32 = 0x5b;
const RIGHT_BRACKET: u32 = 0x5d;
const LETTER_V: u32 = 0x76;

/** The first position in [at, end) that does not fit the grammar, or `end`. */
export function skipAuthority(at: usize, end: usize): usize {
  if (at == end) return end;
  const host = load<u8>(at) == LEFT_BRACKET ? skipLiteral(at, end) : skipRegName(at, end);
  if (host == end || load<u8>(host) != COLON) return host;
  let port = host + 1;
  while (port < end && isDigit(load<u8>(port))) port++;
  return port;
}

/** reg-name or IPv4address; a percent sign needs its two hexadecimal digits. */
function skipRegName(at: usize, end: usize): usize {
  let position = skipHost(at, end);
  while (position < end && load<u8>(position) == PERCENT) {
    if (end - position < 3) return position;
    if (hexValue(load<u8>(position, 1)) < 0 || hexValue(load<u8>(position, 2)) < 0) return position;
    position = skipHost(position + 3, end);
  }
  return position;
}

/** IP-literal: "[" IPv6address or IPvFuture "]". The address itself is not resolved here. */
function skipLiteral(at: usize, end: usize): usize {
  let position = at + 1;
  while (position < end && isLiteral(load<u8>(position))) position++;
  if (position == end) return at;
  if (position == at + 1 || load<u8>(position) != RIGHT_BRACKET) return position;
  return position + 1;
}

function isLiteral(byte: u32): bool {
  return hexValue(byte) >= 0 || byte == COLON || byte == DOT || byte == LETTER_V;
}
