// parser.wasm for tests: loads it, puts input where a read too far shows, and turns the request
// record into a plain object. The layout is that of docs/abi.md, "Exports of parser.wasm".

import { existsSync, readFileSync } from "node:fs";

export const BUILDS = { SIMD: "build/parser.wasm", scalar: "build/parser-scalar.wasm" };

const METHODS = "unknown GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(" ");
const FORMS = ["none", "origin", "absolute", "authority", "asterisk"];
const FLAGS = ["keep-alive", "chunked", "length", "100-continue", "other-expectation"];
export const KNOWN =
  ("Host Connection Content-Length Transfer-Encoding Expect If-Match If-None-Match " +
  "If-Modified-Since If-Unmodified-Since Range If-Range Accept-Encoding User-Agent Referer")
    .split(" ");
const ERRORS =
  ("none BadMethod BadTarget BadVersion UnsupportedVersion BadLineEnd BadFieldName " +
  "BadFieldValue ObsoleteFold TargetTooLong HeadTooLarge TooManyFields MissingHost " +
  "RepeatedHost BadHost BadContentLength LengthConflict BadTransferEncoding " +
  "UnsupportedCoding").split(" ");

/**
 * @typedef {{ maxFields?: number, maxTarget?: number, maxHead?: number }} Limits
 * @typedef {object} How
 * @property {Limits} [limits]
 * @property {Iterable<number>} [stops] lengths at which to call `parse` before all has come
 * @property {number} [address] of the input; else it ends where memory ends
 * @property {Uint8Array} [next] bytes that follow the input
 */

/**
 * Instantiates one build of the parser; `path` is relative to the repository.
 * @param {string} path
 */
export function load(path) {
  const file = new URL(`../../${path}`, import.meta.url);
  if (!existsSync(file)) throw new Error(`${path} is missing: run "npm run build:wasm"`);
  const module = new WebAssembly.Module(readFileSync(file));
  return /** @type {any} */ (new WebAssembly.Instance(module).exports);
}

/**
 * One build, one record and one input at a time, for as many requests as one likes.
 * The input ends where linear memory ends, so a read behind it traps; bytes that have not been
 * delivered yet are `POISON`, so a read ahead of `length` changes the result.
 */
export class Parser {
  static POISON = 0x00;

  /** @param {string} path */
  constructor(path) {
    this.wasm = load(path);
    this.wasm.memory.grow(2);
    this.bytes = new Uint8Array(this.wasm.memory.buffer);
    // At an odd address, because records need no alignment.
    this.request = this.wasm.HEAP_BASE.value | 1;
    this.first = this.request + this.wasm.REQUEST_SIZE.value;
  }

  /**
   * Parses `input` (all of its bytes at once, or delivered up to each of `stops` and then whole)
   * and returns the outcome. An outcome before the last byte ends it, as it would in a server.
   * @param {Uint8Array} input
   * @param {How} [how]
   */
  run(input, { limits = {}, stops = [], address, next } = {}) {
    const all = next ? Buffer.concat([input, next]) : input;
    const at = address ?? this.bytes.length - all.length;
    if (at < this.first) throw new RangeError("the input does not fit into memory");
    this.reset(limits);
    this.bytes.fill(Parser.POISON, at, at + all.length);
    let given = 0;
    for (const stop of stops) {
      this.bytes.set(all.subarray(given, stop), at + given);
      given = stop;
      const result = this.wasm.parse(this.request, at, given);
      if (result !== 0) return this.outcome(result, at);
    }
    this.bytes.set(all.subarray(given), at + given);
    return this.outcome(this.wasm.parse(this.request, at, all.length), at);
  }

  /** @param {Limits} limits */
  reset({ maxFields = 0, maxTarget = 0, maxHead = 0 }) {
    this.wasm.reset(this.request, maxFields, maxTarget, maxHead);
  }

  /**
   * What `parse` returned, and for a complete head the record too, as a plain object.
   * @param {number} result
   * @param {number} input
   */
  outcome(result, input) {
    if (result === 0) return { incomplete: true };
    const record = new DataView(this.wasm.memory.buffer, this.request);
    const u32 = (/** @type {number} */ offset) => record.getUint32(offset, true);
    if (result < 0) return { error: ERRORS[-result] ?? `error ${-result}`, position: u32(0) };
    const span = (/** @type {number} */ start, /** @type {number} */ length) => ({
      start,
      text: Buffer.from(this.wasm.memory.buffer, input + start, length).toString("latin1"),
    });
    const spanAt = (/** @type {number} */ offset) => span(u32(offset), u32(offset + 4));
    const bits = (/** @type {number} */ offset, /** @type {string[]} */ names) =>
      names.filter((_, bit) => u32(offset) & (1 << bit));
    const flags = bits(52, FLAGS);
    return {
      consumed: result,
      position: u32(0),
      method: spanAt(8),
      methodName: METHODS[record.getUint8(5)],
      target: spanAt(16),
      form: FORMS[record.getUint8(6)],
      path: u32(24) || u32(28) ? spanAt(24) : null,
      query: u32(32) ? spanAt(32) : null,
      authority: u32(40) ? spanAt(40) : null,
      version: `1.${record.getUint8(7)}`,
      fields: Array.from({ length: u32(48) }, (_, line) => {
        const part = (/** @type {number} */ i) => record.getUint16(96 + 8 * line + 2 * i, true);
        return { name: span(part(0), part(1)), value: span(part(2), part(3)) };
      }),
      flags,
      length: flags.includes("length") ? record.getFloat64(56, true) : null,
      known: bits(64, KNOWN).map((name) => [name, record.getUint8(80 + KNOWN.indexOf(name))]),
      repeated: bits(68, KNOWN),
    };
  }
}
