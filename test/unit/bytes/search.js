// The search functions, sixteen bytes a step and one byte a step: the same answers, byte by byte,
// and those of the grammars.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const CLASSES = {
  Token: /[!#$%&'*+.^_`|~0-9A-Za-z-]/,
  Path: /[!$%&'()*+,\-./0-9:;=@A-Z_a-z~|^[\]]/,
  Query: /[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~|^[\]\\`{}]/,
  Host: /[!$&'()*+,\-.0-9;=A-Z_a-z~]/,
  FieldValue: /[\t\x20-\x7e\x80-\xff]/,
};
const names = Object.keys(CLASSES);
const twins = (name) => `
  export function simd${name}(at: usize, end: usize): usize {
    return simd.skip${name}(at, end);
  }
  export function scalar${name}(at: usize, end: usize): usize {
    return scalar.skip${name}(at, end);
  }`;
const guest = compileGuest("search", `
  import * as simd from "../../assembly/bytes/search-simd";
  import * as scalar from "../../assembly/bytes/search-scalar";
  export const room = heap.alloc(65536);
  export function simdLetters(at: usize, end: usize): usize {
    return simd.skipLetters(at, end);
  }
  ${[...names, "Visible"].map(twins).join("\n")}`);
const room = guest.room.value;

const search = suite("search");

/** What both twins answer for these bytes, as a number of them; they must agree. */
function skip(name, bytes, at = room) {
  const end = guest.put(at, bytes);
  const length = guest[`simd${name}`](at, end) - at;
  assert.is(guest[`scalar${name}`](at, end) - at, length, `${name} of ${JSON.stringify(bytes)}`);
  return length;
}

const ALL = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

for (const name of names) {
  const members = ALL.filter((letter) => CLASSES[name].test(letter));

  search(`skip${name} stops at the bytes outside its class, at every place of a vector`, () => {
    for (const letter of ALL) {
      for (let place = 0; place < 33; place++) {
        const bytes = "a".repeat(place) + letter + "a".repeat(40 - place);
        assert.is(skip(name, bytes), members.includes(letter) ? 41 : place);
      }
    }
  });

  search(`skip${name} agrees with its twin about random bytes`, () => {
    const dice = roll(3);
    for (let i = 0; i < 3000; i++) {
      const length = dice(80);
      const pick = () => (dice(40) ? members[dice(members.length)] : ALL[dice(256)]);
      const bytes = Array.from({ length }, pick).join("");
      const stop = [...bytes].findIndex((letter) => !members.includes(letter));
      assert.is(skip(name, bytes, room + dice(16)), stop < 0 ? length : stop);
    }
  });

  search(`skip${name} does not look behind the end`, () => {
    for (let length = 0; length < 40; length++) {
      guest.put(room, "a".repeat(length) + "\n".repeat(64));
      const end = room + length;
      assert.is(guest[`simd${name}`](room, end), end);
      assert.is(guest[`scalar${name}`](room, end), end);
    }
    const last = guest.memory.buffer.byteLength;
    for (let length = 0; length < 40; length++) {
      assert.is(skip(name, "a".repeat(length), last - length), length);
    }
  });
}

search("skipVisible stops at the first byte outside SP to ~, in sixteen bytes or more", () => {
  for (let length = 16; length < 50; length++) {
    assert.is(skip("Visible", "a".repeat(length)), length);
    for (const letter of ALL) {
      const place = (letter.charCodeAt(0) * 7) % length;
      // A second one behind the first: bit tricks on words err above the lowest hit.
      const bytes = "a".repeat(place) + letter.repeat(2) + "\x00\x7f\xff".padEnd(50, "a");
      const stop = /[ -~]/.test(letter) ? Math.min(place + 2, length) : place;
      assert.is(skip("Visible", bytes.slice(0, length)), stop);
    }
  }
});

search("skipVisible looks at every place, and not behind the end", () => {
  const last = guest.memory.buffer.byteLength;
  for (let length = 16; length < 50; length++) {
    for (let place = 0; place < length; place++) {
      const bytes = "~".repeat(place) + "\t".padEnd(length - place, " ");
      assert.is(skip("Visible", bytes, last - length), place);
    }
    guest.put(room, "a".repeat(length) + "\n".repeat(64));
    const end = room + length;
    assert.is(guest.simdVisible(room, end), end);
    assert.is(guest.scalarVisible(room, end), end);
  }
});

search("skipLetters passes letters and hyphens only, and stops before the end", () => {
  const last = guest.memory.buffer.byteLength;
  for (let length = 1; length < 50; length++) {
    const at = last - length;
    const end = guest.put(at, "a".repeat(length));
    assert.ok(guest.simdLetters(at, end) < end);
  }
  for (const letter of ALL) {
    for (let place = 0; place < 33; place++) {
      const end = guest.put(room, "z".repeat(place) + letter + "Z".repeat(40 - place));
      const stop = guest.simdLetters(room, end) - room;
      assert.is(stop, /[-A-Za-z]/.test(letter) ? 32 : Math.min(place, 32), letter);
    }
  }
});

search.run();
