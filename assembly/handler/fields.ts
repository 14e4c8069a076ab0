// The field lines of a reply as wasi:http wants them, names apart from values.

import { COLON, CR } from "../bytes/ascii";
import { FieldRecord } from "../platform/wasi/incoming";

/** The most lines that a reply has. */
export const MAX_LINES: u32 = 32;

/** Writes a record for each of the lines to `list`: how many. They point to where the lines are. */
export function listFields(lines: usize, length: u32, list: usize): u32 {
  const end = lines + length;
  let count: u32 = 0;
  for (let line = lines; line < end; count++) {
    if (count == MAX_LINES) unreachable();
    const field = changetype<FieldRecord>(list + <usize>count * offsetof<FieldRecord>());
    const nameEnd = find(COLON, line);
    const value = nameEnd + 2;
    const valueEnd = find(CR, value);
    field.name = line;
    field.nameLength = <u32>(nameEnd - line);
    field.value = value;
    field.valueLength = <u32>(valueEnd - value);
    line = valueEnd + 2;
  }
  return count;
}

/** The first `byte` from `at` on, which there is. */
function find(byte: u32, at: usize): usize {
  while (load<u8>(at) != byte) at++;
  return at;
}
