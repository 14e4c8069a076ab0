// What a component imports is what docs/components.md says, function by function.

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { componentWit } from "@bytecodealliance/jco-transpile/wasm-tools";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const page = read("docs/components.md").toString();
const VERSION = "@0.2.0";

/** The table of a section: interfaces, and the functions of each. */
function described(heading) {
  const text = page.slice(page.indexOf(`\n${heading}\n`) + 1).split("\n## ")[0];
  const rows = [...text.matchAll(/^\| `(wasi:[^`]+)` \| (.*) \|$/gm)];
  const namesIn = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  return rows.map(([, name, functions]) => [name, namesIn(functions)]);
}

/** What a core module imports, by interface; that resources are dropped is understood. */
function imported(module) {
  const found = {};
  for (const { module: name, name: member } of WebAssembly.Module.imports(module)) {
    const functions = (found[name.replace(VERSION, "")] ??= []);
    if (!member.startsWith("[resource-drop]")) functions.push(member.replace("[method]", ""));
  }
  return found;
}

const components = suite("components");

components("epollux.wasm imports the interfaces that docs/components.md lists, no others", async () => {
  const wit = await componentWit(read("build/epollux.wasm"));
  const names = [...wit.matchAll(/^ {2}import (\S+);$/gm)].map(([, name]) => name);
  const rows = described("## Imports of `epollux.wasm`");
  assert.equal(names.sort(), rows.map(([name]) => `${name}${VERSION}`).sort());
  assert.equal(/^ {2}export (\S+);$/m.exec(wit)[1], `wasi:cli/run${VERSION}`);
});

components("epollux.wasm imports the functions that docs/components.md lists, and no others", () => {
  const found = imported(new WebAssembly.Module(read("build/command-core.wasm")));
  const rows = described("## Imports of `epollux.wasm`");
  for (const [name, functions] of rows) assert.equal((found[name] ?? []).sort(), functions, name);
  const names = rows.map(([name]) => name);
  assert.equal(Object.keys(found).filter((name) => !names.includes(name)), []);
});

components.run();
