// Our parser for the comparison with llhttp: what Parser of test/helpers/parser.js finds, but
// as numbers rather than texts, because a million requests are compared.

import { Parser } from "../../helpers/parser.js";

const KEEP_ALIVE = 1;
const CHUNKED = 2;
const LENGTH = 4;

/**
 * What a parser says about a request. Of `refused` there are only `error` and `position`, of
 * `accepted` all the others; of `incomplete` nothing counts.
 * @typedef {object} Head
 * @property {"accepted" | "refused" | "incomplete"} state
 * @property {string} [error]
 * @property {number} [position] of the error
 * @property {string} [method]
 * @property {number} [targetStart]
 * @property {number} [targetLength]
 * @property {string} [version] such as "1.1"
 * @property {number[]} [fields] for each line: start and length of the name, and of the value
 * @property {number} [consumed]
 * @property {boolean} [keepAlive]
 * @property {boolean} [chunked]
 * @property {number | null} [length]
 * @property {boolean} [upgrade] only llhttp says: another protocol follows, CONNECT included
 */

export class Ours extends Parser {
  /** @param {string} path of the build */
  constructor(path) {
    super(path);
    this.buffer = Buffer.from(this.wasm.memory.buffer);
    this.record = new DataView(this.wasm.memory.buffer, this.request);
  }

  /**
   * The head that `text` begins with; with `cut`, its bytes come in two pieces.
   * @param {string} text each character a byte
   * @param {import("../../helpers/parser.js").Limits} limits
   * @param {number} [cut]
   * @returns {Head}
   */
  head(text, limits, cut = 0) {
    const at = this.buffer.length - text.length;
    this.reset(limits);
    this.buffer.latin1Write(text, at);
    const early = cut ? this.wasm.parse(this.request, at, cut) : 0;
    const result = early || this.wasm.parse(this.request, at, text.length);
    if (result > 0) return this.accepted(result, text);
    if (result < 0) return { state: "refused", ...this.outcome(result, at) };
    return { state: "incomplete" };
  }

  accepted(consumed, text) {
    const { record } = this;
    const methodStart = record.getUint32(8, true);
    const flags = record.getUint32(52, true);
    const fields = [];
    const end = 96 + 8 * record.getUint32(48, true);
    for (let at = 96; at < end; at += 2) fields.push(record.getUint16(at, true));
    return {
      state: "accepted",
      method: text.substr(methodStart, record.getUint32(12, true)),
      targetStart: record.getUint32(16, true),
      targetLength: record.getUint32(20, true),
      version: `1.${record.getUint8(7)}`,
      fields,
      consumed,
      keepAlive: (flags & KEEP_ALIVE) !== 0,
      chunked: (flags & CHUNKED) !== 0,
      length: flags & LENGTH ? record.getFloat64(56, true) : null,
    };
  }
}
