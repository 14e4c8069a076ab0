// The part of WASI that the guest gets: arguments, a clock, standard output and error, and a way
// to give up. No directory, no environment; `node:wasi` is no security boundary, so nothing that
// needs one is entrusted to it.

import type { WASI } from "node:wasi";

export const WASI_MODULE = "wasi_snapshot_preview1";

/** The guest called `proc_exit`, which ends the instance and not the process. */
export class GuestExit extends Error {
  constructor(code: number) {
    super(`exited with code ${code}`);
  }
}

/** A WASI whose guest sees `args` and nothing else. */
export async function createWasi(args: readonly string[]): Promise<WASI> {
  const { WASI } = await loadWasi();
  // Descriptor 0 is standard output too: nothing leads to the real standard input.
  const stdin = 1;
  return new WASI({ version: "preview1", args: [...args], env: {}, preopens: {}, stdin });
}

type WasiFunction = (...args: number[]) => number;

/** Its functions, by name. */
export function wasiImports(wasi: WASI): Record<string, WebAssembly.ImportValue> {
  const imports = wasi.wasiImport as Record<string, WasiFunction>;
  return {
    ...imports,
    // Not fd_write itself: when a guest that has called it directly traps, Node 20 crashes while it
    // collects the stack (V8 takes the call for a fast API call that is still going on).
    fd_write: (...args: number[]) => imports.fd_write?.(...args) ?? 0,
    proc_exit: exit,
  };
}

function exit(code = 0): never {
  throw new GuestExit(code);
}

/** Imports `node:wasi` without its warning that it is experimental; any other is shown. */
export async function loadWasi() {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    const isExpected = rest[0] === "ExperimentalWarning" && String(warning).startsWith("WASI ");
    if (!isExpected) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await import("node:wasi");
  } finally {
    process.emitWarning = emitWarning;
  }
}
