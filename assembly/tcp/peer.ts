// A peer as text: its address and its port, in two ways. That of a Unix socket has no name.

import { writeDecimal } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { writeAddress } from "../platform/address";
import { AF_INET6, AF_UNIX, PeerRecord } from "../platform/layout";

/** The longest that `writePair` and `writeEndpoint` write. */
export const MAX_PEER_TEXT: u32 = 56;

/** `127.0.0.1, 40312`; `unix` */
export function writePair(at: usize, peer: PeerRecord): usize {
  if (peer.family == AF_UNIX) return writeText(at, "unix");
  at = writeText(writeAddress(at, peer), ", ");
  return writeDecimal(at, peer.port);
}

/** `127.0.0.1:40312`, `[::1]:40312`, `unix` */
export function writeEndpoint(at: usize, peer: PeerRecord): usize {
  if (peer.family == AF_UNIX) return writeText(at, "unix");
  const isBracketed = peer.family == AF_INET6;
  if (isBracketed) at = writeText(at, "[");
  at = writeText(writeAddress(at, peer), isBracketed ? "]:" : ":");
  return writeDecimal(at, peer.port);
}
