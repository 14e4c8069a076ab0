// The head of a response (RFC 9112 §4): status line, Date, Connection, the reply's field lines.

import { CRLF } from "../bytes/ascii";
import { writeBytes, writeText } from "../bytes/text";
import { DATE_LENGTH, writeDate } from "./date";
import { Reply } from "./reply";
import { statusLineLength, writeStatusLine } from "./status";

/** The most that a head adds to the reply's own fields. */
export const MAX_HEAD_OVERHEAD: u32 = 160;

/** `Date: …` with CRLF; written once a second. */
const dateLine = memory.data(40);
const CONNECTION_CLOSE = memory.data(24);
const CONNECTION_KEEP_ALIVE = memory.data(32);

const dateValue = writeText(dateLine, "Date: ");
const dateNameLength = dateValue - dateLine;
const dateLineLength = <u32>(dateNameLength + DATE_LENGTH + 2);
store<u16>(dateValue + DATE_LENGTH, CRLF);
const closeLength = writeText(CONNECTION_CLOSE, "Connection: close\r\n") - CONNECTION_CLOSE;
const keepAliveLength =
  writeText(CONNECTION_KEEP_ALIVE, "Connection: keep-alive\r\n") - CONNECTION_KEEP_ALIVE;

let dateSeconds: i64 = -1;

/** Sets the Date of all heads written from now on: the time of the response. */
export function setDate(seconds: i64): void {
  if (seconds == dateSeconds) return;
  dateSeconds = seconds;
  writeDate(dateValue, seconds);
}

/** Writes what every head begins with, status line and Date, and returns the position behind it. */
export function writeStart(at: usize, status: i32): usize {
  return writeBytes(writeStatusLine(at, status), dateLine, dateLineLength);
}

/** How many bytes `writeStart` writes. */
export function startLength(status: i32): u32 {
  return statusLineLength(status) + dateLineLength;
}

/** Brings the Date of a head up to date that `writeStart` has begun. */
export function stampDate(head: usize, status: i32): void {
  const value = head + statusLineLength(status) + dateNameLength;
  // Its 29 bytes, the last words overlapping.
  store<u64>(value, load<u64>(dateValue));
  store<u64>(value, load<u64>(dateValue, 8), 8);
  store<u64>(value, load<u64>(dateValue, 16), 16);
  store<u64>(value, load<u64>(dateValue, 21), 21);
}

export const enum Persistence {
  /** HTTP/1.1: the connection persists without a word. */
  Implied,
  /** HTTP/1.0: it persists because both sides say so. */
  Stated,
  Close,
}

/** Writes the head with its empty line at `at` and returns the position behind it. */
export function writeHead(at: usize, reply: Reply, persistence: Persistence): usize {
  at = writeStart(at, reply.status);
  if (persistence == Persistence.Close) {
    at = writeBytes(at, CONNECTION_CLOSE, closeLength);
  } else if (persistence == Persistence.Stated) {
    at = writeBytes(at, CONNECTION_KEEP_ALIVE, keepAliveLength);
  }
  at = writeBytes(at, reply.fields, reply.fieldsLength);
  store<u16>(at, CRLF);
  return at + 2;
}

/** Writes the interim response 100 (RFC 9110 §15.2.1) and returns the position behind it. */
export function writeContinue(at: usize): usize {
  at = writeStatusLine(at, 100);
  store<u16>(at, CRLF);
  return at + 2;
}
