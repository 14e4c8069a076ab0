// Gives a component in jco a directory, which jco 1.35 has no option for: the first argument behind
// the component's name, or the working directory, is mounted at `/`, and nothing else.
//
//   jco serve --jco-import examples/jco/mount.js build/handler.wasm ./html

import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";

// The shim that jco itself runs the component with, beside the script that it has made for that.
const [, script, directory = "."] = process.argv;
const shim = createRequire(script).resolve("@bytecodealliance/preview2-shim/filesystem");
const { _setPreopens } = await import(pathToFileURL(shim).href);
_setPreopens({ "/": directory });
