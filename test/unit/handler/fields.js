// The field lines of a reply, for wasi:http.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("handler-fields", `
  import { listFields, MAX_LINES } from "../../assembly/handler/fields";
  import { FieldRecord } from "../../assembly/platform/wasi/incoming";
  export const lines: usize = heap.alloc(65536);
  const list: usize = heap.alloc(MAX_LINES * offsetof<FieldRecord>());
  export function count(length: u32): u32 {
    return listFields(lines, length, list);
  }
  export function word(i: u32, j: u32): u32 {
    return load<u32>(list + i * 16 + j * 4);
  }`);

/** The names and values in these lines. */
function listed(lines) {
  guest.put(guest.lines.value, lines);
  return Array.from({ length: guest.count(lines.length) }, (_, i) => {
    const [name, nameLength, value, valueLength] = [0, 1, 2, 3].map((j) => guest.word(i, j));
    return [guest.text(name, name + nameLength), guest.text(value, value + valueLength)];
  });
}

const fields = suite("the fields of a reply");

fields("are names and values, in their order", () => {
  assert.equal(listed(""), []);
  assert.equal(listed("ETag: \"a\"\r\n"), [["ETag", '"a"']]);
  const lines = "Content-Type: text/html; charset=utf-8\r\nContent-Length: 3\r\nX: \r\n";
  const type = ["Content-Type", "text/html; charset=utf-8"];
  assert.equal(listed(lines), [type, ["Content-Length", "3"], ["X", ""]]);
});

fields("may have colons in their values", () => {
  assert.equal(listed("Location: /a:b?c: d/\r\n"), [["Location", "/a:b?c: d/"]]);
});

fields("are 32 at most", () => {
  assert.is(listed("A: b\r\n".repeat(32)).length, 32);
  assert.throws(() => listed("A: b\r\n".repeat(33)));
});

fields.run();
