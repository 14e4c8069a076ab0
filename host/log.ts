// The access log: which file it is, and how it is opened anew. The guest writes it, through a
// descriptor that it has no name for.

import { resolve } from "node:path";

import { describeErrno, StartError } from "./errors.js";
import type { Shim } from "./shim.js";

/** What `--log-file` calls standard output. */
export const STANDARD_OUTPUT = "-";

export class Log {
  readonly descriptor: number;
  readonly #shim: Shim;
  readonly #path: string;

  /** Opens the file, or creates it. Throws `StartError`. */
  constructor(shim: Shim, file: string) {
    this.#shim = shim;
    this.#path = file === STANDARD_OUTPUT ? "" : resolve(file);
    this.descriptor = shim.openLog(this.#path);
    if (this.descriptor < 0) throw new StartError(this.#refusal("open", this.descriptor));
  }

  /**
   * Goes on in the file that has the name now: the last one may have been renamed. Workers do not
   * notice, because the descriptor stays the same.
   */
  reopen(complain: (line: string) => void): void {
    if (this.#path === "") return;
    const result = this.#shim.reopenLog(this.#path, this.descriptor);
    if (result < 0) complain(`${this.#refusal("reopen", result)}; going on with the old file`);
  }

  #refusal(what: string, errno: number): string {
    const name = this.#path || "standard output";
    return `cannot ${what} ${name} as the access log: ${describeErrno(errno)}`;
  }
}

/** Where the access log goes, in words. */
export function describeLog(file: string): string {
  return file === STANDARD_OUTPUT ? "standard output" : resolve(file);
}
