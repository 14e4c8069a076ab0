// UTF-8 (Unicode 15, table 3-7): which bytes are a sequence.

/** `sequenceAt`'s answer for one that ends too soon. */
export const CUT: i32 = -1;

/** Length of the UTF-8 sequence that begins at `at`; 0 if none does, CUT if `end` comes too soon. */
export function sequenceAt(at: usize, end: usize): i32 {
  const lead: u32 = load<u8>(at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) {
    if (at + i == end) return CUT;
    const byte: u32 = load<u8>(at + i);
    if (!isContinuation(byte) || (i == 1 && !canFollow(lead, byte))) return 0;
  }
  return length;
}

/** Is [at, end) a text? */
export function isUtf8(at: usize, end: usize): bool {
  while (at < end) {
    const length = sequenceAt(at, end);
    if (length <= 0) return false;
    at += length;
  }
  return true;
}

export function isContinuation(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}

/** Neither a longer form than needed, nor a surrogate, nor above U+10FFFF. */
function canFollow(lead: u32, second: u32): bool {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}
