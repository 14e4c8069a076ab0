// The address of a peer as text; IPv6 as RFC 5952 §4 writes it.

import { COLON, DOT } from "../bytes/ascii";
import { writeDecimal } from "../bytes/decimal";
import { writeHex } from "../bytes/hex";
import { AF_INET, AF_INET6, PeerRecord } from "./layout";

/** The longest that `writeAddress` writes. */
export const MAX_ADDRESS: u32 = 39;

const GROUPS: i32 = 8;

/** "unix:" */
const UNIX: u64 = 0x3a78696e75;

/** Writes the address without its port; that of a Unix socket, which has none, is `unix:`. */
export function writeAddress(at: usize, peer: PeerRecord): usize {
  const address = changetype<usize>(peer) + offsetof<PeerRecord>("address0");
  if (peer.family == AF_INET) return writeIPv4(at, address);
  if (peer.family == AF_INET6) return writeIPv6(at, address);
  store<u64>(at, UNIX);
  return at + 5;
}

function writeIPv4(at: usize, address: usize): usize {
  for (let i: usize = 0; i < 4; i++) {
    if (i > 0) store<u8>(at++, DOT);
    at = writeDecimal(at, load<u8>(address + i));
  }
  return at;
}

function writeIPv6(at: usize, address: usize): usize {
  // ::ffff:0:0/96 holds IPv4 addresses, as a socket for both shows them.
  if (load<u64>(address) == 0 && load<u32>(address, 8) == 0xffff0000) {
    store<u64>(at, 0x3a666666663a3a); // "::ffff:"
    return writeIPv4(at + 7, address + 12);
  }
  const first = longestZeros(address);
  const end = first + zerosAt(address, first);
  for (let i = 0; i < GROUPS; ) {
    if (i == first && end - first > 1) {
      store<u16>(at, 0x3a3a);
      at += 2;
      i = end;
    } else {
      if (i > 0 && !(i == end && end - first > 1)) store<u8>(at++, COLON);
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
