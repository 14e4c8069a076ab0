// Makes the parser a component, and JavaScript of the component:
//
//   build/parser-core.wasm (made by build-wasm.js) + wit/parser.wit
//     → build/parser.component.wasm      for every host of components
//     → build/parser/                    the package epollux/parser, for Node and browsers
//     → html/parser/build/               what of it the demo site's page loads

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import { $init, generateTypes } from "@bytecodealliance/jco-transpile/component";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";

const WORLD = "parser";
const ENTRIES = ["node.js", "browser.js"];
const FOR_THE_SITE = ["browser.js", "component.js", "component.core.wasm"];

const top = new URL("../", import.meta.url);
const output = new URL("build/parser/", top);
const site = new URL("html/parser/build/", top);
const witSource = readFileSync(new URL("wit/parser.wit", top), "utf8");

/** @returns {Promise<Uint8Array>} the component */
async function makeComponent() {
  const binary = readFileSync(new URL("build/parser-core.wasm", top));
  // AssemblyScript's strings are UTF-16, and so are those of its component.
  const embedded = await componentEmbed({ witSource, binary, world: WORLD, stringEncoding: "utf16" });
  return await componentNew(embedded, []);
}

/** @returns {Promise<Record<string, Uint8Array>>} component.js and its module, by file name */
async function transpile(component) {
  const { files } = await transpileBytes(component, {
    name: "component",
    instantiation: "sync",
    minify: true,
    nodejsCompat: false,
    namespacedExports: false,
    emitTypescriptDeclarations: false,
  });
  return files;
}

/** @returns {Promise<string>} the types of the interface, with the comments it has in WIT */
async function types() {
  await $init;
  const files = generateTypes(WORLD, { wit: { tag: "source", val: witSource }, world: WORLD });
  const [, text] = files.find(([name]) => name.startsWith("interfaces/"));
  const lists = /\n? \* # Variants(?:\n \* *(?:## .*)?)*(?=\n \*\/)/g;
  return Buffer.from(text).toString()
    .replace(lists, "")
    .replace("limits: Limits | undefined", "limits?: Limits");
}

const component = await makeComponent();
writeFileSync(new URL("build/parser.component.wasm", top), component);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
for (const [name, bytes] of Object.entries(await transpile(component))) {
  writeFileSync(new URL(name, output), bytes);
}
for (const name of ENTRIES) cpSync(new URL(`parser/${name}`, top), new URL(name, output));
writeFileSync(new URL("index.d.ts", output), await types());
rmSync(site, { recursive: true, force: true });
for (const name of FOR_THE_SITE) cpSync(new URL(name, output), new URL(name, site));
