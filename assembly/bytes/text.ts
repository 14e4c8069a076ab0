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
