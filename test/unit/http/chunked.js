// The chunked coding (RFC 9112 §7.1) in every split: the outcome does not depend on the cuts.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("chunked", `
  import { Chunk, ChunkState, skipChunks } from "../../assembly/http/chunked";
  export const room = heap.alloc(65536);
  const chunk = changetype<ChunkState>(heap.alloc(64));
  export function clear(): void { chunk.clear(); }
  export function skip(at: usize, end: usize): usize { return skipChunks(chunk, at, end); }
  export function isDone(): bool { return chunk.state == Chunk.Done; }
  export function total(): f64 { return chunk.total; }`);
const room = guest.room.value;

/** Feeds the pieces; "bad", "more" or how many bytes belong to the content. */
function feed(pieces) {
  guest.clear();
  let read = 0;
  for (const piece of pieces) {
    const end = guest.put(room, piece);
    const stop = guest.skip(room, end);
    if (stop === 0) return "bad";
    read += stop - room;
    if (guest.isDone()) return read;
    assert.is(stop, end);
  }
  return "more";
}

const GOOD = [
  "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n",
  "5;x\r\nhello\r\n0\r\n\r\n", "5;x=\"\\\"\xff\t\"\r\nhello\r\n0;y\r\n\r\n",
  "5 \t ;x\r\nhello\r\n0\r\n\r\n",
  "1\r\n\r\r\n1\r\n\n\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n", "0\r\nX:\r\nY:\t\xff \r\n\r\n",
  "2\r\n\r\n\r\n0\r\n\r\n", "00000000000000000000001\r\nx\r\n0\r\n\r\n",
];
const BAD = [
  "\r\n", "g\r\n", " 5\r\n", "-5\r\n", "+5\r\n", "0x5\r\n", ";x\r\n", "5\n", "5\rx", "5 x\r\n",
  "5;\n", "5;\x00",
  "5;\x7f", "5\r\nhello\n", "5\r\nhello!", "5\r\nhello\rx", "0\r\n\n", "0\r\n\rx",
  "0\r\n X: y\r\n", "0\r\n:\r\n",
  "0\r\nX y\r\n", "0\r\nX\r\n", "0\r\nX:\x01", "0\r\nX: y\n", "0\r\nX: y\rz", "20000000000000\r\n",
  "fffffffffffffffffff\r\n", "5,5\r\n", "0\r\nX : y\r\n",
];

const chunked = suite("chunked");

chunked("content is found to end where it ends, whatever follows", () => {
  for (const text of GOOD) {
    assert.is(feed([text]), text.length, JSON.stringify(text));
    assert.is(feed([`${text}GET / HTTP/1.1\r\n`]), text.length);
    assert.is(guest.total(), text.length);
  }
});

chunked("content that has not come whole is waited for, at every length", () => {
  for (const text of GOOD) {
    for (let at = 1; at < text.length; at++) assert.is(feed([text.slice(0, at)]), "more");
  }
});

chunked("what is not chunked is told at the first byte that shows it", () => {
  for (const text of BAD) {
    assert.is(feed([text]), "bad", JSON.stringify(text));
    assert.is(feed([text.slice(0, 1), text.slice(1)]), "bad", JSON.stringify(text));
  }
});

chunked("every cut into two and every byte alone give the same outcome", () => {
  for (const text of [...GOOD, ...BAD]) {
    const whole = feed([text]);
    for (let at = 1; at < text.length; at++) {
      assert.is(feed([text.slice(0, at), text.slice(at)]), whole, JSON.stringify(text));
    }
    assert.is(feed([...text]), whole);
  }
});

chunked("long random content in random pieces is found to end where it ends", () => {
  const dice = roll(5);
  for (let i = 0; i < 500; i++) {
    let text = "";
    for (let count = dice(8); count > 0; count--) {
      const data = "\r\n0;x".repeat(dice(200)).slice(0, 1 + dice(600)) || "x";
      text += `${data.length.toString(16)}${dice(3) ? "" : ";e=\"0\""}\r\n${data}\r\n`;
    }
    text += `0\r\n${"T: x\r\n".repeat(dice(4))}\r\n`;
    const pieces = [];
    for (let at = 0; at < text.length; ) pieces.push(text.slice(at, (at += 1 + dice(120))));
    assert.is(feed(pieces), text.length);
    assert.is(guest.total(), text.length);
  }
});

chunked("the greatest chunk that a number can tell is accepted", () => {
  assert.is(feed(["1fffffffffffff\r\nx"]), "more");
});

chunked.run();
