// The chunked transfer coding (RFC 9112 §7.1), read only to find where the content ends: what is
// inside is discarded. A machine of one byte a step, but for the data of a chunk, which is skipped.

import {
  BACKSLASH,
  COLON,
  CR,
  DQUOTE,
  EQUALS,
  hexValue,
  HTAB,
  isSpace,
  LF,
  SEMICOLON,
  SP,
} from "../bytes/ascii";
import { isMember, TOKEN_HIGH, TOKEN_LOW } from "../bytes/class";
import { MAX_INTEGER } from "../bytes/decimal";

export const enum Chunk {
  /** Before the first digit of chunk-size, and behind it. */
  Size,
  MoreSize,
  /** Chunk extensions: BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ], repeated. */
  BeforeExtension,
  ExtensionStart,
  ExtensionName,
  AfterName,
  ValueStart,
  TokenValue,
  QuotedValue,
  QuotedPair,
  AfterQuoted,
  SizeLineFeed,
  Data,
  DataReturn,
  DataLineFeed,
  /** At the start of a trailer line, in its name, in its value, at its end. */
  Trailer,
  TrailerName,
  TrailerValue,
  TrailerLineFeed,
  LastLineFeed,
  Done,
}

/** What one connection remembers of a chunked content between two pieces of it. */
@unmanaged
export class ChunkState {
  /** Bytes left of this chunk. */
  remaining: f64;
  /** Bytes so far, of data and of what frames it. */
  total: f64;
  state: Chunk;

  clear(): void {
    this.remaining = 0;
    this.total = 0;
    this.state = Chunk.Size;
  }
}

/**
 * Reads on in [at, end) and returns the position behind the content when `state` is then Done,
 * `end` when more is to come, or 0 when this is not the chunked coding.
 */
export function skipChunks(chunk: ChunkState, at: usize, end: usize): usize {
  const start = at;
  while (at < end && chunk.state != Chunk.Done) {
    if (chunk.state == Chunk.Data) {
      const step = min(<f64>(end - at), chunk.remaining);
      chunk.remaining -= step;
      at += <usize>step;
      if (chunk.remaining == 0) chunk.state = Chunk.DataReturn;
    } else {
      if (!readByte(chunk, load<u8>(at))) return 0;
      at++;
    }
  }
  chunk.total += <f64>(at - start);
  return at;
}

function readByte(chunk: ChunkState, byte: u32): bool {
  switch (chunk.state) {
    case Chunk.Size:
    case Chunk.MoreSize:
      return readSize(chunk, byte);
    case Chunk.SizeLineFeed:
      return byte == LF && next(chunk, chunk.remaining == 0 ? Chunk.Trailer : Chunk.Data);
    case Chunk.DataReturn:
      return byte == CR && next(chunk, Chunk.DataLineFeed);
    case Chunk.DataLineFeed:
      return byte == LF && next(chunk, Chunk.Size);
    case Chunk.Trailer:
      if (byte == CR) return next(chunk, Chunk.LastLineFeed);
      return isToken(byte) && next(chunk, Chunk.TrailerName);
    case Chunk.TrailerName:
      if (byte == COLON) return next(chunk, Chunk.TrailerValue);
      return isToken(byte);
    case Chunk.TrailerValue:
      if (byte == CR) return next(chunk, Chunk.TrailerLineFeed);
      return isFieldByte(byte);
    case Chunk.TrailerLineFeed:
      return byte == LF && next(chunk, Chunk.Trailer);
    case Chunk.LastLineFeed:
      return byte == LF && next(chunk, Chunk.Done);
    default:
      return readExtension(chunk, byte);
  }
}

function readExtension(chunk: ChunkState, byte: u32): bool {
  switch (chunk.state) {
    case Chunk.ExtensionStart:
      return isSpace(byte) || (isToken(byte) && next(chunk, Chunk.ExtensionName));
    case Chunk.ExtensionName:
      if (isToken(byte)) return true;
      if (byte == EQUALS) return next(chunk, Chunk.ValueStart);
      return isSpace(byte) ? next(chunk, Chunk.AfterName) : endExtension(chunk, byte);
    case Chunk.AfterName:
      if (byte == EQUALS) return next(chunk, Chunk.ValueStart);
      return isSpace(byte) || (byte == SEMICOLON && next(chunk, Chunk.ExtensionStart));
    case Chunk.ValueStart:
      if (byte == DQUOTE) return next(chunk, Chunk.QuotedValue);
      return isSpace(byte) || (isToken(byte) && next(chunk, Chunk.TokenValue));
    case Chunk.TokenValue:
      return isToken(byte) || endValue(chunk, byte);
    case Chunk.QuotedValue:
      if (byte == DQUOTE) return next(chunk, Chunk.AfterQuoted);
      return byte == BACKSLASH ? next(chunk, Chunk.QuotedPair) : isFieldByte(byte);
    case Chunk.QuotedPair:
      return isFieldByte(byte) && next(chunk, Chunk.QuotedValue);
    case Chunk.AfterQuoted:
      return endValue(chunk, byte);
    default:
      // BeforeExtension
      return isSpace(byte) || (byte == SEMICOLON && next(chunk, Chunk.ExtensionStart));
  }
}

/** Behind a value there may be white space, but only before another extension. */
function endValue(chunk: ChunkState, byte: u32): bool {
  return isSpace(byte) ? next(chunk, Chunk.BeforeExtension) : endExtension(chunk, byte);
}

function endExtension(chunk: ChunkState, byte: u32): bool {
  if (byte == SEMICOLON) return next(chunk, Chunk.ExtensionStart);
  return byte == CR && next(chunk, Chunk.SizeLineFeed);
}

/** chunk-size, up to 2⁵³−1, then an extension or the end of the line. */
function readSize(chunk: ChunkState, byte: u32): bool {
  const digit = hexValue(byte);
  if (digit >= 0) {
    chunk.remaining = chunk.remaining * 16 + <f64>digit;
    return chunk.remaining <= MAX_INTEGER && next(chunk, Chunk.MoreSize);
  }
  if (chunk.state == Chunk.Size) return false;
  return endValue(chunk, byte);
}

function next(chunk: ChunkState, state: Chunk): bool {
  chunk.state = state;
  return true;
}

/** A byte that a field value or a quoted string may hold. */
function isFieldByte(byte: u32): bool {
  return byte == HTAB || (byte >= SP && byte != 0x7f);
}

function isToken(byte: u32): bool {
  return isMember(byte, TOKEN_LOW, TOKEN_HIGH);
}
