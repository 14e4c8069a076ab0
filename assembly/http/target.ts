// The request target and its four forms (RFC 9112 §3.2). Each function reads one form from
// [at, end), fills the spans of the request and returns the position behind the target, at the
// byte that ended it; `end` when more bytes are needed. A byte that the form does not allow ends it
// too: the caller expects SP there, and a form that has been told.

import { ASTERISK, COLON, isAlpha, QUESTION, SLASH, SP } from "../bytes/ascii";
import { skipPath, skipQuery } from "../bytes/search";
import { skipAuthority } from "./host";
import { Method } from "./method";
import { Request, TargetForm } from "./request";

/** "http" as a little-endian word, and the letter that makes it "https". */
const HTTP: u32 = 0x70747468;
const LETTER_S: u32 = 0x73;

export function parseTarget(request: Request, input: usize, at: usize, end: usize): usize {
  if (at == end) return end;
  const first: u32 = load<u8>(at);
  if (first == SLASH) {
    request.targetForm = <u8>TargetForm.Origin;
    return parsePath(request, input, at, end);
  }
  if (request.method == Method.Connect) return parseAuthority(request, input, at, end);
  if (first == ASTERISK) {
    request.targetForm = <u8>TargetForm.Asterisk;
    return at + 1;
  }
  return isAlpha(first) ? parseAbsolute(request, input, at, end) : at;
}

/** absolute-path [ "?" query ] */
function parsePath(request: Request, input: usize, at: usize, end: usize): usize {
  const stop = skipPath(at, end);
  request.pathStart = <u32>(at - input);
  request.pathLength = <u32>(stop - at);
  if (stop == end || load<u8>(stop) != QUESTION) return stop;
  const query = stop + 1;
  const queryEnd = skipQuery(query, end);
  request.queryStart = <u32>(query - input);
  request.queryLength = <u32>(queryEnd - query);
  return queryEnd;
}

/** ("http:" / "https:") "//" authority [ path ] [ "?" query ] */
function parseAbsolute(request: Request, input: usize, at: usize, end: usize): usize {
  let position = skipScheme(at, end);
  if (position == end || load<u8>(position) != SLASH || load<u8>(position - 1) != SLASH) {
    return position;
  }
  position++;
  const stop = authorityEnd(position, end);
  if (stop == end) return end;
  if (stop == position || load<u8>(position) == COLON) return position;
  const fits = skipAuthority(position, stop);
  if (fits != stop) return fits;
  request.targetForm = <u8>TargetForm.Absolute;
  setAuthority(request, input, position, stop);
  return parsePath(request, input, stop, end);
}

/** The last slash of "http://" or "https://", else the first byte that differs, or `end`. */
function skipScheme(at: usize, end: usize): usize {
  let position = at;
  for (let i = 0; i < 4; i++, position++) {
    if (position == end) return end;
    if ((load<u8>(position) | 0x20) != ((HTTP >> (i << 3)) & 0xff)) return position;
  }
  if (position < end && (load<u8>(position) | 0x20) == LETTER_S) position++;
  if (position == end || load<u8>(position) != COLON) return position;
  position++;
  if (position == end || load<u8>(position) != SLASH) return position;
  return position + 1;
}

/** uri-host ":" port, for CONNECT */
function parseAuthority(request: Request, input: usize, at: usize, end: usize): usize {
  const stop = authorityEnd(at, end);
  if (stop == end) return end;
  const fits = skipAuthority(at, stop);
  if (fits != stop || stop == at) return fits;
  request.targetForm = <u8>TargetForm.Authority;
  setAuthority(request, input, at, stop);
  return stop;
}

function setAuthority(request: Request, input: usize, at: usize, end: usize): void {
  request.authorityStart = <u32>(at - input);
  request.authorityLength = <u32>(end - at);
}

/** The first "/", "?", or byte that no URI contains; `end` when more bytes are needed. */
function authorityEnd(at: usize, end: usize): usize {
  while (at < end) {
    const byte: u32 = load<u8>(at);
    if (byte == SLASH || byte == QUESTION || byte <= SP || byte >= 0x7f) break;
    at++;
  }
  return at;
}
