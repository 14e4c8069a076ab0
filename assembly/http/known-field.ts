// The fields the server acts on, recognised by name while the head is parsed (RFC 9110 §5.1: field
// names are case-insensitive).

import { isName } from "../bytes/compare";
import { writeText } from "../bytes/text";

export const enum KnownField {
  Host,
  Connection,
  ContentLength,
  TransferEncoding,
  Expect,
  IfMatch,
  IfNoneMatch,
  IfModifiedSince,
  IfUnmodifiedSince,
  Range,
  IfRange,
  AcceptEncoding,
  UserAgent,
  Referer,
}

const WIDTH: usize = 24;
const SLOTS: usize = 32;
const NONE: i32 = -1;

/** The names in lower case, each in WIDTH bytes at its field's number. */
const names = memory.data(336);
/** A perfect hash table. A slot is a field and the length of its name, u8 each, or zeros. */
const slots = memory.data(64);

define(KnownField.Host, "host");
define(KnownField.Connection, "connection");
define(KnownField.ContentLength, "content-length");
define(KnownField.TransferEncoding, "transfer-encoding");
define(KnownField.Expect, "expect");
define(KnownField.IfMatch, "if-match");
define(KnownField.IfNoneMatch, "if-none-match");
define(KnownField.IfModifiedSince, "if-modified-since");
define(KnownField.IfUnmodifiedSince, "if-unmodified-since");
define(KnownField.Range, "range");
define(KnownField.IfRange, "if-range");
define(KnownField.AcceptEncoding, "accept-encoding");
define(KnownField.UserAgent, "user-agent");
define(KnownField.Referer, "referer");

function define(field: KnownField, name: string): void {
  const start = names + <usize>field * WIDTH;
  writeText(start, name);
  const slot = slotOf(start, name.length);
  if (load<u8>(slot, 1)) unreachable();
  store<u8>(slot, field);
  store<u8>(slot, <u8>name.length, 1);
}

/** Letter case aside. The numbers are such that no two known names share a slot. */
function slotOf(token: usize, length: usize): usize {
  const last: usize = load<u8>(token + length - 1);
  return slots + (((last - (length << 2)) & (SLOTS - 1)) << 1);
}

/** The known field named by the `length` bytes at `token`, or −1. */
export function knownField(token: usize, length: u32): i32 {
  const slot = slotOf(token, length);
  if (load<u8>(slot, 1) != length) return NONE;
  const field: i32 = load<u8>(slot);
  const name = names + <usize>field * WIDTH;
  if (length > 16) {
    const rest = length - 16;
    return isName(token, name, 16) && isName(token + rest, name + rest, 16) ? field : NONE;
  }
  return isName(token, name, length) ? field : NONE;
}
