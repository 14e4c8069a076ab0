// The request head (RFC 9112 §2–5): request line, field lines, empty line. A pure function over
// bytes: no I/O, no allocation, nothing outside the input is read.
//
// It is strict; the two leniencies are named in docs/abi.md. It keeps its place at the start of the
// line it could not finish, so a head that comes in pieces costs little more than a whole one, and
// the outcome does not depend on how the bytes were cut.

import { CR, CRLF, LF, SP } from "../bytes/ascii";
import { skipToken } from "../bytes/search";
import { parseFieldLines } from "./field-line";
import { checkFieldSection } from "./field-section";
import { Method, methodOf } from "./method";
import { ParseError } from "./parse-error";
import { INCOMPLETE, Phase, Request, TargetForm } from "./request";
import { parseTarget } from "./target";

/** "GET ", "HTTP/1." and "HTTP/" as little-endian words. */
const GET: u32 = 0x20544547;
const HTTP_1: u64 = 0x002e312f50545448;
const HTTP_1_MASK: u64 = 0x00ffffffffffffff;
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
    return request.fail(ParseError.HeadTooLarge, maxHead);
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
  const fault = checkFieldSection(request, input);
  return fault ? -fault : result;
}

/** RFC 9112 §2.2: empty lines before the request line are skipped. 1 when there is more. */
function skipEmptyLines(request: Request, input: usize, end: usize): i32 {
  let at = input + request.position;
  while (at < end) {
    const byte: u32 = load<u8>(at);
    if (byte == LF) return request.fail(ParseError.BadLineEnd, at - input);
    if (byte != CR) return 1;
    if (at + 1 == end) return INCOMPLETE;
    if (load<u8>(at, 1) != LF) return request.fail(ParseError.BadLineEnd, at + 1 - input);
    at += 2;
    request.position = <u32>(at - input);
  }
  return INCOMPLETE;
}

/** method SP request-target SP HTTP-version CRLF (RFC 9112 §3) */
function parseRequestLine(request: Request, input: usize, end: usize): i32 {
  const start = input + request.position;
  const isGet = end - start > 3 && load<u32>(start) == GET;
  const methodEnd = isGet ? start + 3 : skipToken(start, end);
  if (methodEnd == end) return INCOMPLETE;
  if (methodEnd == start || load<u8>(methodEnd) != SP) {
    return request.fail(ParseError.BadMethod, methodEnd - input);
  }
  const methodLength = methodEnd - start;
  request.methodStart = request.position;
  request.methodLength = <u32>methodLength;
  request.method = <u8>(isGet ? Method.Get : methodOf(start, methodLength));

  const target = methodEnd + 1;
  const targetLimit = min(end, target + request.maxTarget + 1);
  const targetEnd = parseTarget(request, input, target, targetLimit);
  if (targetEnd == targetLimit) {
    if (targetLimit == end) return INCOMPLETE;
    return request.fail(ParseError.TargetTooLong, target - input);
  }
  if (request.targetForm == TargetForm.Unknown || load<u8>(targetEnd) != SP) {
    return request.fail(ParseError.BadTarget, targetEnd - input);
  }
  request.targetStart = <u32>(target - input);
  request.targetLength = <u32>(targetEnd - target);
  return parseVersion(request, input, targetEnd + 1, end);
}

/** HTTP-version CRLF; `version` may be `end`. */
function parseVersion(request: Request, input: usize, version: usize, end: usize): i32 {
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
    if (fault != ParseError.None) return request.fail(fault, at - input);
    // The major digit is judged when the version is known to be well-formed.
    if (i == 7 && load<u8>(version, 5) != 0x31) {
      return request.fail(ParseError.UnsupportedVersion, version + 5 - input);
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
