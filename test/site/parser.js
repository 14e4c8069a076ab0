// What the parser's page makes of a text, without a browser: its bytes, and the requests in them.

import { parse, parseChunked } from "epollux/parser";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { nameOf, spanText, toBytes } from "../../html/parser/bytes.js";
import { EXAMPLES } from "../../html/parser/examples.js";
import { KINDS, readConnection } from "../../html/parser/messages.js";
import { readCases } from "../helpers/cases.js";

const latin1 = (bytes) => Buffer.from(bytes).toString("latin1");
const read = (bytes) => readConnection(bytes, { parse, parseChunked });

const bytes = suite("bytes of a typed request");

bytes("have CR LF for a line break, however it was pasted, and none behind a backslash", () => {
  assert.is(latin1(toBytes("a\nb\r\nc\rd")), "a\r\nb\r\nc\r\nd");
  assert.is(latin1(toBytes("a\\\nb\\\\\nc")), "ab\\\r\nc");
  assert.is(latin1(toBytes("\n")), "\r\n");
  assert.is(latin1(toBytes("")), "");
});

bytes("can be named, and are UTF-8 otherwise", () => {
  assert.is(latin1(toBytes("\\r\\n\\t\\0\\x7f\\xFF\\\\n")), "\r\n\t\0\x7f\xff\\n");
  assert.is(latin1(toBytes("é\\q\\x4")), "\xc3\xa9\\q\\x4");
  assert.is(toBytes("x".repeat(1e6)).length, 1e6);
});

bytes("have names, and as a span are printable", () => {
  const names = [0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x41, 0x7e, 0x7f, 0x80, 0xff].map(nameOf);
  assert.equal(names, ["NUL", "01", "HTAB", "LF", "CR", "SP", "A", "~", "DEL", "80", "FF"]);
  assert.is(spanText(toBytes("ab \\t\\xFFc"), { start: 1, end: 6 }), "b \\t\\xffc");
});

bytes.run();

const connection = suite("a connection");

connection("is read to its end, request by request", () => {
  const text = "POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi";
  const { requests, kinds, fault } = read(toBytes(`${text}${text}GET`));
  assert.equal(requests.map(({ tag, start, end }) => [tag, start, end]), [
    ["complete", 0, 49], ["complete", 49, 98], ["incomplete", 98, undefined],
  ]);
  assert.is(fault, null);
  assert.equal([...kinds.subarray(96, 98)].map((kind) => KINDS[kind]), ["content", "content"]);
});

connection("ends with a request that closes it", () => {
  const { requests, kinds } = read(toBytes("GET / HTTP/1.0\n\nGET / HTTP/1.0\n\n"));
  assert.is(requests.length, 1);
  assert.is(KINDS[kinds.at(-1)], "unread");
});

connection("ends with a fault, whose position counts from its start", () => {
  const text = "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n";
  const { requests, fault } = read(toBytes(`${text}0\n\n${text}3\nabc\nx\n`));
  const at = toBytes(`${text}0\n\n${text}3\nabc\n`).length;
  assert.equal([requests.length, fault.code, fault.position], [2, "bad-chunk", at]);
  assert.is(requests[1].chunks.length, 1, "what came before the fault is told");
});

connection("of every case, and every example, is read without a fault of the page", () => {
  const examples = EXAMPLES.map(({ text }) => toBytes(text));
  const inputs = [...readCases().map(({ input }) => input), ...examples];
  for (const input of inputs) {
    const { requests, kinds, fault } = read(input);
    assert.is(kinds.length, input.length);
    assert.is(fault !== null, requests.at(-1)?.tag === "malformed", latin1(input));
    const outcome = input.length ? parse(input).tag : undefined;
    assert.is(requests[0]?.head ? "complete" : requests[0]?.tag, outcome, latin1(input));
  }
});

connection.run();
