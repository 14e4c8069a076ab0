// Lines for people: at the start, and before the end.

import { STDERR, write } from "./stdio";

/** Writes a line on standard error. */
export function printMessage(text: string): void {
  print(STDERR, text);
}

/** Writes all of it, unless nothing more is taken; nothing can be done about that. */
export function print(fd: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  let at = changetype<usize>(bytes);
  const end = at + bytes.byteLength;
  while (at < end) {
    const written = write(fd, at, <u32>(end - at));
    if (written <= 0) return;
    at += written;
  }
}
