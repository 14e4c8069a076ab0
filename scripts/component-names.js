// A transform of asc: the exports of a component's entry get the names that the component model has
// for the functions of its world, which no name in AssemblyScript can spell.

import { Transform } from "assemblyscript/transform";

const REQUEST = "epollux:parser/request@0.1.0";

/** Of each entry, and each function of it, the exports it becomes. */
const NAMES = {
  "assembly/command": {
    run: ["wasi:cli/run@0.2.0#run"],
  },
  "assembly/handler": {
    handle: ["wasi:http/incoming-handler@0.2.0#handle"],
  },
  "assembly/parser-component": {
    parse: [`${REQUEST}#parse`],
    parseChunked: [`${REQUEST}#parse-chunked`],
    free: [`cabi_post_${REQUEST}#parse`, `cabi_post_${REQUEST}#parse-chunked`],
  },
};

export default class extends Transform {
  afterCompile(module) {
    const { internalPath } = this.program.sources.find((source) => source.internalPath in NAMES);
    for (const [name, exports] of Object.entries(NAMES[internalPath])) {
      module.removeExport(name);
      for (const exported of exports) module.addFunctionExport(`${internalPath}/${name}`, exported);
    }
  }
}
