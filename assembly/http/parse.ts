// The request head (RFC 9112 §2–5): request line, field lines, empty line. A pure function over
// bytes: no I/O, no allocation, nothing outside the input is read.
//
// It is strict; the two leniencies are named in docs/abi.md. It keeps its place at the start of the
// line it could not finish, so a head that comes in pieces costs little more than a whole one, and
// the outcome does not depend on how the bytes were cut.

import { COLON, CR, isSpace, LF, SP } from "../bytes/ascii";
import { skipFieldValue, skipToken } from "../bytes/search";
import { checkFraming } from "./framing";
import { knownField } from "./known-field";
import { methodOf } from "./method";
import { ParseError } from "./parse-error";
import { Phase, Request, TargetForm } from "./request";
import { parseTarget } from "./target";

const INCOMPLETE: i32 = 0;

/** "HTTP/1." and CR LF as little-endian words. */
const HTTP_1: u64 = 0x002e312f50545448;
const HTTP_1_MASK: u64 = 0x00ffffffffffffff;
const CRLF: u32 = 0x0a0d;
const HTTP_NAME: u64 = 0x2f50545448;

/**
 * Reads the head in the `length` bytes at `input`. Result: > 0 bytes consumed, the empty line
 * included; 0 incomplete: call again with the same `input` and more bytes; < 0 −ParseError, with
 * `request.position` at the offending byte.
 */
export function parse(request: Request, input: usize, length: u32): i32 {
  const maxHead: u32 = request.maxHead;
  const end = input + min(length, maxHead);
  const result = parseHead(request, input, end);
  if (result == INCOMPLETE && length >= maxHead) {
    return fail(request, ParseError.HeadTooLarge, maxHead);
  }
  return result;
}

function parseHead(request: Request, input: usize, end: usize): i32 {
  if (request.phase == Phase.LeadingEmptyLines) {
    const result = skipEmptyLines(request, input, end);
    if (result <= 0) return result;
    request.phase = <u8>Phase.RequestLine;
  }
  if (request.phase == Phase.RequestLine) {
    const result = parseRequestLine(request, input, end);
    if (result <= 0) return result;
    request.phase = <u8>Phase.FieldLines;
  }
  const result = parseFieldLines(request, input, end);
  if (result <= 0) return result;
  request.phase = <u8>Phase.Done;
  const fault = checkFraming(request, input);
  return fault ? -fault : result;
}

/** RFC 9112 §2.2: empty lines before the request line are skipped. 1 when there is more. */
function skipEmptyLines(request: Request, input: usize, end: usize): i32 {
  let at = input + request.position;
  while (at < end) {
    const byte: u32 = load<u8>(at);
    if (byte == LF) return failAt(request, ParseError.BadLineEnd, input, at);
    if (byte != CR) return 1;
    if (at + 1 == end) return INCOMPLETE;
    if (load<u8>(at, 1) != LF) return failAt(request, ParseError.BadLineEnd, input, at + 1);
    at += 2;
    request.position = <u32>(at - input);
  }
  return INCOMPLETE;
}

/** method SP request-target SP HTTP-version CRLF (RFC 9112 §3) */
function parseRequestLine(request: Request, input: usize, end: usize): i32 {
  const start = input + request.position;
  const methodEnd = skipToken(start, end);
  if (methodEnd == end) return INCOMPLETE;
  if (methodEnd == start || load<u8>(methodEnd) != SP) {
    return failAt(request, ParseError.BadMethod, input, methodEnd);
  }
  const methodLength = methodEnd - start;
  request.methodStart = request.position;
  request.methodLength = <u32>methodLength;
  request.method = <u8>methodOf(start, methodLength);

  const target = methodEnd + 1;
  const targetLimit = min(end, target + request.maxTarget + 1);
  const targetEnd = parseTarget(request, input, target, targetLimit);
  if (targetEnd == targetLimit) {
    if (targetLimit == end) return INCOMPLETE;
    return failAt(request, ParseError.TargetTooLong, input, target);
  }
  if (request.targetForm == TargetForm.Unknown || load<u8>(targetEnd) != SP) {
    return failAt(request, ParseError.BadTarget, input, targetEnd);
  }
  request.targetStart = <u32>(target - input);
  request.targetLength = <u32>(targetEnd - target);

  const version = targetEnd + 1;
  if (end - version < 10) return parseVersionSlowly(request, input, version, end);
  const word = load<u64>(version);
  const minor = <u32>(word >> 56) - 0x30;
  if ((word & HTTP_1_MASK) != HTTP_1 || minor > 9 || load<u16>(version, 8) != CRLF) {
    return parseVersionSlowly(request, input, version, end);
  }
  return endRequestLine(request, input, version, minor);
}

function endRequestLine(request: Request, input: usize, version: usize, minor: u32): i32 {
  request.versionMinor = <u8>minor;
  request.position = <u32>(version + 10 - input);
  return 1;
}

/** The version of a request line that has not come whole, or is not HTTP/1.x CRLF. */
function parseVersionSlowly(request: Request, input: usize, version: usize, end: usize): i32 {
  for (let i: usize = 0; i < 10; i++) {
    const at = version + i;
    if (at == end) return INCOMPLETE;
    const byte: u32 = load<u8>(at);
    const fault = versionFault(i, byte);
    if (fault != ParseError.None) return failAt(request, fault, input, at);
    // The major digit is judged when the version is known to be well-formed.
    if (i == 7 && load<u8>(version, 5) != 0x31) {
      return failAt(request, ParseError.UnsupportedVersion, input, version + 5);
    }
  }
  return endRequestLine(request, input, version, load<u8>(version, 7) - 0x30);
}

/** What is wrong with byte `i` of `HTTP/` DIGIT `.` DIGIT CR LF. */
function versionFault(i: usize, byte: u32): ParseError {
  if (i < 5) return byte == <u32>((HTTP_NAME >> (i << 3)) & 0xff) ? 0 : ParseError.BadVersion;
  if (i == 5 || i == 7) return byte - 0x30 < 10 ? 0 : ParseError.BadVersion;
  if (i == 6) return byte == 0x2e ? 0 : ParseError.BadVersion;
  if (i == 8) {
    if (byte == CR) return ParseError.None;
    return byte == LF ? ParseError.BadLineEnd : ParseError.BadVersion;
  }
  return byte == LF ? ParseError.None : ParseError.BadLineEnd;
}

/** *( field-line CRLF ) CRLF (RFC 9112 §5). The result counts the bytes of the whole head. */
function parseFieldLines(request: Request, input: usize, end: usize): i32 {
  let at = input + request.position;
  while (at < end) {
    const first: u32 = load<u8>(at);
    if (first == CR) {
      if (at + 1 == end) return INCOMPLETE;
      if (load<u8>(at, 1) != LF) return failAt(request, ParseError.BadLineEnd, input, at + 1);
      request.position = <u32>(at + 2 - input);
      return request.position;
    }
    if (request.fieldCount == request.maxFields) {
      return failAt(request, ParseError.TooManyFields, input, at);
    }
    const result = parseFieldLine(request, input, at, end);
    if (result <= 0) return result;
    at = input + result;
    request.position = result;
  }
  return INCOMPLETE;
}

/** field-name ":" OWS field-value OWS CRLF. The result is the position behind it. */
function parseFieldLine(request: Request, input: usize, line: usize, end: usize): i32 {
  const nameEnd = skipToken(line, end);
  if (nameEnd == end) return INCOMPLETE;
  if (nameEnd == line || load<u8>(nameEnd) != COLON) return failName(request, input, line, nameEnd);
  let value = nameEnd + 1;
  while (value < end && isSpace(load<u8>(value))) value++;
  const stop = skipFieldValue(value, end);
  if (stop == end) return INCOMPLETE;
  const byte: u32 = load<u8>(stop);
  if (byte != CR) {
    const error = byte == LF ? ParseError.BadLineEnd : ParseError.BadFieldValue;
    return failAt(request, error, input, stop);
  }
  if (stop + 1 == end) return INCOMPLETE;
  if (load<u8>(stop, 1) != LF) return failAt(request, ParseError.BadLineEnd, input, stop + 1);

  let valueEnd = stop;
  while (valueEnd > value && isSpace(load<u8>(valueEnd - 1))) valueEnd--;
  const nameLength = <u32>(nameEnd - line);
  request.addField(
    <u32>(line - input),
    nameLength,
    <u32>(value - input),
    <u32>(valueEnd - value),
  );
  const field = knownField(line, nameLength);
  if (field >= 0) request.setKnown(field);
  return <i32>(stop + 2 - input);
}

/** A line whose name is empty or ends at something else than a colon. */
function failName(request: Request, input: usize, line: usize, nameEnd: usize): i32 {
  let error = ParseError.BadFieldName;
  if (nameEnd == line) {
    const first: u32 = load<u8>(line);
    if (isSpace(first)) error = ParseError.ObsoleteFold;
    else if (first == LF) error = ParseError.BadLineEnd;
  }
  return failAt(request, error, input, nameEnd);
}

function failAt(request: Request, error: ParseError, input: usize, at: usize): i32 {
  return fail(request, error, <u32>(at - input));
}

function fail(request: Request, error: ParseError, position: u32): i32 {
  request.position = position;
  return -(<i32>error);
}
