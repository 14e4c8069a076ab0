// Builds targets of asconfig.json into build/, after the sources that are generated.
//
//   node scripts/build-wasm.js [TARGET …]        all of them without one

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { writeMediaTypes } from "./media-types.js";

/** In asconfig.json asc would look for a package of that name. */
const COMPONENT = ["--transform", "./scripts/component-names.js"];

/** The entry of each target; its platform (see compile-wasm.js), or none; more arguments of asc. */
const TARGETS = {
  server: ["assembly/server.ts", ""],
  tcp: ["assembly/tcp.ts", ""],
  command: ["assembly/command.ts", "wasi", ...COMPONENT],
  parser: ["assembly/parser.ts", ""],
  "parser-scalar": ["assembly/parser.ts", ""],
  handler: ["assembly/handler.ts", "wasi", ...COMPONENT],
  "parser-component": ["assembly/parser-component.ts", "", ...COMPONENT],
};

const top = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("compile-wasm.js", import.meta.url));

/** A process of its own for each target: asc keeps the library of one target for the next. */
async function build(target) {
  const [entry, ...rest] = TARGETS[target];
  const args = [compiler, entry, target, ...rest];
  const child = spawn(process.execPath, args, { cwd: top, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exitCode = 1;
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TARGETS);
const unknown = wanted.find((target) => !(target in TARGETS));
if (unknown) {
  console.error(`error: no such target: ${unknown} (${Object.keys(TARGETS).join(", ")})`);
  process.exit(2);
}
writeMediaTypes(new URL("../build/media-types.ts", import.meta.url));
await Promise.all(wanted.map(build));
