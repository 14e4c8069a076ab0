// Escapes against a plain rendering of their rule, at every length and limit around sixteen.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("log-escape", `
  import { MAX_EXCESS, writeEscaped } from "../../assembly/log/escape";
  export const EXCESS: u32 = MAX_EXCESS;
  export function room(): usize { return heap.alloc(65536); }
  export function escape(at: usize, from: usize, length: u32, limit: u32, json: bool): usize {
    return writeEscaped(at, from, length, limit, json);
  }`);

const FROM = guest.room();
const TO = FROM + 16384;

function escape(text, limit, isJson) {
  guest.put(FROM, text);
  const end = guest.escape(TO, FROM, text.length, limit, isJson);
  assert.ok(end - TO <= limit + guest.EXCESS.value, "no longer than it says");
  return guest.text(TO, end);
}

/** The rule. */
function model(text, limit, isJson) {
  let result = "";
  for (const byte of text) {
    if (result.length >= limit) return `${result}...`;
    const digits = byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
    const isPlain = byte >= " " && byte <= "~" && byte !== '"' && byte !== "\\";
    result += isPlain ? byte : (isJson ? "\\u00" : "\\x") + digits;
  }
  return result;
}

const escapes = suite("log escapes");

escapes("each byte is itself or its number", () => {
  for (let byte = 0; byte < 256; byte++) {
    for (const text of [String.fromCharCode(byte), `a${String.fromCharCode(byte)}b`]) {
      for (const isJson of [false, true]) {
        assert.is(escape(text, 100, isJson), model(text, 100, isJson));
        if (isJson) assert.is(JSON.parse(`"${escape(text, 100, true)}"`), text);
      }
    }
  }
});

escapes("random texts of every length, cut at every limit", () => {
  const dice = roll(7);
  for (let length = 0; length <= 70; length++) {
    for (let time = 0; time < 30; time++) {
      const rarity = 1 + dice(30);
      const text = Array.from({ length }, () =>
        String.fromCharCode(dice(rarity) === 0 ? dice(256) : 0x61 + dice(26))).join("");
      const limit = dice(2) === 0 ? dice(length + 8) : 1000;
      for (const isJson of [false, true]) {
        assert.is(escape(text, limit, isJson), model(text, limit, isJson));
      }
    }
  }
});

escapes.run();
