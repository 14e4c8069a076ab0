// The parser as a component (wit/parser.wit), through epollux/parser: every literate request case,
// all of it and every beginning of it, must have the outcome that parser.wasm gives; and content in
// chunks must end where the server says.

import { readFileSync } from "node:fs";
import { parse, parseChunked } from "epollux/parser";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeRequest, readCases, roll, toLog } from "../../helpers/cases.js";
import { fromComponent } from "../../helpers/component.js";
import { BUILDS, Parser } from "../../helpers/parser.js";

const ROUNDS = 5000;
const SEED = Number(process.env.SEED ?? 9112);
const cases = readCases();
const raw = new Parser(BUILDS.SIMD);
const latin1 = (text) => Buffer.from(text, "latin1");
const said = (input, limits) => toLog(fromComponent(parse(input, limits), input));

function assertAgree(input, limits, message) {
  const expected = toLog(raw.run(input, { limits }));
  if (said(input, limits) !== expected) assert.is(said(input, limits), expected, message);
}

for (const topic of new Set(cases.map((one) => one.topic))) {
  const test = suite(`${topic}.md, component`);
  for (const { title, input, limits, log } of cases.filter((one) => one.topic === topic)) {
    test(title, () => {
      assert.fixture(said(input, limits), log, "whole");
      for (let cut = 0; cut < input.length; cut += input.length > 4096 ? 997 : 1) {
        assertAgree(input.subarray(0, cut), limits, `cut at ${cut}`);
      }
    });
  }
  test.run();
}

const random = suite("random requests, component");

random("have the outcome that parser.wasm gives them", () => {
  const dice = roll(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const { input, limits } = makeRequest(cases, dice);
    assertAgree(input, limits, JSON.stringify(input.toString("latin1")));
  }
});

random.run();

const outcome = suite("outcomes of the component");

outcome("of a fault are its code, status, place, rule, and a sentence", () => {
  assert.equal(parse(latin1("GET / HTTP/1.1\r\nHost : a\r\n\r\n")), {
    tag: "malformed",
    val: {
      code: "bad-field-name",
      status: 400,
      position: 20,
      section: "RFC 9112 §5.1",
      reason: "A field name is a token, and the colon follows it at once.",
    },
  });
});

outcome("have for every fault of docs/abi.md its status, a rule and a sentence of its own", () => {
  const page = readFileSync(new URL("../../../docs/abi.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| \d+ (\w+) \|.*\| (\d+) \|$/gm)];
  const faults = new Map();
  for (const { input, limits } of cases) {
    const { tag, val } = parse(input, limits);
    if (tag === "malformed") faults.set(fromComponent({ tag, val }, input).error, val);
  }
  assert.is(faults.size, rows.length);
  for (const [, name, status] of rows) {
    assert.is(faults.get(name).status, Number(status), name);
    assert.match(faults.get(name).section, /^RFC (9110|9112|6585) §\d+(\.\d+)*$/, name);
  }
  const reasons = new Set([...faults.values()].map((fault) => fault.reason));
  assert.is(reasons.size, rows.length);
});

outcome("keep nothing from one call to the next, however large", () => {
  const head = latin1("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9007199254740991\r\n\r\n");
  const first = parse(head);
  assert.is(first.val.framing.val, 9007199254740991n);
  for (const size of [0, 70_000, 1_000_000]) {
    assert.equal(parse(Buffer.concat([head, Buffer.alloc(size, 0x78)])), first);
    assert.is(parse(Buffer.alloc(size, 0x78)).tag, size ? "malformed" : "incomplete");
  }
  for (let i = 0; i < 50_000; i++) parse(head);
  assert.equal(parse(head), first);
});

outcome("obey limits, of which any may be left out, and cut those that are too large", () => {
  const head = latin1(`GET /${"x".repeat(20)} HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n`);
  assert.is(parse(head, {}).tag, "complete");
  assert.is(parse(head, { maxTarget: 21 }).tag, "complete");
  assert.is(parse(head, { maxTarget: 20 }).val.code, "target-too-long");
  assert.is(parse(head, { maxFields: 1 }).val.code, "too-many-fields");
  assert.is(parse(head, { maxHead: 40 }).val.code, "head-too-large");
  const most = { maxFields: 2 ** 32 - 1, maxTarget: 2 ** 32 - 1, maxHead: 2 ** 32 - 1 };
  const large = latin1(`GET /${"x".repeat(65_535)} HTTP/1.1\r\n`);
  assert.equal([parse(head, most).tag, parse(large, most).val.position], ["complete", 65_535]);
});

outcome.run();

const chunked = suite("chunked content, component");

const span = (start, end) => ({ start, end });

chunked("is told apart into chunks and trailers, and what follows is left alone", () => {
  const text = "5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Sum: \t 1 \t\r\nY:\r\n\r\n";
  const at = (part) => span(text.indexOf(part), text.indexOf(part) + part.length);
  const zero = text.indexOf("\r\n0\r\n") + 2;
  const trailer = text.indexOf("Y:");
  const expected = {
    tag: "complete",
    val: {
      chunks: [
        { size: at("5;a=\"b\""), data: at("hello") },
        { size: at("A"), data: at("0123456789") },
        { size: span(zero, zero + 1), data: span(zero + 3, zero + 3) },
      ],
      trailers: [
        { name: at("X-Sum"), value: span(text.indexOf("\t 1") + 2, text.indexOf("\t 1") + 3) },
        { name: span(trailer, trailer + 1), value: span(trailer + 2, trailer + 2) },
      ],
      length: text.length,
    },
  };
  assert.equal(parseChunked(latin1(text)), expected);
  assert.equal(parseChunked(latin1(`${text}GET / HTTP/1.1\r\n`)), expected);
});

chunked("that has not come whole is incomplete at every length, with what there is of it", () => {
  const text = "5\r\nhello\r\n0\r\nX: y\r\n\r\n";
  for (let cut = 0; cut < text.length; cut++) {
    const { tag, val } = parseChunked(latin1(text.slice(0, cut)));
    assert.is(tag, "incomplete", `cut at ${cut}`);
    assert.is(val.length, cut);
    const data = cut < 3 ? [] : [span(3, Math.min(cut, 8))];
    assert.equal(val.chunks.slice(0, 1).map((chunk) => chunk.data), data);
    assert.is(val.trailers.length, cut > 17 ? 1 : 0, `cut at ${cut}`);
  }
});

chunked("with a fault is refused at the byte that shows it", () => {
  const faults = {
    "g\r\n": 0, " 5\r\n": 0, "0x5\r\n": 1, "5\n": 1, "5\rx": 2, "5 \r\n": 2, "5,5\r\n": 1,
    "5\r\nhello!": 8, "5\r\nhello\rx": 9, "5\r\nhell\r\n0\r\n\r\n": 8, "0\r\n X: y\r\n": 3,
    "0\r\nX : y\r\n": 4, "fffffffffffffffff\r\n": 13, "0\r\n\n": 3, "5;\0\r\n": 2,
  };
  for (const [text, position] of Object.entries(faults)) {
    const { tag, val } = parseChunked(latin1(text));
    assert.is(tag, "malformed", JSON.stringify(text));
    const { code, status, section } = val;
    assert.equal([code, status, section], ["bad-chunk", 400, "RFC 9112 §7.1"]);
    assert.is(val.position, position, JSON.stringify(text));
  }
});

chunked("of very many chunks has all of them", () => {
  const count = 100_000;
  const { tag, val } = parseChunked(latin1(`${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`));
  assert.equal([tag, val.chunks.length, val.length], ["complete", count + 1, count * 6 + 5]);
  assert.equal(val.chunks[count - 1].data, span(count * 6 - 3, count * 6 - 2));
});

chunked.run();
