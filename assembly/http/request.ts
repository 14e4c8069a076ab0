// The record of one request: what the parser found and where it stopped. Positions are relative to
// the input, so the record stays true when the bytes are moved. docs/abi.md has the layout.

import { KnownField } from "./known-field";
import { Method } from "./method";
import { ParseError } from "./parse-error";

export const enum TargetForm {
  Unknown,
  Origin,
  Absolute,
  Authority,
  Asterisk,
}

export const enum Phase {
  LeadingEmptyLines,
  RequestLine,
  FieldLines,
  Done,
}

export const enum RequestFlag {
  KeepAlive = 1,
  Chunked = 2,
  ContentLength = 4,
  ExpectContinue = 8,
  ExpectOther = 16,
}

/** What a parser of a part of the head returns when it needs more bytes. */
export const INCOMPLETE: i32 = 0;

export const MAX_FIELDS: u32 = 256;
export const DEFAULT_MAX_FIELDS: u32 = 100;
export const DEFAULT_MAX_TARGET: u32 = 8192;
export const DEFAULT_MAX_HEAD: u32 = 16384;

const KNOWN_LINES: usize = 80;
const FIELD_TABLE: usize = 96;
const FIELD_ENTRY: usize = 8;

/** Bytes of a request record with a full field table. */
export const REQUEST_SIZE: u32 = 2144;

/**
 * ```
 * 0        4       5        6            7              8             16            24
 * ├ position ┼ phase ┼ method ┼ targetForm ┼ versionMinor ┼ method span ┼ target span ┤
 * 24          32           40               48           52      56              64
 * ├ path span ┼ query span ┼ authority span ┼ fieldCount ┼ flags ┼ contentLength ┤
 * 64      68         72          74          76        78  80              96
 * ├ known ┼ repeated ┼ maxFields ┼ maxTarget ┼ maxHead ┼ – ┼ knownLine[16] ┼ field table …
 * ```
 * A span is a start and a length, u32 each; an entry of the field table is the spans of a field
 * line's name and value, u16 each.
 */
@unmanaged
export class Request {
  position: u32;
  phase: u8;
  method: u8;
  targetForm: u8;
  versionMinor: u8;
  methodStart: u32;
  methodLength: u32;
  targetStart: u32;
  targetLength: u32;
  pathStart: u32;
  pathLength: u32;
  queryStart: u32;
  queryLength: u32;
  authorityStart: u32;
  authorityLength: u32;
  fieldCount: u32;
  flags: u32;
  contentLength: f64;
  known: u32;
  repeated: u32;
  maxFields: u16;
  maxTarget: u16;
  maxHead: u16;

  /** Ready for a new request; the limits stay. Not by memory.fill, a call into V8's runtime. */
  clear(): void {
    const at = changetype<usize>(this);
    store<u64>(at, 0);
    store<u64>(at, 0, 8);
    store<u64>(at, 0, 16);
    store<u64>(at, 0, 24);
    store<u64>(at, 0, 32);
    store<u64>(at, 0, 40);
    store<u64>(at, 0, 48);
    store<u64>(at, 0, 56);
    store<u64>(at, 0, 64);
  }

  has(field: KnownField): bool {
    return (this.known & (1 << field)) != 0;
  }

  isRepeated(field: KnownField): bool {
    return (this.repeated & (1 << field)) != 0;
  }

  hasFlag(flag: RequestFlag): bool {
    return (this.flags & flag) != 0;
  }

  /** Index of the first line of a known field that is present. */
  lineOf(field: KnownField): u32 {
    return load<u8>(changetype<usize>(this) + field, KNOWN_LINES);
  }

  nameStart(line: u32): u32 {
    return load<u16>(this.entry(line));
  }

  nameLength(line: u32): u32 {
    return load<u16>(this.entry(line), 2);
  }

  valueStart(line: u32): u32 {
    return load<u16>(this.entry(line), 4);
  }

  valueLength(line: u32): u32 {
    return load<u16>(this.entry(line), 6);
  }

  addField(nameStart: u32, nameLength: u32, valueStart: u32, valueLength: u32): void {
    const entry = this.entry(this.fieldCount++);
    store<u32>(entry, nameStart | (nameLength << 16));
    store<u32>(entry, valueStart | (valueLength << 16), 4);
  }

  /** Notes that the field line added last is a line of `field`. */
  setKnown(field: KnownField): void {
    const bit = 1 << field;
    if (this.known & bit) {
      this.repeated |= bit;
    } else {
      this.known |= bit;
      store<u8>(changetype<usize>(this) + field, this.fieldCount - 1, KNOWN_LINES);
    }
  }

  /** The result of parsing that `error` ends at `position`. */
  fail(error: ParseError, position: usize): i32 {
    this.position = <u32>position;
    return -(<i32>error);
  }

  /** Is the target in a form that names a path, if only an empty one? */
  hasPath(): bool {
    return this.targetForm == TargetForm.Origin || this.targetForm == TargetForm.Absolute;
  }

  isSafeRead(): bool {
    return this.method == Method.Get || this.method == Method.Head;
  }

  private entry(line: u32): usize {
    return changetype<usize>(this) + FIELD_TABLE + <usize>line * FIELD_ENTRY;
  }
}
