// From the path of a request target to the one path that its file has: percent-decoding, once; dot
// segments; dotfiles. This decides what is asked for; that nothing outside the root can be opened
// is the shim's doing (openat2, RESOLVE_BENEATH), whatever comes out of here.

import { BACKSLASH, DOT, hexValue, PERCENT, SLASH } from "../bytes/ascii";
import { equals } from "../bytes/compare";
import { writeText } from "../bytes/text";

/** The longest path that is looked up; the kernel's limit is 4096 with its NUL. */
export const MAX_PATH: u32 = 4095;

const WELL_KNOWN = memory.data(16);
const wellKnownLength = <u32>(writeText(WELL_KNOWN, ".well-known") - WELL_KNOWN);

/** The path that was resolved last: a slash, and behind it the path beneath the root. */
export const canonical = memory.data(4104);
store<u8>(canonical, SLASH);
const beneath = canonical + 1;

/** Are names that begin with a dot served? */
let dotfilesAreShown: bool = false;

export function configureResolve(showDotfiles: bool): void {
  dotfilesAreShown = showDotfiles;
}

/**
 * Is this path, which begins with "/", what `resolve` would make of it? Asked for every request, so
 * sixteen bytes a step; there is memory behind the path, for the head goes on there.
 */
export function isCanonical(path: usize, length: u32): bool {
  for (let done: u32 = 0; done < length; done += 16) {
    const bytes = v128.load(path + done);
    const next = v128.load(path + done, 1);
    const isCoded = v128.or(isByte(bytes, PERCENT), isByte(bytes, BACKSLASH));
    const isDotOrEmpty = v128.or(isByte(next, DOT), isByte(next, SLASH));
    const isOther = v128.or(isCoded, v128.and(isByte(bytes, SLASH), isDotOrEmpty));
    const left = length - done;
    const asked = left < 16 ? (1 << left) - 1 : -1;
    if (i8x16.bitmask(isOther) & asked) return false;
  }
  return true;
}

/** Which of the sixteen are this byte. */
function isByte(bytes: v128, byte: u32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte));
}

/**
 * Decodes the path of `length` bytes at `path`, which begins with "/", into `canonical`; a trailing
 * slash is kept. Result: its length, or −status: 400 for an escape that is none, a NUL, or dot
 * segments that leave the root; 404 for what no file can be called, and for dotfiles unless they
 * are shown.
 */
export function resolve(path: usize, length: u32): i32 {
  const end = path + length;
  let out = beneath;
  let at = path;
  while (at < end) {
    // One segment a round; `at` is behind its slash, or at it for the first one.
    while (at < end && load<u8>(at) == SLASH) at++;
    const segment = out;
    const stop = decodeSegment(at, end, segment);
    if (stop < 0) return stop;
    at += stop;
    const segmentLength = written;
    if (segmentLength == 0) break;
    if (isDots(segment, segmentLength, 1)) continue;
    if (isDots(segment, segmentLength, 2)) {
      if (segment == beneath) return -400;
      out = parentOf(segment);
      continue;
    }
    const isDotfile = load<u8>(segment) == DOT && !isWellKnown(segment, segmentLength);
    if (isDotfile && !dotfilesAreShown) return -404;
    out = segment + segmentLength;
    if (at < end) store<u8>(out++, SLASH);
  }
  return <i32>(out - canonical);
}

/** Bytes that decodeSegment wrote. */
let written: u32 = 0;

/** Decodes up to the next slash or `end` to `out`; the result is the bytes read, or −status. */
function decodeSegment(at: usize, end: usize, out: usize): i32 {
  const start = at;
  const first = out;
  const limit = beneath + MAX_PATH - 1;
  for (; at < end; at++) {
    let byte: u32 = load<u8>(at);
    if (byte == SLASH) break;
    if (byte == PERCENT) {
      const decoded = end - at < 3 ? -1 : decodePair(at + 1);
      // No file name holds a NUL, and one in a path would cut it short.
      if (decoded <= 0) return -400;
      // An encoded slash is data, and no file name holds a slash.
      if (decoded == SLASH) return -404;
      byte = decoded;
      at += 2;
    } else if (byte == BACKSLASH) {
      return -400;
    }
    if (out >= limit) return -404;
    store<u8>(out++, byte);
  }
  written = <u32>(out - first);
  return <i32>(at - start);
}

function decodePair(at: usize): i32 {
  const high = hexValue(load<u8>(at));
  const low = hexValue(load<u8>(at, 1));
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

function isDots(segment: usize, length: u32, count: u32): bool {
  if (length != count) return false;
  return load<u8>(segment) == DOT && load<u8>(segment + count - 1) == DOT;
}

/** Start of the segment before the one that starts at `segment`. */
function parentOf(segment: usize): usize {
  let at = segment - 1;
  while (at > beneath && load<u8>(at - 1) != SLASH) at--;
  return at;
}

/** RFC 8615: only as the first segment. */
function isWellKnown(segment: usize, length: u32): bool {
  return segment == beneath && length == wellKnownLength && equals(segment, WELL_KNOWN, length);
}
