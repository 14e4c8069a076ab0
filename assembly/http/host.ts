// uri-host [ ":" port ]: the value of Host (RFC 9110 §7.2) and the authority of a request target
// (RFC 3986 §3.2, without userinfo).

import { COLON, hexValue, isDigit, PERCENT } from "../bytes/ascii";
import { skipHost } from "../bytes/search";
import { isAddress } from "./ip-literal";

const LEFT_BRACKET: u32 = 0x5b;
const RIGHT_BRACKET: u32 = 0x5d;

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

/** IP-literal, brackets included; `at` when it is none. */
function skipLiteral(at: usize, end: usize): usize {
  let close = at + 1;
  while (close < end && load<u8>(close) != RIGHT_BRACKET) close++;
  return close < end && isAddress(at + 1, close) ? close + 1 : at;
}
