// Bytes of a stranger, made fit for a terminal: what is valid UTF-8 and no control character stays as
// it is; everything else becomes `\n`, `\r`, `\t`, `\\` or `\xNN`. So no input can forge a line or
// speak to the terminal, and the bytes can be told from the text.

import { upperHexDigit } from "../bytes/hex";
import { CUT, isContinuation, sequenceAt } from "../bytes/utf8";

/** The most that one byte becomes. */
export const MAX_ESCAPED: u32 = 4;

/** The longest beginning of a sequence that can be cut off. */
export const MAX_CUT: u32 = 3;

/** Writes [at, end) at `to`, escaped; returns the position behind it. */
export function escape(at: usize, end: usize, to: usize): usize {
  while (at < end) {
    const length = sequenceAt(at, end);
    if (length > 0 && !isControl(at, length)) {
      for (let i = 0; i < length; i++) store<u8>(to++, load<u8>(at++));
    } else {
      to = escapeByte(load<u8>(at++), to);
    }
  }
  return to;
}

/** How many bytes at the end of [from, end) are a sequence that more bytes may complete. */
export function cutLength(from: usize, end: usize): u32 {
  for (let length: u32 = 1; length <= MAX_CUT && length <= <u32>(end - from); length++) {
    const at = end - length;
    if (isContinuation(load<u8>(at))) continue;
    return sequenceAt(at, end) == CUT ? length : 0;
  }
  return 0;
}

/** C0, DEL and C1 controls; the backslash too, because it begins an escape. */
function isControl(at: usize, length: i32): bool {
  const lead: u32 = load<u8>(at);
  if (length == 1) return lead < 0x20 || lead == 0x7f || lead == 0x5c;
  return length == 2 && lead == 0xc2 && load<u8>(at, 1) < 0xa0;
}

function escapeByte(byte: u32, to: usize): usize {
  store<u8>(to, 0x5c);
  switch (byte) {
    case 0x0a:
      store<u8>(to, 0x6e, 1); // n
      return to + 2;
    case 0x0d:
      store<u8>(to, 0x72, 1); // r
      return to + 2;
    case 0x09:
      store<u8>(to, 0x74, 1); // t
      return to + 2;
    case 0x5c:
      store<u8>(to, 0x5c, 1);
      return to + 2;
    default:
      store<u8>(to, 0x78, 1); // x
      store<u8>(to, upperHexDigit(byte >> 4), 2);
      store<u8>(to, upperHexDigit(byte & 15), 3);
      return to + 4;
  }
}
