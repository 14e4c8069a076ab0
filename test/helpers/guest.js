// Compiles a few lines of AssemblyScript that export functions of the guest which server.wasm and
// parser.wasm keep to themselves, so that they can be called alone.

import { compile } from "./asc.js";

const OPTIONS = [
  ...["--runtime", "stub", "-O3", "--noAssert", "--uncheckedBehavior", "always"],
  ...["--enable", "simd"],
];

/** The exports of `source`, see `compile`; `env` are functions that the source declares. */
export function compileGuest(name, source, env = {}) {
  const module = compile(name, source, OPTIONS);
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
