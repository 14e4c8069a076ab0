// String literals as bytes. AssemblyScript keeps strings as UTF-16; what goes on the wire is
// prepared once at start with these.

/** Writes `text` as UTF-8 at `at` and returns the position behind it. */
export function writeText(at: usize, text: string): usize {
  return at + String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at);
}

/** Copies `length` bytes from `from` to `at` and returns the position behind them. */
export function writeBytes(at: usize, from: usize, length: usize): usize {
  memory.copy(at, from, length);
  return at + length;
}

/**
 * The same in steps of sixteen bytes, without a call into V8's runtime: for texts that are short as a
 * rule. Up to fifteen bytes behind the source are read, and as many behind the copy overwritten.
 */
export function writeShort(at: usize, from: usize, length: usize): usize {
  for (let done: usize = 0; done < length; done += 16) {
    v128.store(at + done, v128.load(from + done));
  }
  return at + length;
}
