// The media type of a file by its extension, from tables that scripts/media-types.js makes of
// mime-db. What has no known extension is application/octet-stream.

import * as tables from "../../build/media-types";
import { DOT, SLASH } from "../bytes/ascii";
import { writeBytes, writeText } from "../bytes/text";

const LONGEST_EXTENSION: u32 = 32;

const UNKNOWN = memory.data(32);
const unknownLength = writeText(UNKNOWN, "application/octet-stream") - UNKNOWN;

/** The extension in lower case. */
const extension = memory.data(32);

/** Writes the media type for the file name at the end of [path, end) and returns what is behind. */
export function writeMediaType(at: usize, path: usize, end: usize): usize {
  const length = readExtension(path, end);
  const offset = length > 0 ? find(length) : -1;
  if (offset < 0) return writeBytes(at, UNKNOWN, unknownLength);
  const type = tables.types + offset;
  const affixes = load<u8>(type);
  at = writeCounted(at, nthCounted(tables.prefixes, affixes >> 3));
  at = writeCounted(at, type + 1);
  return writeCounted(at, nthCounted(tables.suffixes, affixes & 7));
}

/** Writes the bytes that stand behind their length. */
function writeCounted(at: usize, entry: usize): usize {
  return writeBytes(at, entry + 1, load<u8>(entry));
}

/** An entry of a table whose entries are a length and so many bytes. */
function nthCounted(table: usize, n: u32): usize {
  while (n-- > 0) table += 1 + <usize>load<u8>(table);
  return table;
}

/** Copies the last extension of the name to `extension`; its length, 0 when there is none. */
function readExtension(path: usize, end: usize): u32 {
  let at = end;
  while (at > path && load<u8>(at - 1) != DOT && load<u8>(at - 1) != SLASH) at--;
  const length = <u32>(end - at);
  if (at == path || load<u8>(at - 1) != DOT || length > LONGEST_EXTENSION) return 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte: u32 = load<u8>(at + i);
    store<u8>(extension + i, byte - 0x41 < 26 ? byte | 0x20 : byte);
  }
  return length;
}

/** Offset of the type of the extension in `extension`, or −1. */
function find(length: u32): i32 {
  let low = 0;
  let high = tables.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = tables.extensions + load<u16>(tables.index + (<usize>middle << 1));
    const order = compare(entry + 1, load<u8>(entry), length);
    if (order == 0) return load<u16>(entry + 1 + load<u8>(entry));
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Order of the `entryLength` bytes at `entry` and the extension. */
function compare(entry: usize, entryLength: u32, length: u32): i32 {
  const order = memory.compare(entry, extension, min(entryLength, length));
  return order != 0 ? order : <i32>entryLength - <i32>length;
}
