// epollux/parser: what package.json promises of it exists, its types are those of the functions, and
// what a browser loads is made for browsers.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const top = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, top), "utf8");
const { exports } = JSON.parse(read("package.json"));

const promise = suite("the package");

promise("has every file that it exports", () => {
  const files = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry),
  );
  assert.equal(files.filter((file) => !existsSync(new URL(file, top))), []);
});

promise("offers browsers nothing of Node, and a module without imports", () => {
  for (const file of ["browser.js", "component.js"]) {
    assert.not.match(read(`build/parser/${file}`), /\bnode:|\brequire\b|\bprocess\b|\bBuffer\b/, file);
  }
  const core = readFileSync(new URL("build/parser/component.core.wasm", top));
  assert.equal(WebAssembly.Module.imports(new WebAssembly.Module(core)), []);
});

promise("gives the site's page the same files", () => {
  for (const file of ["browser.js", "component.js", "component.core.wasm"]) {
    assert.is(read(`html/parser/build/${file}`), read(`build/parser/${file}`), file);
  }
});

promise.run();

const types = suite("the types");

/** What the TypeScript compiler says of a program that uses epollux/parser. */
function check(source) {
  mkdirSync(new URL("build/test/", top), { recursive: true });
  const file = fileURLToPath(new URL("build/test/uses-parser.ts", top));
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: [],
  });
  const diagnostics = ts.getPreEmitDiagnostics(program);
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

types("tell the outcomes apart by their tags, and let limits be left out", () => {
  const said = check(`
    import { parse, parseChunked, type Fault, type Head, type Limits } from "epollux/parser";
    const limits: Limits = { maxHead: 4096 };
    const outcome = parse(new Uint8Array(), limits);
    if (outcome.tag === "complete") {
      const head: Head = outcome.val;
      const length: bigint | undefined = head.framing.tag === "length" ? head.framing.val : undefined;
      const method: "get" | undefined = head.knownMethod === "get" ? head.knownMethod : undefined;
      console.log(head.query?.start, length, method, head.fields[0]?.value.end);
    } else if (outcome.tag === "malformed") {
      const { status, section, reason }: Fault = outcome.val;
      console.log(status + 1, section.length, reason.length);
    }
    parse(new Uint8Array());
    const content = parseChunked(new Uint8Array());
    if (content.tag !== "malformed") console.log(content.val.chunks[0]?.data.start);
    declare const console: { log(...values: unknown[]): void };
  `);
  assert.equal(said, []);
});

types("refuse what is not there", () => {
  const said = check(`
    import { parse } from "epollux/parser";
    parse("GET /");
    parse(new Uint8Array(), { maxBody: 1 });
    parse(new Uint8Array()).val.code;
  `);
  assert.is(said.length, 3);
});

types.run();
