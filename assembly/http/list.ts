// Fields whose value is a list (RFC 9110 §5.6.1), which may be spread over several lines (§5.3).

import { COMMA, DQUOTE, isSpace } from "../bytes/ascii";
import { isSameName } from "../bytes/compare";
import { KnownField } from "./known-field";
import { Request } from "./request";

/** The next field line of `field` after `line`, which is one too, or −1. */
export function nextLine(request: Request, input: usize, field: KnownField, line: i32): i32 {
  if (!request.isRepeated(field)) return -1;
  const name = input + request.nameStart(line);
  const length = request.nameLength(line);
  for (let i = line + 1; i < <i32>request.fieldCount; i++) {
    if (request.nameLength(i) != length) continue;
    if (isSameName(name, input + request.nameStart(i), length)) return i;
  }
  return -1;
}

/** The position behind optional white space. */
export function skipSpaces(at: usize, end: usize): usize {
  while (at < end && isSpace(load<u8>(at))) at++;
  return at;
}

/** Start of the first list element at or behind `at`; empty elements are skipped; else `end`. */
export function nextElement(at: usize, end: usize): usize {
  while (at < end && (isSpace(load<u8>(at)) || load<u8>(at) == COMMA)) at++;
  return at;
}

/** End of the element that starts at `at`, white space behind it left out. */
export function elementEnd(at: usize, end: usize): usize {
  let stop = at;
  let quoted = false;
  while (stop < end && (quoted || load<u8>(stop) != COMMA)) {
    if (load<u8>(stop) == DQUOTE) quoted = !quoted;
    stop++;
  }
  while (stop > at && isSpace(load<u8>(stop - 1))) stop--;
  return stop;
}
