// Sizes and durations of the guest: the same forms that the command line takes.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { parseDuration, parseSize } from "../../build/host/units.js";
import { compileGuest } from "../helpers/guest.js";

const guest = compileGuest("units", `
  import { parseDuration, parseSize, parseWhole } from "../../assembly/units";
  export const input: usize = heap.alloc(256);
  export function whole(length: u32): f64 {
    return parseWhole(String.UTF8.decodeUnsafe(input, length));
  }
  export function size(length: u32): f64 {
    return parseSize(String.UTF8.decodeUnsafe(input, length));
  }
  export function duration(length: u32): f64 {
    return parseDuration(String.UTF8.decodeUnsafe(input, length));
  }`);

const by = (parse) => (text) => {
  guest.put(guest.input.value, text);
  return parse(text.length);
};

const NUMBERS = [
  "0", "1", "007", "64", "1.5", "0.5", "0.25", "1000000", "1.", ".5", "", "1.2.3", "-1", "+1", "1e3",
  " 1", "1 ",
];
const SIZE_UNITS = [
  "", "b", "B", "k", "K", "m", "g", "KiB", "kib", "MiB", "gib", "t", "kb", " k", "ki",
];
const TIME_UNITS = ["", "ms", "s", "m", "h", "S", "M", "min", "d", " s", "sec"];

const units = suite("units");

function agree(ours, theirs, suffixes) {
  for (const number of NUMBERS) {
    for (const suffix of suffixes) {
      const text = number + suffix;
      assert.is(ours(text), theirs(text) ?? -1, JSON.stringify(text));
    }
  }
}

units("of sizes are those of the command line", () => {
  agree(by(guest.size), parseSize, SIZE_UNITS);
});

units("of durations are those of the command line", () => {
  agree(by(guest.duration), parseDuration, TIME_UNITS);
});

units("are not for whole numbers, which have digits only", () => {
  const whole = by(guest.whole);
  for (const text of ["0", "7", "123456789012345"]) assert.is(whole(text), Number(text));
  for (const text of ["", "1.5", "1k", "-1", "1e3", "99999999999999999"]) {
    assert.is(whole(text), -1, text);
  }
});

units.run();
