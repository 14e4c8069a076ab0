// llhttp for tests: the WebAssembly build that undici carries, in its usual, strict mode, fed one
// request head at a time. What it finds is turned into a Head, as in ours.js.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { ERROR, FLAGS, METHODS } = require("undici/lib/llhttp/constants.js");
const REQUEST = 1;
const ERRORS = new Map(Object.entries(ERROR).map(([name, number]) => [number, name]));
export const METHOD_NAMES = Object.keys(METHODS);
/** Of the parser's record, what has no function that returns it. */
const CONTENT_LENGTH = 32;
const METHOD = 41;
const FLAGS_AT = 50;

export class Llhttp {
  static NAME = `llhttp as in undici ${require("undici/package.json").version}`;

  constructor() {
    const module = new WebAssembly.Module(require("undici/lib/llhttp/llhttp-wasm.js"));
    const nothing = () => 0;
    const imports = {
      wasm_on_message_begin: nothing,
      wasm_on_url: (_, at, length) => this.onTarget(at - this.input, length),
      wasm_on_status: nothing,
      wasm_on_header_field: (_, at, length) => this.onName(at - this.input, length),
      wasm_on_header_value: (_, at, length) => this.onValue(at - this.input, length),
      wasm_on_headers_complete: (_, status, upgrade, keepAlive) =>
        this.onHead(keepAlive === 1, upgrade === 1),
      wasm_on_body: nothing,
      wasm_on_message_complete: nothing,
    };
    this.wasm = new WebAssembly.Instance(module, { env: imports }).exports;
    this.wasm._initialize();
    this.parser = this.wasm.llhttp_alloc(REQUEST);
    this.input = this.wasm.malloc(65536);
    this.bytes = Buffer.from(this.wasm.memory.buffer);
    this.record = new DataView(this.wasm.memory.buffer, this.parser);
    this.checkLayout();
  }

  /** The offsets above belong to this build of llhttp: a request with known answers says so. */
  checkLayout() {
    const { chunked, length } = this.run("PATCH / HTTP/1.1\r\nContent-Length: 4294967298\r\n\r\n");
    const method = this.record.getUint8(METHOD);
    if (method !== METHODS.PATCH || chunked || length !== 2 ** 32 + 2) {
      throw new Error("the record of llhttp has another layout than this file thinks");
    }
  }

  /**
   * The head that `text` begins with; with `cut`, its bytes come in two pieces.
   * @param {string} text each character a byte
   * @param {number} [cut]
   * @returns {import("./ours.js").Head}
   */
  run(text, cut = 0) {
    this.bytes.latin1Write(text, this.input);
    this.wasm.llhttp_reset(this.parser);
    this.head = { state: "incomplete", targetStart: 0, targetLength: -1, fields: [] };
    this.inName = false;
    const end = this.input + text.length;
    const status = cut ? this.execute(this.input, this.input + cut) : 0;
    return this.outcome(status || this.execute(this.input + cut, end));
  }

  execute(from, to) {
    return this.wasm.llhttp_execute(this.parser, from, to - from);
  }

  outcome(status) {
    const { head } = this;
    if (status === 0) return head;
    const position = this.wasm.llhttp_get_error_pos(this.parser);
    if (status !== ERROR.PAUSED) return this.refusal(status, position);
    // onHead has stopped it behind the head. Whether it can frame the content, it says after that.
    this.wasm.llhttp_resume(this.parser);
    const then = this.execute(position, position);
    if (then && then !== ERROR.PAUSED_UPGRADE) return this.refusal(then, position);
    head.consumed = position - this.input;
    return head;
  }

  refusal(status, position) {
    const error = ERRORS.get(status) ?? `error ${status}`;
    return { state: "refused", error, position: position - this.input };
  }

  onTarget(start, length) {
    if (this.head.targetLength < 0) {
      this.head.targetStart = start;
      this.head.targetLength = 0;
    }
    this.head.targetLength += length;
    return 0;
  }

  /** A name or a value may come in parts, one behind the other. */
  onName(start, length) {
    const { fields } = this.head;
    if (this.inName) fields[fields.length - 3] += length;
    else fields.push(start, length, -1, 0);
    this.inName = true;
    return 0;
  }

  onValue(start, length) {
    const { fields } = this.head;
    const line = fields.length - 4;
    if (fields[line + 2] < 0) fields[line + 2] = start;
    fields[line + 3] += length;
    this.inName = false;
    return 0;
  }

  onHead(keepAlive, upgrade) {
    const { head, wasm, parser, record } = this;
    const flags = record.getUint16(FLAGS_AT, true);
    const length = Number(record.getBigUint64(CONTENT_LENGTH, true));
    head.state = "accepted";
    head.method = METHOD_NAMES[wasm.llhttp_get_method(parser)];
    head.version = `${wasm.llhttp_get_http_major(parser)}.${wasm.llhttp_get_http_minor(parser)}`;
    head.keepAlive = keepAlive;
    head.upgrade = upgrade;
    head.chunked = (flags & FLAGS.CHUNKED) !== 0;
    head.length = flags & FLAGS.CONTENT_LENGTH ? length : null;
    return ERROR.PAUSED;
  }
}
