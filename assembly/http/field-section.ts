// What a complete field section says about the message: who it is for, how long its content is,
// whether the connection persists, what the client expects (RFC 9112 §3.2, §6, §9.3; RFC 9110 §7.2,
// §10.1.1).

import { isName } from "../bytes/compare";
import { writeText } from "../bytes/text";
import { checkFraming, fault } from "./framing";
import { skipAuthority } from "./host";
import { KnownField } from "./known-field";
import { elementEnd, nextElement, nextLine } from "./list";
import { ParseError } from "./parse-error";
import { Request, RequestFlag, TargetForm } from "./request";

const CLOSE = memory.data(8);
const KEEP_ALIVE = memory.data(16);
const CONTINUE = memory.data(16);

writeText(CLOSE, "close");
writeText(KEEP_ALIVE, "keep-alive");
writeText(CONTINUE, "100-continue");

const enum ConnectionOption {
  KeepAlive = 1,
  Close = 2,
}

/** Fills flags, contentLength and authority; returns the first fault and sets `position` to it. */
export function checkFieldSection(request: Request, input: usize): ParseError {
  const hostFault = checkHost(request, input);
  if (hostFault != ParseError.None) return hostFault;
  const framingFault = checkFraming(request, input);
  if (framingFault != ParseError.None) return framingFault;
  checkConnection(request, input);
  checkExpect(request, input);
  return ParseError.None;
}

/**
 * RFC 9112 §3.2: exactly one Host in HTTP/1.1; the authority of an absolute target overrides it.
 */
function checkHost(request: Request, input: usize): ParseError {
  if (!request.has(KnownField.Host)) {
    return request.versionMinor == 0 ? ParseError.None : ParseError.MissingHost;
  }
  if (request.isRepeated(KnownField.Host)) {
    const first = request.lineOf(KnownField.Host);
    const second = nextLine(request, input, KnownField.Host, first);
    return fault(request, second, ParseError.RepeatedHost);
  }
  const line = request.lineOf(KnownField.Host);
  const start = input + request.valueStart(line);
  const end = start + request.valueLength(line);
  // To the end of the head, not of the value: vectors need room, and what ends a value is part of
  // no authority.
  const fits = skipAuthority(start, input + request.position);
  if (fits != end) {
    request.position = <u32>(fits - input);
    return ParseError.BadHost;
  }
  if (request.targetForm == TargetForm.Origin || request.targetForm == TargetForm.Asterisk) {
    request.authorityStart = request.valueStart(line);
    request.authorityLength = request.valueLength(line);
  }
  return ParseError.None;
}

/** RFC 9112 §9.3: close wins; HTTP/1.1 persists; HTTP/1.0 persists when it asks to. */
function checkConnection(request: Request, input: usize): void {
  let keepAlive = request.versionMinor > 0;
  if (request.has(KnownField.Connection)) {
    for (let line: i32 = request.lineOf(KnownField.Connection); line >= 0; ) {
      const start = input + request.valueStart(line);
      const options = connectionOptions(start, start + request.valueLength(line));
      if (options & ConnectionOption.Close) return;
      if (options & ConnectionOption.KeepAlive) keepAlive = true;
      line = nextLine(request, input, KnownField.Connection, line);
    }
  }
  if (keepAlive) request.flags |= RequestFlag.KeepAlive;
}

/** The connection options in [start, end), which is a list, if mostly of one element. */
function connectionOptions(start: usize, end: usize): u32 {
  if (isKeepAlive(start, end)) return ConnectionOption.KeepAlive;
  let options: u32 = 0;
  for (let at = nextElement(start, end); at < end; ) {
    const stop = elementEnd(at, end);
    if (stop - at == 5 && isName(at, CLOSE, 5)) options |= ConnectionOption.Close;
    if (isKeepAlive(at, stop)) options |= ConnectionOption.KeepAlive;
    at = nextElement(stop, end);
  }
  return options;
}

function isKeepAlive(at: usize, end: usize): bool {
  return end - at == 10 && isName(at, KEEP_ALIVE, 10);
}

/** RFC 9110 §10.1.1; a client of HTTP/1.0 cannot expect. */
function checkExpect(request: Request, input: usize): void {
  if (!request.has(KnownField.Expect) || request.versionMinor == 0) return;
  const line = request.lineOf(KnownField.Expect);
  const length = request.valueLength(line);
  const known =
    length == 12 &&
    !request.isRepeated(KnownField.Expect) &&
    isName(input + request.valueStart(line), CONTINUE, 12);
  request.flags |= known ? RequestFlag.ExpectContinue : RequestFlag.ExpectOther;
}
