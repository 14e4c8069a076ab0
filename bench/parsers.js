// The parsers that are compared, behind one face: load(text) puts a head into the parser's memory,
// check(head, cut) makes sure of the answer, loop(cut) returns the function whose time is taken: it
// parses the loaded head `count` times, in two pieces if `cut` is not 0, and says whether each was
// accepted to its last byte.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const latin1 = (memory, start, length) =>
  Buffer.from(memory).toString("latin1", start, start + length);

/** build/parser.wasm or its scalar twin; docs/parser.md. */
export class Ours {
  constructor(name, file) {
    this.name = name;
    const path = fileURLToPath(new URL(`../build/${file}`, import.meta.url));
    const module = new WebAssembly.Module(readFileSync(path));
    this.exports = new WebAssembly.Instance(module, { env: { abort() {} } }).exports;
    this.request = this.exports.HEAP_BASE.value;
    this.input = this.request + this.exports.REQUEST_SIZE.value;
    this.version = "this project's";
  }

  load(text) {
    this.length = text.length;
    Buffer.from(this.exports.memory.buffer).write(text, this.input, "latin1");
  }

  check(head, cut) {
    if (!this.loop(cut)(1)) throw new Error(`${this.name}: ${head.name} not accepted`);
    const { buffer } = this.exports.memory;
    const record = new DataView(buffer, this.request);
    const text = (start, length) => latin1(buffer, this.input + start, length);
    const target = text(record.getUint32(16, true), record.getUint32(20, true));
    const fields = Array.from({ length: record.getUint32(48, true) }, (_, i) => {
      const span = (at) => record.getUint16(96 + i * 8 + at, true);
      return [text(span(0), span(2)), text(span(4), span(6))];
    });
    requireSame(this.name, head, target, fields);
  }

  loop(cut) {
    const { reset, parse } = this.exports;
    const { request, input, length } = this;
    if (cut === 0) {
      return (count) => {
        let sum = 0;
        for (let i = 0; i < count; i++) {
          reset(request, 0, 0, 0);
          sum += parse(request, input, length);
        }
        return sum === count * length;
      };
    }
    return (count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        reset(request, 0, 0, 0);
        sum += parse(request, input, cut) + parse(request, input, length);
      }
      return sum === count * length;
    };
  }
}

/** llhttp in WebAssembly, as undici ships it; one parser object for all requests. */
export class Llhttp {
  constructor(name, file, callbacks) {
    this.name = name;
    this.module = new WebAssembly.Module(require(`undici/lib/llhttp/${file}`));
    this.version = `from undici ${require("undici/package.json").version}`;
    Object.assign(this, this.#instantiate(callbacks));
  }

  #instantiate(callbacks) {
    const names = WebAssembly.Module.imports(this.module).map(({ name }) => name);
    const env = Object.fromEntries(names.map((name) => [name, callbacks(name)]));
    const { exports } = new WebAssembly.Instance(this.module, { env });
    exports._initialize?.();
    return { exports, parser: exports.llhttp_alloc(1), input: exports.malloc(4096) };
  }

  load(text) {
    this.text = text;
    Buffer.from(this.exports.memory.buffer).write(text, this.input, "latin1");
  }

  /** With callbacks that listen, in an instance of its own; two requests, one after the other. */
  check(head, cut) {
    const found = [];
    let text = () => "";
    const listener = (name) => (_, start, length) => {
      found.push([name.replace("wasm_on_", ""), text(start, length)]);
      return 0;
    };
    const copy = Object.assign(Object.create(this), this.#instantiate(listener));
    text = (start, length) => latin1(copy.exports.memory.buffer, start, length);
    copy.load(head.text);
    const accepted = copy.loop(cut)(1) && found.splice(0).length > 0 && copy.loop(cut)(1);
    const complete = found.filter(([name]) => name === "message_complete").length;
    if (!accepted || complete !== 1) throw new Error(`${this.name}: ${head.name} not accepted`);
    requireSame(this.name, head, textOf(found, "url"), fieldsOf(found));
  }

  loop(cut) {
    const { llhttp_execute: execute } = this.exports;
    const { parser, input, text } = this;
    const { length } = text;
    if (cut === 0) {
      return (count) => {
        let errors = 0;
        for (let i = 0; i < count; i++) errors |= execute(parser, input, length);
        return errors === 0;
      };
    }
    return (count) => {
      let errors = 0;
      for (let i = 0; i < count; i++) {
        errors |= execute(parser, input, cut) | execute(parser, input + cut, length - cut);
      }
      return errors === 0;
    };
  }
}

// One span may come in two calls.
const textOf = (found, wanted) =>
  found.map(([name, text]) => (name === wanted ? text : "")).join("");

function fieldsOf(found) {
  const fields = [];
  let before = "";
  for (const [name, text] of found) {
    if (name === "header_field" && before !== name) fields.push(["", ""]);
    if (name.startsWith("header_")) fields.at(-1)[name === "header_field" ? 0 : 1] += text;
    before = name;
  }
  return fields;
}

function requireSame(name, head, target, fields) {
  if (target === head.target && JSON.stringify(fields) === JSON.stringify(head.fields)) return;
  throw new Error(`${name}: ${head.name} is wrong: ${target} ${JSON.stringify(fields)}`);
}

/** Callbacks in JavaScript that do nothing, the least that an embedder like undici can have. */
export const javascript = () => () => 0;

/** The same in WebAssembly: a call from module to module costs less than one into JavaScript. */
export function webassembly(name) {
  if (name.endsWith("headers_complete")) return NOTHING.four;
  return name.includes("_message_") ? NOTHING.one : NOTHING.three;
}

// Three functions that return 0, with one, three and four i32 parameters.
const NOTHING = new WebAssembly.Instance(
  new WebAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic number and version
      ...[1, 21, 3], // types: parameters, result
      ...[0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f],
      ...[0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f],
      ...[3, 4, 3, 0, 1, 2], // functions: their types
      ...[7, 22, 3, 3, ...Buffer.from("one"), 0, 0], // exports
      ...[5, ...Buffer.from("three"), 0, 1, 4, ...Buffer.from("four"), 0, 2],
      ...[10, 16, 3, 4, 0, 0x41, 0, 0x0b, 4, 0, 0x41, 0, 0x0b, 4, 0, 0x41, 0, 0x0b], // i32.const 0
    ]),
  ),
).exports;
