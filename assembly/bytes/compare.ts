// Equality of byte strings.

const CASE: u64 = 0x2020202020202020;

/** Are the `length` bytes at `a` and `b` the same? The last step reaches back, to end with them. */
export function equals(a: usize, b: usize, length: usize): bool {
  if (length < 8) return shortEquals(a, b, length);
  const last = length - 8;
  for (let at: usize = 0; at < last; at += 8) {
    if (load<u64>(a + at) != load<u64>(b + at)) return false;
  }
  return load<u64>(a + last) == load<u64>(b + last);
}

function shortEquals(a: usize, b: usize, length: usize): bool {
  for (let at: usize = 0; at < length; at++) {
    if (load<u8>(a + at) != load<u8>(b + at)) return false;
  }
  return true;
}

/**
 * Is the token at `token` the lower-case `name`, letter case aside? For 4 ≤ `length` ≤ 16, and
 * names of letters and hyphens only: setting bit 5 maps no other tchar to one of those.
 */
export function isName(token: usize, name: usize, length: usize): bool {
  if (length < 8) {
    const head = load<u32>(token) | <u32>CASE;
    const tail = load<u32>(token + length - 4) | <u32>CASE;
    return head == load<u32>(name) && tail == load<u32>(name + length - 4);
  }
  const head = load<u64>(token) | CASE;
  const tail = load<u64>(token + length - 8) | CASE;
  return head == load<u64>(name) && tail == load<u64>(name + length - 8);
}

/** Are two tokens of this length the same name, letter case aside? One of them is as above. */
export function isSameName(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if ((load<u8>(a + i) | <u8>CASE) != (load<u8>(b + i) | <u8>CASE)) return false;
  }
  return true;
}
