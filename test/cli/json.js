// The JSON of configuration files: what JSON.parse takes, and where everything stands.

import { test } from "uvu";
import * as assert from "uvu/assert";

import { parseJson, placeOf } from "../../build/host/json.js";

const ROUNDS = 20_000;
const SEED = Number(process.env.SEED ?? 8259);

/** As JSON.parse would have it. */
function plain({ value }) {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [key, plain(member.content)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

function outcome(parse, text) {
  try {
    return { value: parse(text) };
  } catch (error) {
    return { error };
  }
}

const complaint = (text) => {
  const { error } = outcome(parseJson, text);
  return error && `${placeOf(text, error.offset)}: ${error.message}`;
};

const TEXTS = [
  "{}", "[]", " [ ] ", "0", "-0", "1.5e+3", "1E400", "null", "true", "\"\"",
  "\"\\u00e9\\n\\/\"",
  "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":\"\u2028\u{1f600}\"}", "\t\r\n[1,\n2]\n",
  "{\"__proto__\":1}",
  "", " ", "{", "[", "]", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}",
  "01", "+1", ".5", "1.", "0x1", "NaN", "Infinity", "nul", "nulll", "tru e", "\"", "\"\\\"",
  "\"\\x41\"",
  "\"\\u12\"", "\"\t\"", "\"a\nb\"", "[1 2]", "1 2", "{} {}", "// a\n1", "/* */ 1",
  "\u00a01", "\ufeff1",
  "[\"a\",\"b\"", "{\"a\":1 \"b\":2}", "\"\u0000\"", "-", "--1", "1e", "[1}", "{\"a\":1]",
];

test("takes what JSON.parse takes, and nothing else", () => {
  for (const text of TEXTS) expectSame(text);
});

test("the same with texts damaged at random", () => {
  const random = generator(SEED);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const pieces = [..."{}[]:,\"\\ \n0123.-+eE/u'", "true", "null", "\"a\"", "\"b\":"];
  for (let round = 0; round < ROUNDS; round++) {
    const text = pick(TEXTS);
    const at = Math.floor(random() * (text.length + 1));
    expectSame(text.slice(0, at) + pick(pieces) + text.slice(at + Math.floor(random() * 3)));
  }
});

test("a key that stands twice is an error, however it is spelled", () => {
  assert.is(complaint("{\"a\": 1,\n \"b\": {\"a\": 2},\n  \"\\u0061\": 3}"),
    "3:3: \"a\" stands already in line 1");
});

test("values know where they begin and end", () => {
  const text = "{ \"a\" : [ 10, \"é\" ] }";
  const { key, content } = parseJson(text).value.get("a");
  const shown = ({ start, end }) => text.slice(start, end);
  assert.is(shown(parseJson(text)), text);
  assert.is(shown(key), "\"a\"");
  assert.is(shown(content), "[ 10, \"é\" ]");
  assert.equal(content.value.map(shown), ["10", "\"é\""]);
});

test("errors tell line, column and what should be there", () => {
  const cases = {
    "": "1:1: a value expected, not the end",
    "{\n  \"a\": 1,\n}": "3:1: a key in quotes expected, not }",
    "{\r\n\"a\" 1}": "2:5: ':' expected, not 1",
    "[\"😀\" 2]": "1:6: ',' or ']' expected, not 2",
    "{\"a\": 1\n": "2:1: ',' or '}' expected, not the end",
    "{\"a\": yes}": "1:7: a value expected, not yes",
    "{} x": "1:4: the end expected, not x",
    "{\"a\": \"b}": "1:7: a string without an end in its line",
    "[\"\\q\"]": "1:2: a control character or an unknown escape in a string",
    "[1, // two\n2]": "1:5: \"/\" has no meaning here, for JSON has no comments",
    "[\u001b]": "1:2: \"\\u001b\" has no meaning here",
  };
  for (const [text, message] of Object.entries(cases)) assert.is(complaint(text), message);
});

test("however deep the brackets, the stack holds", () => {
  const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
  assert.is(complaint(nested(64)), undefined);
  assert.match(complaint(nested(100_000)), "nested deeper than 64");
});

function expectSame(text) {
  const theirs = outcome(JSON.parse, text);
  const ours = outcome((source) => plain(parseJson(source)), text);
  const isTwin = / stands already /.test(ours.error?.message);
  if (!isTwin) assert.is(Boolean(ours.error), Boolean(theirs.error), JSON.stringify(text));
  if (ours.error) assert.is(ours.error.constructor.name, "JsonError", ours.error.stack);
  else assert.equal(ours.value, theirs.value, JSON.stringify(text));
}

/** Mulberry32. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.run();
