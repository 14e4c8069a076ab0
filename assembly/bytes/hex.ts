// Hexadecimal numbers in ASCII.

/** Writes `value` in lower-case digits, no leading zeros, and returns the position behind it. */
export function writeHex(at: usize, value: u64): usize {
  let digits: usize = 1;
  for (let rest = value >> 4; rest != 0; rest >>= 4) digits++;
  const end = at + digits;
  for (let position = end; position > at; value >>= 4) {
    const digit = <u32>(value & 15);
    store<u8>(--position, digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
  return end;
}

/** The digit for a value below 16. */
export function upperHexDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x37 + value;
}
