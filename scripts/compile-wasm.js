// Compiles one target of asconfig.json, as asc does:
//
//   node scripts/compile-wasm.js ENTRY TARGET [PLATFORM [asc's arguments …]]
//
// A PLATFORM is a folder beside the modules that it has versions of its own of: with "wasi" whoever
// imports assembly/platform/imports.ts gets what assembly/platform/wasi/imports.ts exports.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const top = fileURLToPath(new URL("..", import.meta.url));
const [entry, target, platform, ...args] = process.argv.slice(2);

/** The text of a module; null, as asc wants it, when there is none. */
async function readModule(name, folder) {
  const file = join(top, folder, name);
  const own = platform && join(dirname(file), platform, basename(file));
  if (own && file.startsWith(join(top, "assembly/")) && existsSync(own)) {
    return `export * from "./${platform}/${basename(file, ".ts")}";\n`;
  }
  return await readFile(file, "utf8").catch(() => null);
}

const { error } = await main([entry, "--target", target, ...args], {
  readFile: readModule,
  stdout: process.stdout,
  stderr: process.stderr,
});
if (error) process.exitCode = 1;
