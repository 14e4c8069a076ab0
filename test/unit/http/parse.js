// The request parser (assembly/http/parse.ts) in both builds, through the exports of parser.wasm:
// every literate case however its bytes arrive, then random requests against a second parser,
// written below from the grammar of RFC 9112 and docs/abi.md: slow, simple and on regular
// expressions. SEED=n repeats another random run than the usual one.

import { isIPv6 } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeRequest, readCases, roll, toLog } from "../../helpers/cases.js";
import { BUILDS, KNOWN, Parser } from "../../helpers/parser.js";

const ROUNDS = 60000;
const SEED = Number(process.env.SEED ?? 9112);
const NEXT = Buffer.from("GET /next HTTP/1.1\r\nHost: next\r\nContent-Length: 1\r\n\r\n");
const cases = readCases();
const [simd, scalar] = Object.values(BUILDS).map((path) => new Parser(path));

for (const [build, parser] of [["SIMD", simd], ["scalar", scalar]]) {
  for (const topic of new Set(cases.map((one) => one.topic))) {
    const test = suite(`${topic}.md, ${build} build`);
    for (const one of cases.filter((other) => other.topic === topic)) {
      test(one.title, () => checkCase(parser, one));
    }
    test.run();
  }
}

/** One case: whole, byte by byte, in two pieces, elsewhere in memory, and before a next request. */
function checkCase(parser, { input, limits, log }) {
  const run = (how) => parser.run(input, { limits, ...how });
  const whole = run();
  assert.fixture(toLog(whole), log, "whole");
  assert.equal(run({ stops: input.keys() }), whole, "byte by byte");
  for (let cut = 0; cut < input.length; cut += input.length > 4096 ? 97 : 1) {
    const pieces = run({ stops: [cut] });
    if (!same(pieces, whole)) assert.equal(pieces, whole, `cut at ${cut}`);
  }
  for (let shift = 0; shift < 17; shift++) {
    assert.equal(run({ address: parser.first + shift }), whole, `moved by ${shift}`);
  }
  if (!whole.incomplete) {
    assert.equal(run({ next: NEXT }), whole, "before a next request");
    assert.equal(run({ next: NEXT, stops: [input.length] }), whole, "and the next one came later");
  }
}

function same(one, other) {
  return toLog(one) === toLog(other);
}

const limits = suite("limits of a request");

limits("are 8192, 16384 and 100 unless told otherwise", () => {
  const head = (target, line) => Buffer.from(`GET ${target} HTTP/1.1\r\nHost: a\r\n${line}\r\n`);
  const path = (length) => "/".padEnd(length, "x");
  for (const parser of [simd, scalar]) {
    assert.is(parser.run(head(path(8192), "")).target.text.length, 8192);
    assert.equal(parser.run(head(path(8193), "")), { error: "TargetTooLong", position: 4 });
    assert.is(parser.run(head("/", `X: ${"x".repeat(16352)}\r\n`)).consumed, 16384);
    const large = parser.run(head("/", `X: ${"x".repeat(16353)}\r\n`));
    assert.equal(large, { error: "HeadTooLarge", position: 16384 });
    assert.is(parser.run(head("/", "X: y\r\n".repeat(99))).fields.length, 100);
    const many = parser.run(head("/", "X: y\r\n".repeat(100)));
    assert.equal(many, { error: "TooManyFields", position: 25 + 99 * 6 });
  }
});

limits("can be raised to 256 fields and 65535 bytes, and no further", () => {
  const most = { maxFields: 100000, maxTarget: 100000, maxHead: 100000 };
  const start = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const parser of [simd, scalar]) {
    const many = parser.run(Buffer.from(`${start}${"X: y\r\n".repeat(256)}\r\n`), { limits: most });
    assert.equal(many, { error: "TooManyFields", position: 25 + 255 * 6 });
    const full = Buffer.from(`${start}X: ${"x".repeat(65535 - 32)}\r\n\r\n`);
    assert.is(parser.run(full, { limits: most }).fields[1].value.text.length, 65503);
    const over = Buffer.from(`${start}X: ${"x".repeat(65535 - 31)}\r\n\r\n`);
    const large = parser.run(over, { limits: most });
    assert.equal(large, { error: "HeadTooLarge", position: 65535 });
  }
});

limits("keep the parser inside its record, with a full table and with a refused request", () => {
  for (const parser of [simd, scalar]) {
    for (const count of [0, 1, 255, 256, 400]) {
      const input = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(count)}\r\n`);
      const end = parser.bytes.length - input.length;
      parser.bytes.fill(0x3f, parser.first, end);
      parser.run(input, { limits: { maxFields: 256 } });
      assert.ok(parser.bytes.subarray(parser.first, end).every((byte) => byte === 0x3f));
      assert.is(Buffer.compare(parser.bytes.subarray(end), input), 0, "the input is unchanged");
    }
  }
});

limits.run();

const random = suite("random requests");

random("have the outcome that the grammar gives them, in both builds and in pieces", () => {
  const dice = roll(SEED);
  const met = {};
  for (let round = 0; round < ROUNDS; round++) {
    const { input, limits } = makeRequest(cases, dice);
    const expected = toLog(reference(input.toString("latin1"), limits));
    const stops = [dice(input.length + 1), dice(input.length + 1)].sort((a, b) => a - b);
    const outcomes = {
      SIMD: toLog(simd.run(input, { limits })),
      scalar: toLog(scalar.run(input, { limits })),
      pieces: toLog((round % 2 ? simd : scalar).run(input, { limits, stops })),
    };
    for (const [way, outcome] of Object.entries(outcomes)) {
      if (outcome === expected) continue;
      const request = JSON.stringify(input.toString("latin1"));
      assert.is(outcome, expected, `${way}, round ${round}, ${JSON.stringify(limits)}: ${request}`);
    }
    const kind = /^error (\w+)|^incomplete/.exec(expected);
    const name = kind ? kind[1] ?? kind[0] : "accepted";
    met[name] = (met[name] ?? 0) + 1;
  }
  assert.is(Object.keys(met).length, 20, `not every outcome was met: ${JSON.stringify(met)}`);
  assert.ok(met.accepted > ROUNDS / 10, `few were accepted: ${JSON.stringify(met)}`);
});

random.run();

const LEAD = /(?:\r\n)*/y;
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]*/y;
const VALUE = /[\t\x20-\x7e\x80-\xff]*/y;
const ORIGIN = /^\/[!$-;=@-[\]^_a-z|~]*(?:\?[!$-;=?@-~]*)?/;
const REG_NAME = /^(?:[!$&-.0-9;=A-Z_a-z~]|%[0-9A-Fa-f]{2})*(?::[0-9]*)?/;
const FUTURE = /^v[0-9A-Fa-f]+\.[!$&-.0-;=A-Z_a-z~]+$/i;
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/** The outcome of parsing `text`, in the shape of Parser.run; what is not accepted is thrown. */
function reference(text, limits) {
  try {
    return referenceHead(text, { maxFields: 100, maxTarget: 8192, maxHead: 16384, ...limits });
  } catch (outcome) {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }
}

function fail(error, position) {
  throw { error, position };
}

function referenceHead(text, { maxFields, maxTarget, maxHead }) {
  const head = text.slice(0, maxHead);
  let at = 0;
  const more = () => {
    if (text.length >= maxHead) fail("HeadTooLarge", maxHead);
    throw { incomplete: true };
  };
  const peek = () => head[at] ?? more();
  const take = (pattern) => {
    pattern.lastIndex = at;
    const span = { start: at, text: pattern.exec(head)[0] };
    at += span.text.length;
    return span;
  };
  const delimiter = (byte, error) => (peek() === byte ? at++ : fail(error, at));
  const lineEnd = (error) => {
    delimiter("\r", peek() === "\n" ? "BadLineEnd" : error);
    delimiter("\n", "BadLineEnd");
  };

  take(LEAD);
  if (/[\r\n]/.test(peek())) lineEnd();
  const method = take(TOKEN);
  if (!method.text) fail(peek() && "BadMethod", at);
  delimiter(" ", "BadMethod");

  const window = head.slice(at, at + maxTarget + 1);
  const target = referenceTarget(method.text, window, at);
  if (target.length === window.length) {
    if (at + window.length === head.length) more();
    fail("TargetTooLong", at);
  }
  const targetSpan = { start: at, text: window.slice(0, target.length) };
  at += target.length;
  delimiter(target.length && target.form ? " " : "", "BadTarget");

  for (const byte of ["H", "T", "T", "P", "/", /\d/, ".", /\d/]) {
    if (byte instanceof RegExp ? !byte.test(peek()) : byte !== peek()) fail("BadVersion", at);
    at++;
  }
  const [major, , minor] = head.slice(at - 3, at);
  if (major !== "1") fail("UnsupportedVersion", at - 3);
  lineEnd("BadVersion");

  const fields = [];
  while (peek() !== "\r") {
    if (fields.length === maxFields) fail("TooManyFields", at);
    if (peek() === "\n") fail("BadLineEnd", at);
    if (/[\t ]/.test(peek())) fail("ObsoleteFold", at);
    const name = take(TOKEN);
    if (!name.text) fail("BadFieldName", at);
    delimiter(":", "BadFieldName");
    take(/[\t ]*/y);
    const { start, text } = take(VALUE);
    lineEnd("BadFieldValue");
    fields.push({ name, value: { start, text: text.replace(/[\t ]+$/, "") } });
  }
  lineEnd();
  const message = referenceMessage(fields, Number(minor), at);
  const authority = target.authority ?? (target.form === "authority" ? null : message.host);
  const methodName = METHODS.includes(method.text) ? method.text : "unknown";
  const version = `1.${minor}`;
  const spans = { method, methodName, target: targetSpan, ...target, authority, version, fields };
  return { consumed: at, position: at, ...spans, ...message };
}

/** How much of `text`, a target that begins at `start`, fits; without a form it is no target. */
function referenceTarget(method, text, start) {
  const span = (from, length) => ({ start: start + from, text: text.substr(from, length) });
  const origin = (form, from, authority) => {
    const { length } = ORIGIN.exec(text.slice(from).replace(/^(?!\/)/, "/"))[0];
    const end = from + length - (text[from] === "/" ? 0 : 1);
    const mark = text.slice(from, end).indexOf("?");
    const path = span(from, mark < 0 ? end - from : mark);
    const query = mark < 0 ? null : span(from + mark + 1, end - from - mark - 1);
    return { form, length: end, path, query, authority };
  };
  if (text[0] === "/") return origin("origin", 0);
  if (text[0] === "*" && method !== "CONNECT") return { form: "asterisk", length: 1 };
  let from = 0;
  if (method !== "CONNECT") {
    // The longest beginning of http:// or https:// that is there.
    from = /^(?:h(?:t(?:t(?:p(?:s?(?::(?:\/\/?)?)?)?)?)?)?)?/i.exec(text)[0].length;
    if (!/^https?:\/\/$/i.test(text.slice(0, from))) return { length: from };
  }
  // The authority is judged when all of it has come.
  const [{ length }] = /^[!-.0->@-~]*/.exec(text.slice(from));
  if (from + length === text.length) return { length: text.length };
  const fits = from + hostLength(text.substr(from, length));
  if (method === "CONNECT") {
    return { form: "authority", length: fits, authority: span(from, length) };
  }
  if (length === 0 || text[from] === ":") return { length: from };
  if (fits < from + length) return { length: fits };
  return origin("absolute", fits, span(from, length));
}

/** How many bytes at the start of `text` are uri-host [ ":" port ]. */
function hostLength(text) {
  if (text[0] !== "[") return REG_NAME.exec(text)[0].length;
  const literal = /^\[([^\]]*)\]/.exec(text);
  if (!literal || !(FUTURE.test(literal[1]) || (isIPv6(literal[1]) && !literal[1].includes("%")))) return 0;
  const { length } = literal[0];
  return length + /^(?::[0-9]*)?/.exec(text.slice(length))[0].length;
}

/** What a whole field section says about the message (RFC 9112 §3.2, §6, §9.3). */
function referenceMessage(fields, minor, end) {
  const named = (name) => fields.filter((field) => field.name.text.toLowerCase() === name);
  const values = (name) => named(name).map((field) => field.value);
  const elements = ({ text }) => (text.match(/(?:"[^"]*(?:"|$)|[^",])+/g) ?? [])
    .map((element) => element.replace(/^[\t ]+|[\t ]+$/g, "").toLowerCase()).filter(Boolean);

  const [host, otherHost] = values("host");
  if (!host && minor > 0) fail("MissingHost", end);
  if (otherHost) fail("RepeatedHost", otherHost.start);
  const fits = host && hostLength(host.text);
  if (fits < host?.text.length) fail("BadHost", host.start + fits);

  const [length, otherLength] = values("content-length");
  const codings = values("transfer-encoding");
  if (length && codings.length) fail("LengthConflict", length.start);
  const isLength = /^\d+$/.test(length?.text) && Number(length.text) <= Number.MAX_SAFE_INTEGER;
  if (length && !isLength) fail("BadContentLength", length.start);
  if (otherLength) fail("BadContentLength", otherLength.start);
  const words = codings.flatMap((line) => elements(line).map((word) => ({ word, line })));
  const last = words.findIndex(({ word }) => word === "chunked");
  if (last >= 0 && words[last + 1]) fail("BadTransferEncoding", words[last + 1].line.start);
  if (words.some(({ word }) => word !== "chunked")) fail("UnsupportedCoding", codings[0].start);
  if (codings.length && (last < 0 || minor === 0)) fail("BadTransferEncoding", codings[0].start);

  const options = values("connection").flatMap(elements);
  const expected = minor > 0 ? values("expect") : [];
  const continues = expected.length === 1 && expected[0].text.toLowerCase() === "100-continue";
  const flags = {
    "keep-alive": !options.includes("close") && (minor > 0 || options.includes("keep-alive")),
    chunked: last >= 0,
    length: length,
    "100-continue": continues,
    "other-expectation": expected.length > 0 && !continues,
  };
  const known = KNOWN.filter((name) => named(name.toLowerCase()).length > 0);
  return {
    host,
    flags: Object.keys(flags).filter((name) => flags[name]),
    length: length ? Number(length.text) : null,
    known: known.map((name) => [name, fields.indexOf(named(name.toLowerCase())[0])]),
    repeated: known.filter((name) => named(name.toLowerCase()).length > 1),
  };
}
