// Entry of the component of wit/parser.wit: the parser of the server, and around it what the rules
// of the component model ("Canonical ABI") ask for. Its functions get the names they have there
// after compilation, in scripts/component-names.js.

import { writeContent } from "./component/content";
import { writeFault } from "./component/fault";
import { writeHead } from "./component/head";
import { HEAD_FAULT, Outcome } from "./component/layout";
import { allocate, release } from "./component/memory";
import { parse as parseHead } from "./http/parse";
import { Request, REQUEST_SIZE } from "./http/request";
import { reset } from "./parser";

/** Only new memory is asked for: nothing that is passed here grows while it is written. */
export function cabi_realloc(from: usize, fromSize: usize, alignment: usize, size: usize): usize {
  return allocate(size, alignment);
}

/** The input, and limits: an option of a record of three options. */
export function parse(
  input: usize,
  length: u32,
  hasLimits: u32,
  hasMaxFields: u32,
  maxFields: u32,
  hasMaxTarget: u32,
  maxTarget: u32,
  hasMaxHead: u32,
  maxHead: u32,
): usize {
  const record = allocate(REQUEST_SIZE, 8);
  const request = changetype<Request>(record);
  reset(<u32>record, maxFields, maxTarget, maxHead);
  const result = parseHead(request, input, length);
  if (result > 0) return changetype<usize>(writeHead(request, result));
  if (result < 0) return writeFault(-result, request.position, HEAD_FAULT);
  const outcome = allocate(HEAD_FAULT, 8);
  store<u8>(outcome, <u8>Outcome.Incomplete);
  return outcome;
}

export function parseChunked(input: usize, length: u32): usize {
  return writeContent(input, length);
}

/** The caller has read its result. */
export function free(outcome: usize): void {
  release();
}
