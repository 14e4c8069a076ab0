// A request of wasi:http as the head of an HTTP/1.1 message (RFC 9112): so it is one parser that
// recognizes fields, and decides what is too large or malformed, whoever has received the request.

import { CRLF, QUESTION, SLASH, SP } from "../bytes/ascii";
import { skipFieldValue, skipToken } from "../bytes/search";
import { writeText } from "../bytes/text";
import { KnownField, knownField } from "../http/known-field";
import { Method, writeMethod } from "../http/method";
import { FieldRecord, IncomingRequest } from "../platform/wasi/incoming";

/** In IncomingRequest, where the methods are those of Method in their order, from 0 on. */
const CONNECT: i32 = Method.Connect - 1;

const VERSION = memory.data(16);
const HOST = memory.data(8);
const COLON_SPACE: u16 = 0x203a;

const versionLength = <u32>(writeText(VERSION, " HTTP/1.1\r\n") - VERSION);
const hostLength = <u32>(writeText(HOST, "Host: ") - HOST);

/** Where the next byte goes, and how far there is room. */
let at: usize = 0;
let end: usize = 0;

/**
 * Writes the head into the `size` bytes at `start`, 16 at least, and returns its length. It is cut
 * off where there is no more room, which the parser takes for a head that is too large, or a target.
 * 0 when the request has bytes that would end a word or a line before its time.
 */
export function writeRequestHead(request: IncomingRequest, start: usize, size: u32): u32 {
  at = start;
  end = start + size;
  if (!putMethod(request) || !putTarget(request)) return 0;
  put(VERSION, versionLength);
  if (!putHost(request)) return 0;
  for (let i: u32 = 0; i < request.fieldCount; i++) {
    if (!putField(fieldOf(request, i))) return 0;
  }
  putWord(CRLF);
  return <u32>(at - start);
}

function fieldOf(request: IncomingRequest, i: u32): FieldRecord {
  return changetype<FieldRecord>(request.fields + <usize>i * offsetof<FieldRecord>());
}

function putMethod(request: IncomingRequest): bool {
  if (request.method >= 0) {
    at = writeMethod(at, request.method + 1);
  } else {
    if (!isToken(request.methodName, request.methodLength)) return false;
    put(request.methodName, request.methodLength);
  }
  putByte(SP);
  return true;
}

/** Path and query; without them that of CONNECT, which is an authority, or else the root. */
function putTarget(request: IncomingRequest): bool {
  const hasPath = request.target != 0 && request.targetLength > 0;
  if (!hasPath && request.authority != 0 && request.method == CONNECT) return putAuthority(request);
  if (!hasPath || load<u8>(request.target) == QUESTION) putByte(SLASH);
  if (!hasPath) return true;
  put(request.target, request.targetLength);
  return isWord(request.target, request.targetLength);
}

/** The authority as Host, unless the fields have that already. */
function putHost(request: IncomingRequest): bool {
  if (request.authority == 0) return true;
  for (let i: u32 = 0; i < request.fieldCount; i++) {
    const field = fieldOf(request, i);
    if (knownField(field.name, field.nameLength) == KnownField.Host) return true;
  }
  put(HOST, hostLength);
  const isFit = putAuthority(request);
  putWord(CRLF);
  return isFit;
}

function putAuthority(request: IncomingRequest): bool {
  put(request.authority, request.authorityLength);
  return isWord(request.authority, request.authorityLength);
}

function putField(field: FieldRecord): bool {
  if (!isToken(field.name, field.nameLength)) return false;
  const valueEnd = field.value + field.valueLength;
  if (skipFieldValue(field.value, valueEnd) != valueEnd) return false;
  put(field.name, field.nameLength);
  putWord(COLON_SPACE);
  put(field.value, field.valueLength);
  putWord(CRLF);
  return true;
}

function isToken(text: usize, length: u32): bool {
  return length > 0 && skipToken(text, text + length) == text + length;
}

/** Is it free of what would end a word or a line? What else is allowed in it the parser knows. */
function isWord(text: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(text + i) <= SP) return false;
  }
  return true;
}

function put(from: usize, length: u32): void {
  const count = min(<usize>length, end - at);
  memory.copy(at, from, count);
  at += count;
}

function putByte(byte: u32): void {
  if (at < end) store<u8>(at++, byte);
}

function putWord(word: u32): void {
  putByte(word & 0xff);
  putByte(word >> 8);
}
