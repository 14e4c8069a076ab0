// Entity tags (RFC 9110 §8.8.3) in the fields that compare them (§13.1.1, §13.1.2, §13.1.5).

import { COMMA, DQUOTE } from "../bytes/ascii";
import { equals } from "../bytes/compare";
import { KnownField } from "./known-field";
import { nextElement, nextLine, skipSpaces } from "./list";
import { Request } from "./request";

/** W/ as a little-endian word. */
const WEAK: u32 = 0x2f57;

/** End of the entity tag at `at`, its quotes and a weak prefix included; `at` if there is none. */
function entityTagEnd(at: usize, end: usize): usize {
  let position = opaqueStart(at, end);
  if (position == end || load<u8>(position) != DQUOTE) return at;
  for (position++; position < end; position++) {
    const byte: u32 = load<u8>(position);
    if (byte == DQUOTE) return position + 1;
    // etagc, and SP, which older tags may have: the comparison is of bytes anyway.
    if (byte < 0x20 || byte == 0x7f) return at;
  }
  return at;
}

function opaqueStart(at: usize, end: usize): usize {
  return end - at >= 2 && load<u16>(at) == WEAK ? at + 2 : at;
}

/**
 * Does any entity tag in the lines of `field` match the strong one at `tag`? Comparison is weak
 * when asked for: then W/ is overlooked; the strong one never matches a weak tag. What is no entity
 * tag ends its line.
 */
export function listHasTag(
  request: Request,
  input: usize,
  field: KnownField,
  tag: usize,
  tagLength: usize,
  weak: bool,
): bool {
  for (let line: i32 = request.lineOf(field); line >= 0; ) {
    const start = input + request.valueStart(line);
    const end = start + request.valueLength(line);
    for (let at = nextElement(start, end); at < end; ) {
      const stop = entityTagEnd(at, end);
      if (stop == at) break;
      const opaque = weak ? opaqueStart(at, stop) : at;
      if (stop - opaque == tagLength && equals(opaque, tag, tagLength)) return true;
      at = skipSpaces(stop, end);
      if (at < end && load<u8>(at) != COMMA) break;
      at = nextElement(at, end);
    }
    line = nextLine(request, input, field, line);
  }
  return false;
}

/** Is the value in [at, end) a single entity tag, strong or weak? */
export function isEntityTag(at: usize, end: usize): bool {
  return at < end && entityTagEnd(at, end) == end;
}
