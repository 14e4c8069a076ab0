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

const LONGEST: u32 = 19;
const WIDTH: usize = 24;
const NONE: i32 = -1;

/** The names in lower case, each in WIDTH bytes at its field's number. */
const names = memory.data(336);
/** The first field with a name of this length, and the next one of the same length after it. */
const firstOfLength = memory.data(20);
const nextOfLength = memory.data(16);

memory.fill(firstOfLength, <u8>NONE, 20);
memory.fill(nextOfLength, <u8>NONE, 16);
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
  writeText(names + <usize>field * WIDTH, name);
  const first = firstOfLength + name.length;
  store<u8>(nextOfLength + field, load<u8>(first));
  store<u8>(first, field);
}

/** The known field named by the `length` bytes at `token`, or −1. */
export function knownField(token: usize, length: u32): i32 {
  if (length > LONGEST) return NONE;
  let field: i32 = load<i8>(firstOfLength + length);
  while (field != NONE && !isName(token, names + <usize>field * WIDTH, length)) {
    field = load<i8>(nextOfLength + field);
  }
  return field;
}
