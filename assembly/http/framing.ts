// How long the content of a request is (RFC 9112 §6). Anything that could make two recipients
// disagree about where it ends is refused.

import { isName } from "../bytes/compare";
import { parseDecimal } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { KnownField } from "./known-field";
import { elementEnd, nextElement, nextLine } from "./list";
import { ParseError } from "./parse-error";
import { Request, RequestFlag } from "./request";

const CHUNKED = memory.data(8);
writeText(CHUNKED, "chunked");

/** RFC 9112 §6.1–6.3: fills flags and contentLength, or answers the first fault. */
export function checkFraming(request: Request, input: usize): ParseError {
  const hasCoding = request.has(KnownField.TransferEncoding);
  if (!request.has(KnownField.ContentLength)) {
    return hasCoding ? checkCoding(request, input) : ParseError.None;
  }
  const line = request.lineOf(KnownField.ContentLength);
  if (hasCoding) return fault(request, line, ParseError.LengthConflict);
  const start = input + request.valueStart(line);
  const length = parseDecimal(start, start + request.valueLength(line));
  if (length < 0 || length == f64.POSITIVE_INFINITY) {
    return fault(request, line, ParseError.BadContentLength);
  }
  const second = nextLine(request, input, KnownField.ContentLength, line);
  if (second >= 0) return fault(request, second, ParseError.BadContentLength);
  request.contentLength = length;
  request.flags |= RequestFlag.ContentLength;
  return ParseError.None;
}

/** Of the transfer codings only chunked is known, and it can only stand alone. */
function checkCoding(request: Request, input: usize): ParseError {
  const first: i32 = request.lineOf(KnownField.TransferEncoding);
  let chunked = false;
  let other = false;
  for (let line = first; line >= 0; ) {
    const start = input + request.valueStart(line);
    const end = start + request.valueLength(line);
    for (let at = nextElement(start, end); at < end; ) {
      const stop = elementEnd(at, end);
      // Nothing may come behind chunked, not even chunked again.
      if (chunked) return fault(request, line, ParseError.BadTransferEncoding);
      chunked = stop - at == 7 && isName(at, CHUNKED, 7);
      other = other || !chunked;
      at = nextElement(stop, end);
    }
    line = nextLine(request, input, KnownField.TransferEncoding, line);
  }
  if (other) return fault(request, first, ParseError.UnsupportedCoding);
  if (!chunked || request.versionMinor == 0) {
    return fault(request, first, ParseError.BadTransferEncoding);
  }
  request.flags |= RequestFlag.Chunked;
  return ParseError.None;
}

/** Points at the value of a field line, and names what is wrong with it. */
export function fault(request: Request, line: i32, error: ParseError): ParseError {
  request.position = request.valueStart(line);
  return error;
}
