// The AssemblyScript compiler, for modules that only tests need; they are built into build/test/.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../..", import.meta.url));
const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");

/**
 * The module `name`, compiled with these options. `entry`: a file of the project, or the text of
 * one, whose imports of the guest begin with "../../assembly/".
 */
export function compile(name, entry, options) {
  mkdirSync(`${top}/build/test`, { recursive: true });
  const isFile = entry.endsWith(".ts");
  const file = isFile ? entry : `build/test/${name}.ts`;
  if (!isFile) writeFileSync(`${top}/${file}`, entry);
  const output = `build/test/${name}.wasm`;
  execFileSync(process.execPath, [asc, file, ...options, "--outFile", output], { cwd: top });
  return new WebAssembly.Module(readFileSync(`${top}/${output}`));
}
