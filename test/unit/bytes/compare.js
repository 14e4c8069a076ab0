// Equality of byte strings, at every length about its steps of eight.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const LONGEST = 33;
const guest = compileGuest("compare", `
  import { equals as same } from "../../assembly/bytes/compare";
  export const a: usize = memory.data(64);
  export const b: usize = memory.data(64);
  export function equals(length: u32): bool { return same(a, b, length); }`);

const bytes = Array.from({ length: LONGEST + 1 }, (_, i) => String.fromCharCode(33 + i)).join("");
const equals = (other, length) => {
  guest.put(guest.a.value, bytes);
  guest.put(guest.b.value, other);
  return guest.equals(length) !== 0;
};

const compare = suite("compare");

compare("the same bytes are equal at every length, whatever lies behind them", () => {
  for (let length = 0; length <= LONGEST; length++) {
    assert.ok(equals(bytes.slice(0, length) + "~".repeat(8), length), `${length}`);
  }
});

compare("one byte that differs is seen at every place", () => {
  for (let length = 1; length <= LONGEST; length++) {
    for (let at = 0; at < length; at++) {
      const other = bytes.slice(0, at) + "~" + bytes.slice(at + 1);
      assert.not(equals(other, length), `byte ${at} of ${length}`);
    }
  }
});

compare.run();
