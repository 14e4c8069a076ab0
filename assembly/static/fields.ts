// The field lines of a representation, written once when the cache takes it in. They are in three
// parts, so that 206 can leave out the length and 304 everything but the validators: Content-Type
// and Content-Encoding; Content-Length; Last-Modified, ETag and what else describes the resource.

import { CRLF, DQUOTE, HYPHEN } from "../bytes/ascii";
import { writeDecimal } from "../bytes/decimal";
import { writeHex } from "../bytes/hex";
import { writeBytes, writeText } from "../bytes/text";
import { writeDate } from "../http/date";
import { StatRecord } from "../platform/layout";
import { codingNames } from "./coding-texts";
import { writeMediaType } from "./media-type";
import { Resource } from "./resource";

const CONTENT_TYPE = memory.data(16);
const CONTENT_LENGTH = memory.data(24);
const CONTENT_RANGE = memory.data(24);
const LAST_MODIFIED = memory.data(24);
const ETAG = memory.data(8);
const COMMON = memory.data(64);

const contentTypeLength = writeText(CONTENT_TYPE, "Content-Type: ") - CONTENT_TYPE;
const contentLengthLength = writeText(CONTENT_LENGTH, "Content-Length: ") - CONTENT_LENGTH;
const contentRangeLength = writeText(CONTENT_RANGE, "Content-Range: bytes ") - CONTENT_RANGE;
const lastModifiedLength = writeText(LAST_MODIFIED, "Last-Modified: ") - LAST_MODIFIED;
const etagLength = writeText(ETAG, "ETag: ") - ETAG;
const commonLength =
  writeText(COMMON, "Accept-Ranges: bytes\r\nCache-Control: no-cache\r\n") - COMMON;

const CONTENT_ENCODING = memory.data(24);
const VARY = memory.data(24);
const contentEncodingLength = writeText(CONTENT_ENCODING, "Content-Encoding: ") - CONTENT_ENCODING;
const varyLength = writeText(VARY, "Vary: Accept-Encoding\r\n") - VARY;

/** The most that `writeFields` writes. */
export const MAX_FIELDS_LENGTH: u32 = 512;

function endLine(at: usize): usize {
  store<u16>(at, CRLF);
  return at + 2;
}

export function writeContentLength(at: usize, length: f64): usize {
  at = writeBytes(at, CONTENT_LENGTH, contentLengthLength);
  return endLine(writeDecimal(at, <u64>length));
}

/** `bytes first-last/complete`; with `first` < 0 the form that goes with 416, `bytes *‍/complete`. */
export function writeContentRange(at: usize, first: f64, last: f64, complete: f64): usize {
  at = writeBytes(at, CONTENT_RANGE, contentRangeLength);
  if (first < 0) {
    store<u8>(at++, 0x2a);
  } else {
    at = writeDecimal(at, <u64>first);
    store<u8>(at++, HYPHEN);
    at = writeDecimal(at, <u64>last);
  }
  store<u8>(at++, 0x2f);
  return endLine(writeDecimal(at, <u64>complete));
}

/**
 * Writes the field lines of the file `stat` with the name that ends at `nameEnd` to `at`, fills the
 * offsets of `resource`, and returns the position behind them.
 */
export function writeFields(
  at: usize,
  resource: Resource,
  stat: StatRecord,
  name: usize,
  nameEnd: usize,
): usize {
  const start = at;
  at = writeBytes(at, CONTENT_TYPE, contentTypeLength);
  at = endLine(writeMediaType(at, name, nameEnd));
  resource.typeLength = <u16>(at - start);
  if (resource.coding != 0) {
    at = writeBytes(at, CONTENT_ENCODING, contentEncodingLength);
    at = endLine(codingNames.write(at, resource.coding));
  }
  resource.lengthStart = <u16>(at - start);
  at = writeContentLength(at, stat.size);
  resource.validatorsStart = <u16>(at - start);
  at = writeBytes(at, LAST_MODIFIED, lastModifiedLength);
  at = endLine(writeDate(at, resource.lastModified));
  at = writeBytes(at, ETAG, etagLength);
  resource.tagStart = <u16>(at - start);
  at = writeEntityTag(at, stat);
  resource.tagLength = <u16>(at - start - resource.tagStart);
  at = writeBytes(endLine(at), COMMON, commonLength);
  if (resource.coding != 0 || resource.codings != 0) at = writeBytes(at, VARY, varyLength);
  resource.fieldsLength = <u16>(at - start);
  return at;
}

/**
 * A strong tag: inode, size and the times of modification and of change to the nanosecond, so it is
 * another one whenever the bytes can have changed.
 */
function writeEntityTag(at: usize, stat: StatRecord): usize {
  store<u8>(at++, DQUOTE);
  at = writeHex(at, stat.ino);
  store<u8>(at++, HYPHEN);
  at = writeHex(at, <u64>stat.size);
  store<u8>(at++, HYPHEN);
  at = writeHex(at, <u64>(<i64>stat.mtime * 1000000000 + stat.mtimeNs));
  store<u8>(at++, HYPHEN);
  at = writeHex(at, stat.ctimeNs);
  store<u8>(at++, DQUOTE);
  return at;
}
