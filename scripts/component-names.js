// A transform of asc: the exports of assembly/parser-component.ts get the names that the component
// model has for the functions of wit/parser.wit, which no name in AssemblyScript can spell.

import { Transform } from "assemblyscript/transform";

const ENTRY = "assembly/parser-component";
const INTERFACE = "epollux:parser/request@0.1.0";

/** Of a function of the entry, the exports it becomes. */
const NAMES = {
  parse: [`${INTERFACE}#parse`],
  parseChunked: [`${INTERFACE}#parse-chunked`],
  free: [`cabi_post_${INTERFACE}#parse`, `cabi_post_${INTERFACE}#parse-chunked`],
};

export default class extends Transform {
  afterCompile(module) {
    for (const [name, exports] of Object.entries(NAMES)) {
      module.removeExport(name);
      for (const exported of exports) module.addFunctionExport(`${ENTRY}/${name}`, exported);
    }
  }
}
