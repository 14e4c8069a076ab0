// The results of wit/parser.wit as they lie in memory, by the rules of the component model
// ("Canonical ABI"): fields in their order, each aligned to its size; in front of what an option or
// a variant holds is a byte that tells the case. A class has those rules, so the fields in order are
// the layout. An enum is a byte, a list or string an address and a count.

/** head-outcome, complete. */
@unmanaged
export class HeadResult {
  outcome: u64;
  methodStart: u32;
  methodEnd: u32;
  hasKnownMethod: bool;
  knownMethod: u8;
  versionMinor: u8;
  targetStart: u32;
  targetEnd: u32;
  form: u8;
  hasPath: u32;
  pathStart: u32;
  pathEnd: u32;
  hasQuery: u32;
  queryStart: u32;
  queryEnd: u32;
  hasAuthority: u32;
  authorityStart: u32;
  authorityEnd: u32;
  fields: usize;
  fieldCount: u32;
  known: usize;
  knownCount: u32;
  framing: u64;
  contentLength: u64;
  keepAlive: bool;
  hasExpectation: bool;
  expectation: u8;
  length: u32;
}

/** fault; it stands 8 bytes into a head-outcome, 4 into a content-outcome. */
@unmanaged
export class FaultResult {
  code: u8;
  status: u16;
  position: u32;
  section: usize;
  sectionLength: u32;
  reason: usize;
  reasonLength: u32;
}

/** content-outcome, complete or incomplete. */
@unmanaged
export class ContentResult {
  outcome: u32;
  chunks: usize;
  chunkCount: u32;
  trailers: usize;
  trailerCount: u32;
  length: u32;
}

export const enum Outcome {
  Complete,
  Incomplete,
  Malformed,
}

export const enum Framing {
  None,
  Length,
  Chunked,
}

export const enum Expectation {
  Continue,
  Other,
}

export const HEAD_FAULT: usize = 8;
export const CONTENT_FAULT: usize = 4;

/** Writes a record of two spans, which a field is, and a chunk. */
export function storeSpans(at: usize, a: u32, aEnd: u32, b: u32, bEnd: u32): void {
  store<u32>(at, a);
  store<u32>(at, aEnd, 4);
  store<u32>(at, b, 8);
  store<u32>(at, bEnd, 12);
}

/** Bytes of a field or chunk, and of a known-field. */
export const SPANS_SIZE: usize = 16;
export const KNOWN_FIELD_SIZE: usize = 8;
