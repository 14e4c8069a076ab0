// multipart/byteranges (RFC 9110 §14.6): the heads of the parts, written in advance; the ranges in
// between are sent from the representation itself.

import { CRLF } from "../bytes/ascii";
import { writeHex } from "../bytes/hex";
import { writeBytes, writeText } from "../bytes/text";
import { firstPos, lastPos, rangeCount } from "../http/range";
import { PartRecord, Reply } from "../http/reply";
import { writeContentRange } from "./fields";
import { Resource } from "./resource";

/** Part records, MAX_RANGES and one: each head has a Content-Type and a Content-Range line. */
const parts = memory.data(6800);
const MEDIA_TYPE = memory.data(56);
const BOUNDARY_LENGTH: usize = 24;
const boundary = memory.data(32);

const mediaTypeLength =
  writeText(MEDIA_TYPE, "Content-Type: multipart/byteranges; boundary=") - MEDIA_TYPE;
writeText(boundary, "epollux-0000000000000000");

let sequence: u64 = 0;

/** Content-Type with the boundary of this response. */
export function writeMultipartType(at: usize): usize {
  at = writeBytes(at, MEDIA_TYPE, mediaTypeLength);
  at = writeBytes(at, boundary, BOUNDARY_LENGTH);
  store<u16>(at, CRLF);
  return at + 2;
}

/** Chooses a new boundary; `seed` makes it differ from one start of the server to the next. */
export function newBoundary(seed: u64): void {
  sequence += 0x9e3779b97f4a7c15;
  const mixed = (sequence ^ seed) * 0xbf58476d1ce4e5b9;
  // With the highest bit set it always has sixteen digits.
  writeHex(boundary + 8, (mixed ^ (mixed >> 29)) | 0x8000000000000000);
}

/** Prepares the parts of the ranges last selected; `reply.length` is that of the whole content. */
export function setParts(reply: Reply, resource: Resource): void {
  let record = parts;
  let total: f64 = 0;
  for (let i = 0; i <= rangeCount(); i++) {
    const part = changetype<PartRecord>(record);
    const head = record + offsetof<PartRecord>();
    const isLast = i == rangeCount();
    const end = isLast ? writeClosing(head) : writePartHead(head, resource, i);
    part.headLength = <u32>(end - head);
    part.offset = isLast ? 0 : firstPos(i);
    part.length = isLast ? 0 : lastPos(i) - firstPos(i) + 1;
    total += part.headLength + part.length;
    record = end;
  }
  reply.parts = parts;
  reply.partsLength = <u32>(record - parts);
  reply.length = total;
}

function writePartHead(at: usize, resource: Resource, i: i32): usize {
  at = writeDelimiter(at, i == 0);
  store<u16>(at, CRLF);
  at = writeBytes(at + 2, resource.fields, resource.typeLength);
  at = writeContentRange(at, firstPos(i), lastPos(i), resource.size);
  store<u16>(at, CRLF);
  return at + 2;
}

function writeClosing(at: usize): usize {
  at = writeDelimiter(at, false);
  store<u32>(at, 0x0a0d2d2d);
  return at + 4;
}

/** "--" boundary, on a line of its own. */
function writeDelimiter(at: usize, isFirst: bool): usize {
  if (!isFirst) {
    store<u16>(at, CRLF);
    at += 2;
  }
  store<u16>(at, 0x2d2d);
  return writeBytes(at + 2, boundary, BOUNDARY_LENGTH);
}
