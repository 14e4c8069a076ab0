// Gives a component in jco a directory, which jco 1.35 has no option for: the first argument behind
// the component's name is mounted at `/`, and nothing else; the component does not see that argument.
//
//   jco serve --jco-import examples/jco/mount.js build/handler.wasm ./html
//   jco run --jco-import examples/jco/mount.js build/epollux.wasm ./html --port 7788

import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";

// The shim that jco itself runs the component with, beside the script that it has made for that.
const [, script] = process.argv;
const [directory = "."] = process.argv.splice(2, 1);
const shim = createRequire(script).resolve("@bytecodealliance/preview2-shim/filesystem");
const { _setPreopens } = await import(pathToFileURL(shim).href);
_setPreopens({ "/": directory });
