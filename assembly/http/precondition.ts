// Preconditions, evaluated in the order of RFC 9110 §13.2.2:
//
// 1. If-Match: false → 412
// 2. else If-Unmodified-Since: false → 412
// 3. If-None-Match: false → 304 for GET and HEAD
// 4. else, for GET and HEAD, If-Modified-Since: false → 304
// 5. Range and If-Range: range.ts

import { ASTERISK } from "../bytes/ascii";
import { NO_DATE, parseDate } from "./date";
import { isEntityTag, listHasTag } from "./entity-tag";
import { equals } from "../bytes/compare";
import { KnownField } from "./known-field";
import { Request } from "./request";
import { Validators } from "./validators";

/** The known fields that make a request conditional, as bits of `request.known`. */
export const CONDITIONAL: u32 =
  (1 << KnownField.IfMatch) |
  (1 << KnownField.IfNoneMatch) |
  (1 << KnownField.IfModifiedSince) |
  (1 << KnownField.IfUnmodifiedSince);

/** 0 when the request is to be performed, else the status that answers it: 304 or 412. */
export function precondition(request: Request, input: usize, validators: Validators): i32 {
  if (request.has(KnownField.IfMatch)) {
    if (!anyMatches(request, input, KnownField.IfMatch, validators, false)) return 412;
  } else if (request.has(KnownField.IfUnmodifiedSince)) {
    const date = dateOf(request, input, KnownField.IfUnmodifiedSince, validators);
    if (date != NO_DATE && validators.lastModified > date) return 412;
  }
  if (request.has(KnownField.IfNoneMatch)) {
    return anyMatches(request, input, KnownField.IfNoneMatch, validators, true) ? 304 : 0;
  }
  if (request.has(KnownField.IfModifiedSince)) {
    const date = dateOf(request, input, KnownField.IfModifiedSince, validators);
    if (date != NO_DATE && validators.lastModified <= date) return 304;
  }
  return 0;
}

/**
 * Does If-Range allow the range (RFC 9110 §13.1.5)? Only a strong entity tag, or the exact
 * Last-Modified date, does; a date is strong when the file has rested for a second or more.
 */
export function ifRangeHolds(request: Request, input: usize, validators: Validators): bool {
  if (!request.has(KnownField.IfRange)) return true;
  if (request.isRepeated(KnownField.IfRange)) return false;
  const line = request.lineOf(KnownField.IfRange);
  const start = input + request.valueStart(line);
  const end = start + request.valueLength(line);
  if (isEntityTag(start, end)) {
    const length: usize = validators.tagLength;
    return end - start == length && equals(start, validators.tag, length);
  }
  const date = parseDate(start, end, validators.now);
  return date == validators.lastModified && validators.now - date >= 1;
}

function anyMatches(
  request: Request,
  input: usize,
  field: KnownField,
  validators: Validators,
  weak: bool,
): bool {
  const line = request.lineOf(field);
  const value = input + request.valueStart(line);
  const length: usize = request.valueLength(line);
  // By far the commonest: the one tag that was sent.
  if (length == validators.tagLength && equals(value, validators.tag, length)) return true;
  if (length == 1 && load<u8>(value) == ASTERISK && !request.isRepeated(field)) return true;
  return listHasTag(request, input, field, validators.tag, validators.tagLength, weak);
}

/** The date of a field, or NO_DATE; a field given twice is no date. */
function dateOf(
  request: Request,
  input: usize,
  field: KnownField,
  validators: Validators,
): i64 {
  if (request.isRepeated(field)) return NO_DATE;
  const line = request.lineOf(field);
  const start = input + request.valueStart(line);
  return parseDate(start, start + request.valueLength(line), validators.now);
}
