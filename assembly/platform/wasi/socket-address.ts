// Addresses: as text, such as `127.0.0.1:7788` and `[::1]:7788`, and as wasi:sockets has them.

import { COLON, DOT, hexValue } from "../../bytes/ascii";
import { AF_INET, AF_INET6, PeerRecord } from "../layout";

export const enum Family {
  Ipv4,
  Ipv6,
}

const LEFT_BRACKET: u32 = 0x5b;
const RIGHT_BRACKET: u32 = 0x5d;
const GROUPS: u32 = 8;

/** An address and a port as `start-bind` takes them: what is behind the fields of its case is 0. */
export class SocketAddress {
  family: u32 = Family.Ipv4;
  readonly fields: StaticArray<u32> = new StaticArray<u32>(11);

  /** Reads the text; false if it is none. */
  read(text: usize, length: u32): bool {
    const fields = this.fields;
    for (let i = 0; i < fields.length; i++) fields[i] = 0;
    end = text + length;
    if (length > 0 && load<u8>(text) == LEFT_BRACKET) {
      this.family = Family.Ipv6;
      at = text + 1;
      return this.readIpv6() && skip(RIGHT_BRACKET) && this.readPort();
    }
    this.family = Family.Ipv4;
    at = text;
    return this.readIpv4() && this.readPort();
  }

  private readIpv4(): bool {
    for (let i = 1; i <= 4; i++) {
      if ((i > 1 && !skip(DOT)) || !readNumber(10, 3, 255)) return false;
      this.fields[i] = number;
    }
    return true;
  }

  /** Groups of four digits; where `::` stands as many are zero as are missing. */
  private readIpv6(): bool {
    let count: u32 = 0;
    let gap = GROUPS;
    while (count < GROUPS) {
      if (isAt(COLON) && isNextAt(COLON)) {
        if (gap < GROUPS) return false;
        at += 2;
        gap = count;
        if (isAt(RIGHT_BRACKET)) break;
      } else if (count > 0 && gap != count && !skip(COLON)) break;
      if (!readNumber(16, 4, 0xffff)) return false;
      this.setGroup(count++, number);
    }
    if (gap == GROUPS) return count == GROUPS;
    if (count == GROUPS) return false;
    const missing = GROUPS - count;
    for (let i = count; i-- > gap; ) {
      this.setGroup(i + missing, this.fields[i + 2]);
      this.setGroup(i, 0);
    }
    return true;
  }

  private setGroup(i: u32, value: u32): void {
    this.fields[i + 2] = value;
  }

  private readPort(): bool {
    if (!skip(COLON) || !readNumber(10, 5, 65535)) return false;
    this.fields[0] = number;
    return at == end;
  }
}

/** What is being read, up to `end`; the number that was read last. */
let at: usize = 0;
let end: usize = 0;
let number: u32 = 0;

function isAt(byte: u32): bool {
  return at < end && load<u8>(at) == byte;
}

function isNextAt(byte: u32): bool {
  return at + 1 < end && load<u8>(at, 1) == byte;
}

function skip(byte: u32): bool {
  if (!isAt(byte)) return false;
  at++;
  return true;
}

function readNumber(base: i32, maxDigits: u32, most: u32): bool {
  const start = at;
  number = 0;
  while (at < end && <u32>(at - start) < maxDigits) {
    const digit = hexValue(load<u8>(at));
    if (digit < 0 || digit >= base) break;
    number = number * base + digit;
    at++;
  }
  return at > start && number <= most;
}

/**
 * An ip-socket-address in memory, IPv4 or IPv6:
 * ```
 * 0        4      6         10      0        4      8      12              28
 * ├ family ┼ port ┼ address ┤       ├ family ┼ port ┼ flow ┼ address, u16s ┼ scope ┤
 * ```
 */
const IPV4_ADDRESS: usize = 6;
const IPV6_ADDRESS: usize = 12;

export function portAt(address: usize): u16 {
  return load<u16>(address, 4);
}

/** Writes what stands at `address` into a record of our own, in the order of the network. */
export function writePeer(address: usize, peer: PeerRecord): void {
  const to = changetype<usize>(peer) + offsetof<PeerRecord>("address0");
  memory.fill(changetype<usize>(peer), 0, offsetof<PeerRecord>());
  peer.port = portAt(address);
  if (load<u8>(address) == Family.Ipv4) {
    peer.family = AF_INET;
    store<u32>(to, load<u32>(address + IPV4_ADDRESS));
    return;
  }
  peer.family = AF_INET6;
  for (let i: usize = 0; i < 16; i += 2) {
    store<u16>(to + i, bswap<u16>(load<u16>(address + IPV6_ADDRESS + i)));
  }
}
