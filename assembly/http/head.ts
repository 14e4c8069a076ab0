// The head of a response (RFC 9112 §4): status line, Date, Connection, the reply's field lines.
// The Date is written once a second; an answer of status 200, by far the commonest, copies its
// status line and Date in one piece.

import { writeBytes, writeText } from "../bytes/text";
import { DATE_LENGTH, writeDate } from "./date";
import { Reply } from "./reply";
import { writeStatusLine } from "./status";

/** The most that a head adds to the reply's own fields. */
export const MAX_HEAD_OVERHEAD: u32 = 160;

const CRLF: u16 = 0x0a0d;

/** `HTTP/1.1 200 OK`, `Date: …`, each with CRLF. */
const okHead = memory.data(64);
const CONNECTION_CLOSE = memory.data(24);
const CONNECTION_KEEP_ALIVE = memory.data(32);

const dateLine = writeStatusLine(okHead, 200);
const dateValue = writeText(dateLine, "Date: ");
store<u16>(dateValue + DATE_LENGTH, CRLF);
const okHeadLength = dateValue + DATE_LENGTH + 2 - okHead;
const dateLineLength = dateValue + DATE_LENGTH + 2 - dateLine;
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

export const enum Persistence {
  /** HTTP/1.1: the connection persists without a word. */
  Implied,
  /** HTTP/1.0: it persists because both sides say so. */
  Stated,
  Close,
}

/** Writes the head with its empty line at `at` and returns the position behind it. */
export function writeHead(at: usize, reply: Reply, persistence: Persistence): usize {
  if (reply.status == 200) {
    at = writeBytes(at, okHead, okHeadLength);
  } else {
    at = writeStatusLine(at, reply.status);
    at = writeBytes(at, dateLine, dateLineLength);
  }
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
