// Single bytes of US-ASCII: the ones that delimit HTTP, and what they are worth.

export const HTAB: u32 = 0x09;
export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const SP: u32 = 0x20;
export const DQUOTE: u32 = 0x22;
export const PERCENT: u32 = 0x25;
export const ASTERISK: u32 = 0x2a;
export const COMMA: u32 = 0x2c;
export const HYPHEN: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const SLASH: u32 = 0x2f;
export const COLON: u32 = 0x3a;
export const SEMICOLON: u32 = 0x3b;
export const EQUALS: u32 = 0x3d;
export const QUESTION: u32 = 0x3f;
export const BACKSLASH: u32 = 0x5c;

/** CR LF, the two bytes at once as they are loaded. */
export const CRLF: u32 = 0x0a0d;

export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

export function isAlpha(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

/** Optional white space (RFC 9110 §5.6.3). */
export function isSpace(byte: u32): bool {
  return byte == SP || byte == HTAB;
}

/** The value of a hexadecimal digit, or −1. */
export function hexValue(byte: u32): i32 {
  if (isDigit(byte)) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? <i32>letter + 10 : -1;
}
