// Content codings and which of them a request prefers (RFC 9110 §8.4.1, §12.5.3).

import { ASTERISK, DOT, EQUALS, isDigit, SEMICOLON } from "../bytes/ascii";
import { isName } from "../bytes/compare";
import { skipToken } from "../bytes/search";
import { writeText } from "../bytes/text";
import { KnownField } from "./known-field";
import { elementEnd, nextElement, nextLine, skipSpaces } from "./list";
import { Request } from "./request";

/** In the order of preference among those a client likes equally, the best last. */
export const enum ContentCoding {
  Identity,
  Gzip,
  Zstd,
  Brotli,
}

export const CODINGS: i32 = 4;

const LETTER_Q: u32 = 0x71;

const IDENTITY = memory.data(8);
const GZIP = memory.data(8);
const X_GZIP = memory.data(8);
const ZSTD = memory.data(8);
writeText(IDENTITY, "identity");
writeText(GZIP, "gzip");
writeText(X_GZIP, "x-gzip");
writeText(ZSTD, "zstd");

/** Weights by coding, in thousandths; −1 where the request names none. */
const weights = memory.data(16);

/**
 * The coding, of those whose bits are set in `available`, that the request's Accept-Encoding likes
 * best; Identity when it likes none of them better, or has no such field.
 */
export function chooseCoding(request: Request, input: usize, available: u32): ContentCoding {
  if (!request.has(KnownField.AcceptEncoding)) return ContentCoding.Identity;
  const anyWeight = readWeights(request, input);
  let best = ContentCoding.Identity;
  // Identity needs not be named to be acceptable; it is the last resort then, unless "*" is for it.
  let bestWeight = load<i32>(weights) >= 0 ? load<i32>(weights) : anyWeight;
  for (let coding = 1; coding < CODINGS; coding++) {
    if (!(available & (1 << coding))) continue;
    let weight = load<i32>(weights + (<usize>coding << 2));
    if (weight < 0) weight = anyWeight;
    if (weight > 0 && weight >= bestWeight) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}

/** Fills `weights`; the result is the weight of "*", 0 when it is not there. */
function readWeights(request: Request, input: usize): i32 {
  memory.fill(weights, 0xff, 16);
  let anyWeight = 0;
  for (let line: i32 = request.lineOf(KnownField.AcceptEncoding); line >= 0; ) {
    const start = input + request.valueStart(line);
    const end = start + request.valueLength(line);
    for (let at = nextElement(start, end); at < end; ) {
      const stop = elementEnd(at, end);
      const nameEnd = skipToken(at, stop);
      const weight = readWeight(nameEnd, stop);
      const coding = codingOf(at, nameEnd - at);
      if (coding >= 0) store<i32>(weights + (<usize>coding << 2), weight);
      else if (nameEnd - at == 1 && load<u8>(at) == ASTERISK) anyWeight = weight;
      at = nextElement(stop, end);
    }
    line = nextLine(request, input, KnownField.AcceptEncoding, line);
  }
  return anyWeight;
}

function codingOf(at: usize, length: usize): i32 {
  if (length == 2) return (load<u16>(at) | 0x2020) == 0x7262 ? ContentCoding.Brotli : -1;
  if (length == 4 && isName(at, GZIP, 4)) return ContentCoding.Gzip;
  if (length == 4 && isName(at, ZSTD, 4)) return ContentCoding.Zstd;
  if (length == 6 && isName(at, X_GZIP, 6)) return ContentCoding.Gzip;
  return length == 8 && isName(at, IDENTITY, 8) ? ContentCoding.Identity : -1;
}

/** OWS ";" OWS "q=" qvalue, in thousandths; 1000 when there is none, 0 for what is not valid. */
function readWeight(at: usize, end: usize): i32 {
  at = skipSpaces(at, end);
  if (at == end) return 1000;
  if (load<u8>(at) != SEMICOLON) return 0;
  at = skipSpaces(at + 1, end);
  if (end - at < 3 || (load<u8>(at) | 0x20) != LETTER_Q || load<u8>(at, 1) != EQUALS) return 0;
  return readQvalue(at + 2, end);
}

/** ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ) */
function readQvalue(at: usize, end: usize): i32 {
  const whole = <i32>load<u8>(at) - 0x30;
  if (whole != 0 && whole != 1) return 0;
  if (at + 1 == end) return whole * 1000;
  if (load<u8>(at, 1) != DOT || end - at > 5) return 0;
  let thousandths = 0;
  let unit = 100;
  for (at += 2; at < end; at++, unit /= 10) {
    const byte: u32 = load<u8>(at);
    if (!isDigit(byte)) return 0;
    thousandths += <i32>(byte - 0x30) * unit;
  }
  if (whole == 1) return thousandths == 0 ? 1000 : 0;
  return thousandths;
}
