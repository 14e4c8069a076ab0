// The field section: field lines and the empty line behind them (RFC 9112 §5).
//
// The end of a line is looked for from its start, not from where the value starts: the two searches
// then do not wait for each other.

import { COLON, CR, CRLF, isSpace, LF, SP } from "../bytes/ascii";
import { skipFieldValue, skipLetters, skipToken, skipVisible } from "../bytes/search";
import { knownField } from "./known-field";
import { ParseError } from "./parse-error";
import { INCOMPLETE, Request } from "./request";

/** What a search for CR LF by vectors needs: sixteen bytes before it. */
const SEARCHABLE: usize = 18;

/**
 * *( field-line CRLF ) CRLF, from `request.position`, where a line starts. Result: > 0 bytes of the
 * whole head; 0 incomplete; < 0 −ParseError.
 */
export function parseFieldLines(request: Request, input: usize, end: usize): i32 {
  let line = input + request.position;
  while (line < end) {
    if (load<u8>(line) == CR) return endFieldLines(request, input, line, end);
    if (request.fieldCount == request.maxFields) {
      return request.fail(ParseError.TooManyFields, line - input);
    }
    let nameEnd = skipLetters(line, end);
    if (load<u8>(nameEnd) != COLON) {
      nameEnd = skipToken(nameEnd, end);
      if (nameEnd == end) return INCOMPLETE;
      if (load<u8>(nameEnd) != COLON) return failName(request, input, line, nameEnd);
    }
    if (nameEnd == line) return failName(request, input, line, nameEnd);
    let stop = plainEnd(line, end);
    if (stop == 0) {
      stop = skipFieldValue(nameEnd + 1, end);
      const result = requireCrlf(request, input, stop, end);
      if (result <= 0) return result;
    }
    addLine(request, input, line, nameEnd, stop);
    line = stop + 2;
    request.position = <u32>(line - input);
  }
  return INCOMPLETE;
}

/** The CR LF that ends a line of visible ASCII and spaces; 0 for any other line. */
function plainEnd(line: usize, end: usize): usize {
  if (end - line < SEARCHABLE) return 0;
  const stop = skipVisible(line, end - 2);
  return load<u16>(stop) == CRLF ? stop : 0;
}

/** Adds the line whose name ends at `nameEnd` and whose value ends before the CR at `stop`. */
function addLine(request: Request, input: usize, line: usize, nameEnd: usize, stop: usize): void {
  let value = nameEnd + 1;
  // Nearly always there is one space in front of a value and none behind it.
  if (load<u8>(value) == SP) value++;
  if (load<u8>(value) <= SP) value = skipSpaces(value);
  const valueEnd = load<u8>(stop - 1) > SP ? stop : trimSpaces(value, stop);
  const nameLength = <u32>(nameEnd - line);
  const valueLength = <u32>(valueEnd - value);
  request.addField(<u32>(line - input), nameLength, <u32>(value - input), valueLength);
  const field = knownField(line, nameLength);
  if (field >= 0) request.setKnown(field);
}

/** The first byte at or behind `at` that is no white space: the CR at the latest. */
function skipSpaces(at: usize): usize {
  while (isSpace(load<u8>(at))) at++;
  return at;
}

function trimSpaces(start: usize, end: usize): usize {
  while (end > start && isSpace(load<u8>(end - 1))) end--;
  return end;
}

function endFieldLines(request: Request, input: usize, line: usize, end: usize): i32 {
  const result = requireCrlf(request, input, line, end);
  if (result <= 0) return result;
  request.position = <u32>(line + 2 - input);
  return request.position;
}

/** 1 when CR LF is at `at`, behind a field value. */
function requireCrlf(request: Request, input: usize, at: usize, end: usize): i32 {
  if (at == end) return INCOMPLETE;
  const byte: u32 = load<u8>(at);
  if (byte != CR) {
    const error = byte == LF ? ParseError.BadLineEnd : ParseError.BadFieldValue;
    return request.fail(error, at - input);
  }
  if (at + 1 == end) return INCOMPLETE;
  return load<u8>(at, 1) == LF ? 1 : request.fail(ParseError.BadLineEnd, at + 1 - input);
}

/** A line whose name is empty or ends at something else than a colon. */
function failName(request: Request, input: usize, line: usize, nameEnd: usize): i32 {
  let error = ParseError.BadFieldName;
  if (nameEnd == line) {
    const first: u32 = load<u8>(line);
    if (isSpace(first)) error = ParseError.ObsoleteFold;
    else if (first == LF) error = ParseError.BadLineEnd;
  }
  return request.fail(error, nameEnd - input);
}
