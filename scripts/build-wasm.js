// Builds targets of asconfig.json into build/, after the sources that are generated.
//
//   node scripts/build-wasm.js [TARGET …]        all of them without one

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { writeMediaTypes } from "./media-types.js";

const ENTRIES = {
  server: "assembly/server.ts",
  tcp: "assembly/tcp.ts",
  parser: "assembly/parser.ts",
  "parser-scalar": "assembly/parser.ts",
  "parser-component": "assembly/parser-component.ts",
};
/** What asc does not take from asconfig.json: it would look for a package of that name. */
const ARGUMENTS = { "parser-component": ["--transform", "./scripts/component-names.js"] };

const top = fileURLToPath(new URL("..", import.meta.url));
const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
const { targets } = JSON.parse(readFileSync(`${top}/asconfig.json`, "utf8"));

/** A process of its own for each target: asc keeps the library of one target for the next. */
async function build(target) {
  const args = [asc, ENTRIES[target], "--target", target, ...(ARGUMENTS[target] ?? [])];
  const child = spawn(process.execPath, args, { cwd: top, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exitCode = 1;
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(targets);
const unknown = wanted.find((target) => !(target in ENTRIES));
if (unknown) {
  console.error(`error: no such target: ${unknown} (${Object.keys(ENTRIES).join(", ")})`);
  process.exit(2);
}
writeMediaTypes(new URL("../build/media-types.ts", import.meta.url));
await Promise.all(wanted.map(build));
