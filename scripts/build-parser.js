// Makes the parser a component, and JavaScript of the component:
//
//   build/parser-core.wasm (made by build-wasm.js) + wit/parser.wit
//     → build/parser.component.wasm      for every host of components
//     → build/parser/                    the package epollux/parser, for Node and browsers
//     → html/parser/build/               what of it the demo site's page loads

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import { $init, generateTypes } from "@bytecodealliance/jco-transpile/component";
import { buildComponent } from "./build-component.js";

const WORLD = "parser";
/** What jco's code asks at every step: slow, and in Deno a thing that needs a permission. */
const DEBUG = "globalThis?.process?.env?.JCO_DEBUG";
const ENTRIES = ["node.js", "browser.js"];
const FOR_THE_SITE = ["browser.js", "component.js", "component.core.wasm"];

const top = new URL("../", import.meta.url);
const output = new URL("build/parser/", top);
const site = new URL("html/parser/build/", top);
const witSource = readFileSync(new URL("wit/parser.wit", top), "utf8");

/** @returns {Promise<Record<string, string | Uint8Array>>} component.js and its module */
async function transpile(component) {
  const { files } = await transpileBytes(component, {
    name: "component",
    instantiation: "sync",
    minify: true,
    nodejsCompat: false,
    namespacedExports: false,
    emitTypescriptDeclarations: false,
  });
  const source = Buffer.from(files["component.js"]).toString();
  if (source.split(DEBUG).length !== 2) throw new Error(`jco's code has not one ${DEBUG}`);
  return { ...files, "component.js": source.replace(DEBUG, "false") };
}

/** @returns {Promise<string>} the types of the interface, with the comments it has in WIT */
async function types() {
  await $init;
  const files = generateTypes(WORLD, { wit: { tag: "source", val: witSource }, world: WORLD });
  const [, text] = files.find(([name]) => name.startsWith("interfaces/"));
  const lists = /\n? \* # Variants(?:\n \* *(?:## .*)?)*(?=\n \*\/)/g;
  const source = Buffer.from(text).toString().replace(lists, "");
  return source.replace("limits: Limits | undefined", "limits?: Limits");
}

const component = await buildComponent({
  core: "build/parser-core.wasm",
  wit: ["wit/parser.wit"],
  world: WORLD,
  // As AssemblyScript has its strings.
  stringEncoding: "utf16",
});
writeFileSync(new URL("build/parser.component.wasm", top), component);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
for (const [name, content] of Object.entries(await transpile(component))) {
  writeFileSync(new URL(name, output), content);
}
for (const name of ENTRIES) cpSync(new URL(`parser/${name}`, top), new URL(name, output));
writeFileSync(new URL("index.d.ts", output), await types());
rmSync(site, { recursive: true, force: true });
for (const name of FOR_THE_SITE) cpSync(new URL(name, output), new URL(name, site));
