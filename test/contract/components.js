// What a component asks of its host, and offers it, is what docs/components.md says.

import { readFileSync } from "node:fs";
import { componentWit } from "@bytecodealliance/jco-transpile/wasm-tools";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const page = read("docs/components.md").toString();

/** The section of a component: a table of what it imports, and a sentence of what it exports. */
function described(name) {
  const [, text] = page.split(`\n## \`${name}\`\n`);
  assert.ok(text, `docs/components.md has no section ${name}`);
  const section = text.split("\n## ")[0];
  const [, version] = /^\| interface, (\S+) \|/m.exec(section);
  const rows = section.matchAll(/^\| `(wasi:[^`]+)` \|(.*)\|$/gm);
  const names = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  const entries = [...rows].map(([, name, cell]) => [`${name}@${version}`, names(cell)]);
  return {
    imports: Object.fromEntries(entries),
    exports: names(/^It exports (.*?)\.(?: |$)/m.exec(section)[1]),
  };
}

/** `[method]fields.entries` as one writes it; giving something back needs no permission. */
const functionName = (name) =>
  name.startsWith("[resource-drop]") ? undefined : name.replace(/^\[\w+\]/, "");

/** Of the module in a component: interfaces, and the functions that it calls. */
function calledBy(core) {
  const called = {};
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(read(core)))) {
    if (functionName(name)) (called[module] ??= []).push(functionName(name));
  }
  for (const names of Object.values(called)) names.sort();
  return called;
}

const components = suite("components");

for (const [name, core] of [
  ["epollux.wasm", "build/command-core.wasm"],
  ["handler.wasm", "build/handler-started.wasm"],
]) {
  const { imports, exports } = described(name);
  const called = Object.fromEntries(Object.entries(imports).filter(([, names]) => names.length));

  components(`the module in ${name} calls what the page says`, () => {
    assert.equal(calledBy(core), called);
  });

  components(`${name} has the imports and exports that the page says`, async () => {
    const wit = await componentWit(read(`build/${name}`));
    const world = wit.slice(wit.indexOf("world root {"), wit.indexOf("\n}\n"));
    const listed = (kind) =>
      [...world.matchAll(new RegExp(`^  ${kind} (\\S+);$`, "gm"))].map((match) => match[1]).sort();
    assert.equal(listed("import"), Object.keys(imports).sort());
    assert.equal(listed("export"), exports);
  });
}

components.run();
