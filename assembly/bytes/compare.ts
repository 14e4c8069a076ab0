// Equality of byte strings.

const CASE: u64 = 0x2020202020202020;

/** Are the `length` bytes at `a` and `b` the same? */
export function equals(a: usize, b: usize, length: usize): bool {
  return memory.compare(a, b, length) == 0;
}

/**
 * Is the token at `token` the lower-case `name`, letter case aside? For `length` ≥ 4, and names of
 * letters and hyphens only: setting bit 5 maps no other tchar to one of those.
 */
export function isName(token: usize, name: usize, length: usize): bool {
  if (length < 8) {
    const head = load<u32>(token) | <u32>CASE;
    const tail = load<u32>(token + length - 4) | <u32>CASE;
    return head == load<u32>(name) && tail == load<u32>(name + length - 4);
  }
  const tail = length - 8;
  for (let at: usize = 0; at < tail; at += 8) {
    if ((load<u64>(token + at) | CASE) != load<u64>(name + at)) return false;
  }
  return (load<u64>(token + tail) | CASE) == load<u64>(name + tail);
}
