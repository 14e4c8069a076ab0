// Literate request cases: reads test/cases/request/*.md and writes an outcome of the parser in the
// notation of their `log` blocks. test/cases/request/README.md describes the notation.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../cases/request/", import.meta.url);
const BLOCKS = /^```http(?<limits>.*)\n(?<raw>[^]*?)^```\n\s*^```log\n(?<log>[^]*?)^```$/m;
const ESCAPE = /\\(?:x([0-9a-f]{2})|([rnt0\\]))/g;
const REPEAT = /\\\{(\d+) ([^}]+)\}/g;
const LETTERS = { r: "\r", n: "\n", t: "\t", 0: "\0", "\\": "\\" };

/**
 * @typedef {import("./parser.js").Limits} Limits
 * @typedef {{ topic: string, title: string, input: Buffer, limits: Limits, log: string }} Case
 */

/** @returns {Case[]} every case of every topic */
export function readCases() {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".md") && name !== "README.md");
  return files.sort().flatMap((name) => {
    const [, ...sections] = readFileSync(new URL(name, FOLDER), "utf8").split(/^## /m);
    return sections.map((section) => readCase(name.slice(0, -3), section));
  });
}

/**
 * @param {string} topic
 * @param {string} section
 * @returns {Case}
 */
function readCase(topic, section) {
  const title = section.slice(0, section.indexOf("\n"));
  const blocks = BLOCKS.exec(section)?.groups;
  if (!blocks) throw new Error(`${topic}.md: "${title}" lacks an http and a log block`);
  return {
    topic,
    title,
    input: readBytes(blocks.raw),
    limits: readLimits(blocks.limits),
    log: repeat(blocks.log),
  };
}

/** @param {string} text */
function repeat(text) {
  return text.replace(REPEAT, (_, times, part) => part.repeat(times));
}

/** @param {string} words such as ` maxTarget=16 maxFields=2` */
function readLimits(words) {
  const pairs = words.trim().split(" ").filter(Boolean).map((word) => word.split("="));
  return Object.fromEntries(pairs.map(([name, number]) => [name, Number(number)]));
}

/**
 * The bytes of an `http` block: CRLF after each line, unless it ends with a lone backslash.
 * @param {string} block
 */
export function readBytes(block) {
  const lines = block.replace(/\n$/, "").split("\n");
  const joined = lines.map((line) => {
    const open = /\\*$/.exec(line)?.[0].length ?? 0;
    return open % 2 === 1 ? line.slice(0, -1) : `${line}\r\n`;
  });
  const text = repeat(joined.join("")).replace(ESCAPE, (_, hex, letter) => {
    if (hex) return String.fromCharCode(parseInt(hex, 16));
    return LETTERS[/** @type {keyof LETTERS} */ (letter)];
  });
  return Buffer.from(text, "latin1");
}

/**
 * An outcome in the notation of a `log` block.
 * @param {any} outcome what Parser.run returned
 * @returns {string}
 */
export function toLog(outcome) {
  if (outcome.incomplete) return "incomplete\n";
  if (outcome.error) return `error ${outcome.error} at ${outcome.position}\n`;
  const { method, target, path, query, authority, fields, flags, known, repeated } = outcome;
  const span = (/** @type {{ start: number, text: string }} */ { start, text }) =>
    `${start} ${escape(text)}`.trimEnd();
  const lines = [
    `method ${span(method)}${outcome.methodName === method.text ? "" : " unknown"}`,
    `target ${span(target)} ${outcome.form}`,
    path && `path ${span(path)}`,
    query && `query ${span(query)}`,
    authority && `authority ${span(authority)}`,
    `version ${outcome.version}`,
    ...fields.map((/** @type {any} */ { name, value }) => `field ${span(name)}: ${span(value)}`),
    known.length && `known ${known.map((/** @type {any} */ pair) => pair.join("=")).join(" ")}`,
    repeated.length && `repeated ${repeated.join(" ")}`,
    flags.length && `flags ${flags.join(" ")}`,
    outcome.length !== null && `length ${outcome.length}`,
    `consumed ${outcome.consumed}`,
    outcome.position !== outcome.consumed && `position ${outcome.position}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[^\x20-\x7e]|\\/g, (byte) => {
    if (byte === "\\") return "\\\\";
    return byte === "\t" ? "\\t" : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

// What random requests are made of, besides the cases: bytes and words, and whole lines.
const PIECES =
  ("\\r\\n|\\n|\\r|\\t|\\x20|\\x20\\x20|\\x7f|\\xff|\\0|:|::|,|\\x22|%|%41|[|]|[::1]|?|#|@|/|*|" +
  "http://|https://a|HTTP/1.0|HTTP/1.1\\r\\n|HTTP/2.0|CONNECT\\x20|close|keep-alive|chunked|" +
  ",chunked")
    .split("|").map((piece) => readBytes(`${piece}\\`).toString("latin1"));
const LINES =
  ("Host: a|host:b:80|Host: [::1]:8080|Host: a b|HOST:|Host: :80|Content-Length: 0|" +
  "Content-Length: 12|content-length: 9007199254740992|Content-Length: 1, 1|Content-Length:|" +
  "Transfer-Encoding: chunked|Transfer-Encoding: gzip, chunked|Transfer-Encoding: Chunked,|" +
  "transfer-encoding: chunked, gzip|Transfer-Encoding: gzip|Transfer-Encoding: ,|" +
  "Connection: close|Connection: Keep-Alive|connection: x, CLOSE |Connection: \"close, close|" +
  "Expect: 100-Continue|Expect: other|Expect:| folded|\tfolded|: empty|No colon|Space : x|" +
  "X: \t x \t |X:|X: \x7f|X: \xff|X: a\rb|X: a\nb||Range: bytes=0-|If-None-Match: \"a\"|" +
  "Accept-Encoding: br|User-Agent: x|Referer: x|GET / HTTP/1.0|GET / HTTP/1.1|GET / HTTP/2.0|" +
  "GET http://a?b HTTP/1.1|CONNECT a:1 HTTP/1.1|OPTIONS * HTTP/1.1")
    .split("|");

/**
 * Whole numbers below `sides`, the same ones for the same seed (mulberry32).
 * @param {number} seed
 */
export function roll(seed) {
  let state = seed;
  return (/** @type {number} */ sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/**
 * One of the cases with up to three things done to it, and its limits or smaller ones.
 * @param {Case[]} cases
 * @param {(sides: number) => number} dice
 */
export function makeRequest(cases, dice) {
  /** @type {<T>(list: T[]) => T} */
  const pick = (list) => list[dice(list.length)];
  const one = pick(cases);
  let text = one.input.subarray(0, 2000).toString("latin1");
  for (let times = dice(4); times > 0; times--) {
    const at = dice(text.length + 1);
    const rest = at + pick([0, 0, 1, 1, 2, 16]);
    const lines = text.split("\r\n");
    const line = dice(lines.length);
    text = pick([
      () => text.slice(0, at) + String.fromCharCode(dice(256)) + text.slice(rest),
      () => text.slice(0, at) + pick(PIECES) + text.slice(rest),
      () => text.slice(0, at) + text.slice(at + dice(20)),
      () => text.slice(0, at) + pick(cases).input.subarray(at, 2000).toString("latin1"),
      () => lines.toSpliced(line, 1, pick(lines)).join("\r\n"),
      () => lines.toSpliced(1, dice(2), pick(LINES)).join("\r\n"),
      () => lines.toSpliced(1, dice(2), pick(LINES)).join("\r\n"),
    ])();
  }
  const small = { maxFields: 1 + dice(6), maxTarget: 1 + dice(40), maxHead: 16 + dice(200) };
  return { input: Buffer.from(text, "latin1"), limits: dice(6) ? one.limits : small };
}
