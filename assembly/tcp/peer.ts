// The address of a peer as text; IPv6 as RFC 5952 §4 writes it.

import { writeDecimal } from "../bytes/decimal";
import { writeHex } from "../bytes/hex";
import { writeText } from "../bytes/text";
import { AF_INET, AF_INET6, PeerRecord } from "../platform/layout";

/** The longest that `writePair` and `writeEndpoint` write. */
export const MAX_PEER_TEXT: u32 = 56;

const GROUPS: i32 = 8;

/** `127.0.0.1, 40312` */
export function writePair(at: usize, peer: PeerRecord): usize {
  at = writeText(writeAddress(at, peer), ", ");
  return writeDecimal(at, peer.port);
}

/** `127.0.0.1:40312`, `[::1]:40312` */
export function writeEndpoint(at: usize, peer: PeerRecord): usize {
  const isBracketed = peer.family == AF_INET6;
  if (isBracketed) at = writeText(at, "[");
  at = writeText(writeAddress(at, peer), isBracketed ? "]:" : ":");
  return writeDecimal(at, peer.port);
}

function writeAddress(at: usize, peer: PeerRecord): usize {
  const address = changetype<usize>(peer) + offsetof<PeerRecord>("address0");
  if (peer.family == AF_INET) return writeIPv4(at, address);
  if (peer.family == AF_INET6) return writeIPv6(at, address);
  return writeText(at, "unknown");
}

function writeIPv4(at: usize, address: usize): usize {
  for (let i: usize = 0; i < 4; i++) {
    if (i > 0) at = writeText(at, ".");
    at = writeDecimal(at, load<u8>(address + i));
  }
  return at;
}

function writeIPv6(at: usize, address: usize): usize {
  // ::ffff:0:0/96 holds IPv4 addresses, as a socket for both shows them.
  if (load<u64>(address) == 0 && load<u32>(address, 8) == 0xffff0000) {
    return writeIPv4(writeText(at, "::ffff:"), address + 12);
  }
  const first = longestZeros(address);
  const end = first + zerosAt(address, first);
  for (let i = 0; i < GROUPS; ) {
    if (i == first && end - first > 1) {
      at = writeText(at, "::");
      i = end;
    } else {
      if (i > 0 && !(i == end && end - first > 1)) at = writeText(at, ":");
      at = writeHex(at, group(address, i++));
    }
  }
  return at;
}

function group(address: usize, i: i32): u32 {
  return bswap<u16>(load<u16>(address + (<usize>i << 1)));
}

/** How many groups from `i` on are zero. */
function zerosAt(address: usize, i: i32): i32 {
  let end = i;
  while (end < GROUPS && group(address, end) == 0) end++;
  return end - i;
}

/** Where the first of the longest runs of zero groups begins. */
function longestZeros(address: usize): i32 {
  let longest = 0;
  for (let i = 1; i < GROUPS; i++) {
    if (zerosAt(address, i) > zerosAt(address, longest)) longest = i;
  }
  return longest;
}
