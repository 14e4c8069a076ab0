// A request record as the result of `parse`.

import { KnownField } from "../http/known-field";
import { Request, RequestFlag } from "../http/request";
import {
  Expectation,
  Framing,
  HeadResult,
  KNOWN_FIELD_SIZE,
  Outcome,
  SPANS_SIZE,
  storeSpans,
} from "./layout";
import { allocate } from "./memory";

const KNOWN_FIELDS: u32 = KnownField.Referer + 1;

/** Writes the head of `length` bytes in `request`. */
export function writeHead(request: Request, length: u32): HeadResult {
  const head = changetype<HeadResult>(allocate(offsetof<HeadResult>(), 8));
  head.outcome = Outcome.Complete;
  head.methodStart = request.methodStart;
  head.methodEnd = request.methodStart + request.methodLength;
  head.hasKnownMethod = request.method != 0;
  head.knownMethod = request.method - 1;
  head.versionMinor = request.versionMinor;
  head.length = length;
  writeTarget(head, request);
  writeFields(head, request);
  writeKnown(head, request);
  writeFraming(head, request);
  return head;
}

function writeTarget(head: HeadResult, request: Request): void {
  head.targetStart = request.targetStart;
  head.targetEnd = request.targetStart + request.targetLength;
  head.form = request.targetForm - 1;
  head.hasPath = <u32>request.hasPath();
  head.pathStart = request.pathStart;
  head.pathEnd = request.pathStart + request.pathLength;
  head.hasQuery = <u32>(request.queryStart != 0);
  head.queryStart = request.queryStart;
  head.queryEnd = request.queryStart + request.queryLength;
  head.hasAuthority = <u32>(request.authorityStart != 0);
  head.authorityStart = request.authorityStart;
  head.authorityEnd = request.authorityStart + request.authorityLength;
}

function writeFields(head: HeadResult, request: Request): void {
  const count = request.fieldCount;
  head.fieldCount = count;
  head.fields = allocate(<usize>count * SPANS_SIZE, 4);
  for (let line: u32 = 0; line < count; line++) {
    const name = request.nameStart(line);
    const value = request.valueStart(line);
    const nameEnd = name + request.nameLength(line);
    const valueEnd = value + request.valueLength(line);
    storeSpans(head.fields + <usize>line * SPANS_SIZE, name, nameEnd, value, valueEnd);
  }
}

function writeKnown(head: HeadResult, request: Request): void {
  head.known = allocate(<usize>KNOWN_FIELDS * KNOWN_FIELD_SIZE, 4);
  let at = head.known;
  for (let field: u32 = 0; field < KNOWN_FIELDS; field++) {
    if (!request.has(field)) continue;
    store<u8>(at, <u8>field);
    store<u8>(at, <u8>request.isRepeated(field), 1);
    store<u32>(at, request.lineOf(field), 4);
    at += KNOWN_FIELD_SIZE;
  }
  head.knownCount = <u32>((at - head.known) / KNOWN_FIELD_SIZE);
}

function writeFraming(head: HeadResult, request: Request): void {
  head.framing = Framing.None;
  if (request.hasFlag(RequestFlag.Chunked)) head.framing = Framing.Chunked;
  if (request.hasFlag(RequestFlag.ContentLength)) head.framing = Framing.Length;
  head.contentLength = <u64>request.contentLength;
  head.keepAlive = request.hasFlag(RequestFlag.KeepAlive);
  const other = request.hasFlag(RequestFlag.ExpectOther);
  head.hasExpectation = other || request.hasFlag(RequestFlag.ExpectContinue);
  head.expectation = <u8>(other ? Expectation.Other : Expectation.Continue);
}
