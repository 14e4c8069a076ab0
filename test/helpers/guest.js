// Compiles a few lines of AssemblyScript that export functions of the guest which server.wasm and
// parser.wasm keep to themselves, so that they can be called alone.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../..", import.meta.url));
const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");

/**
 * The exports of `source`, whose imports of the guest begin with "../../assembly/". `name` is that
 * of the files in build/test/; `env` are functions that the source declares.
 */
export function compileGuest(name, source, env = {}) {
  mkdirSync(`${top}/build/test`, { recursive: true });
  const entry = `build/test/${name}.ts`;
  const output = `build/test/${name}.wasm`;
  writeFileSync(`${top}/${entry}`, source);
  const options = [
    ...["--runtime", "stub", "-O3", "--noAssert", "--uncheckedBehavior", "always"],
    ...["--enable", "simd", "--outFile", output],
  ];
  execFileSync(process.execPath, [asc, entry, ...options], { cwd: top });
  const module = new WebAssembly.Module(readFileSync(`${top}/${output}`));
  const abort = () => {
    throw new Error(`${name} called abort`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { abort, ...env } });
  return {
    ...exports,
    /** Writes bytes at `at`; returns their end. */
    put: (at, bytes) => {
      const from = Buffer.from(bytes, "latin1");
      new Uint8Array(exports.memory.buffer).set(from, at);
      return at + from.length;
    },
    /** The bytes in [at, end) as text. */
    text: (at, end) => Buffer.from(exports.memory.buffer, at, end - at).toString("latin1"),
  };
}
