// What `jco run` does with the component that was transpiled into build/ here, which takes it seconds
// each time: jco-run.js DIR ARGUMENT …

import process from "node:process";
import { _setPreopens } from "@bytecodealliance/preview2-shim/filesystem";

const [root, ...args] = process.argv.slice(2);
_setPreopens({ "/": root });
process.argv.splice(1, Infinity, "epollux", ...args);
const { run } = await import("./build/epollux.js");
try {
  run.run();
} catch (error) {
  // A command that fails has said why; anything else is a trap.
  if (!("payload" in error)) console.error(error);
  process.exitCode = 1;
}
