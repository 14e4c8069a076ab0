// Field lines where vectors end: lines of every length, last in their head, with every kind of byte
// at every place, in both builds and with fewer bytes than the whole.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BUILDS, Parser } from "../../helpers/parser.js";

const START = "GET / HTTP/1.1\r\nHost: a\r\n";
const parsers = Object.values(BUILDS).map((path) => new Parser(path));

/** What both builds say about a head with this field line in it, however it is cut near its end. */
function outcomeOf(line, rest = "\r\n") {
  const input = Buffer.from(`${START}${line}\r\n${rest}`, "latin1");
  const [outcome, ...others] = parsers.flatMap((parser) => {
    const cuts = [START.length + 1, input.length - 19, input.length - 3, input.length - 1];
    const runs = cuts.map((cut) => parser.run(input, { stops: [Math.max(cut, 1)] }));
    return [parser.run(input), ...runs];
  });
  for (const other of others) assert.equal(other, outcome, JSON.stringify(line));
  return outcome;
}

const fields = suite("field lines");

fields("have the name and the value that they have, whatever their length", () => {
  for (let name = 1; name < 36; name++) {
    for (let value = 0; value < 36; value++) {
      const line = `${"n".repeat(name)}: ${"v".repeat(value)}`;
      const { fields: [, field] } = outcomeOf(line);
      assert.is(field.name.text, "n".repeat(name));
      assert.equal(field.value, { start: START.length + name + 2, text: "v".repeat(value) });
    }
  }
});

fields("keep HTAB and bytes above 127, and refuse other control bytes at their place", () => {
  for (const byte of ["\t", "\x80", "\xff", "\x00", "\x1f", "\x7f", "\n", "\r"]) {
    for (let length = 3; length < 40; length++) {
      for (let place = 1; place < length - 1; place++) {
        const value = "v".repeat(place) + byte + "v".repeat(length - place - 1);
        const at = START.length + 3 + place;
        const outcome = outcomeOf(`X: ${value}`);
        if (byte === "\n") assert.equal(outcome, { error: "BadLineEnd", position: at });
        else if (byte === "\r") assert.equal(outcome, { error: "BadLineEnd", position: at + 1 });
        else if (/[\t\x80-\xff]/.test(byte)) assert.is(outcome.fields[1].value.text, value);
        else assert.equal(outcome, { error: "BadFieldValue", position: at });
      }
    }
  }
});

fields("may have any tchar in their names, and nothing else", () => {
  for (let code = 0; code < 256; code++) {
    const byte = String.fromCharCode(code);
    for (const place of [1, 8, 14, 15, 16, 17, 31]) {
      const name = "n".repeat(place) + byte + "n".repeat(3);
      for (const rest of ["\r\n", "Accept: text/html,application/xml\r\n\r\n"]) {
        const outcome = outcomeOf(`${name}: v`, rest);
        const position = START.length + place;
        if (/[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(byte)) assert.is(outcome.fields[1].name.text, name);
        else if (byte === ":") assert.is(outcome.fields[1].value.text, "nnn: v");
        else assert.equal(outcome, { error: "BadFieldName", position });
      }
    }
  }
});

fields("lose white space around their values", () => {
  const spaces = ["", " ", "\t", "  ", " \t", "\t ", " ".repeat(20)];
  for (const front of spaces) {
    for (const back of spaces) {
      for (const value of ["", "v", "v v", "v".repeat(15), "v\tv".repeat(9)]) {
        const { fields: [, field] } = outcomeOf(`Name:${front}${value}${back}`);
        assert.is(field.value.text, value);
      }
    }
  }
});

fields.run();
