// Makes the handler a component:
//
//   build/handler-core.wasm (made by build-wasm.js)
//     → the same, as it is when its start function has run: an engine may start it for each request
//     + wit/handler.wit → build/handler.wasm

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { buildComponent } from "./build-component.js";

const CORE = "build/handler-core.wasm";
const STARTED = "build/handler-started.wasm";
const START = "_initialize";
/** What asc uses of WebAssembly beyond its first version. */
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "simd"];

const top = fileURLToPath(new URL("..", import.meta.url));
/** That which AssemblyScript has with it. */
const compiler = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
const evaluator = createRequire(compiler).resolve("binaryen/bin/wasm-ctor-eval");

const features = FEATURES.map((feature) => `--enable-${feature}`);
const args = [evaluator, "--quiet", `--ctors=${START}`, ...features, CORE, "-o", STARTED];
execFileSync(process.execPath, args, { cwd: top, stdio: "inherit" });
const started = await WebAssembly.compile(readFileSync(`${top}/${STARTED}`));
if (WebAssembly.Module.exports(started).some(({ name }) => name === START)) {
  throw new Error(`${START} asks the host for something, or for memory: it cannot run here`);
}

const component = await buildComponent({
  core: STARTED,
  wit: ["wit/handler.wit", "wit/wasi.wit"],
  world: "handler",
});
writeFileSync(`${top}/build/handler.wasm`, component);
