// The chunked transfer coding (RFC 9112 §7.1), read only to find where the content ends: what is
// inside is discarded. A machine of one byte a step, but for the data of a chunk, which is skipped.

import { COLON, CR, hexValue, HTAB, isSpace, LF, SEMICOLON, SP } from "../bytes/ascii";
import { isMember, TOKEN_HIGH, TOKEN_LOW } from "../bytes/class";
import { MAX_INTEGER } from "../bytes/decimal";

export const enum Chunk {
  /** Before the first digit of chunk-size, and behind it. */
  Size,
  MoreSize,
  BeforeExtension,
  Extension,
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
  /** Bytes of data, chunk extensions and trailers so far. */
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
    case Chunk.BeforeExtension:
      if (byte == SEMICOLON) return next(chunk, Chunk.Extension);
      return isSpace(byte);
    case Chunk.Extension:
      if (byte == CR) return next(chunk, Chunk.SizeLineFeed);
      return isFieldByte(byte);
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
    default:
      return byte == LF && next(chunk, Chunk.Done);
  }
}

/** chunk-size, up to 2⁵³−1, then an extension or the end of the line. */
function readSize(chunk: ChunkState, byte: u32): bool {
  const digit = hexValue(byte);
  if (digit >= 0) {
    chunk.remaining = chunk.remaining * 16 + <f64>digit;
    return chunk.remaining <= MAX_INTEGER && next(chunk, Chunk.MoreSize);
  }
  if (chunk.state == Chunk.Size) return false;
  if (byte == CR) return next(chunk, Chunk.SizeLineFeed);
  if (byte == SEMICOLON) return next(chunk, Chunk.Extension);
  return isSpace(byte) && next(chunk, Chunk.BeforeExtension);
}

function next(chunk: ChunkState, state: Chunk): bool {
  chunk.state = state;
  return true;
}

/** A byte that a field value, or a chunk extension, may hold. */
function isFieldByte(byte: u32): bool {
  return byte == HTAB || (byte >= SP && byte != 0x7f);
}

function isToken(byte: u32): bool {
  return isMember(byte, TOKEN_LOW, TOKEN_HIGH);
}
