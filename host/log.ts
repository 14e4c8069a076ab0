// The access log: which file it is, and how it is opened anew. The guest writes it, through a
// descriptor that it has no name for.

import {
  closeSync, constants, fchownSync, fstatSync, lstatSync, openSync, type Stats, unlinkSync,
} from "node:fs";
import { resolve } from "node:path";

import { describeErrno, StartError } from "./errors.js";
import type { Shim } from "./shim.js";

/** What `--log-file` calls standard output. */
export const STANDARD_OUTPUT = "-";

const MODE = 0o640; // addresses of clients are nobody else's business
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

export class Log {
  readonly descriptor: number;
  /** Which file it is, if there was none before. */
  readonly #created: string | undefined;
  readonly #shim: Shim;
  readonly #path: string;

  /** Opens the file, or creates it. Throws `StartError`. */
  constructor(shim: Shim, file: string) {
    this.#shim = shim;
    this.#path = file === STANDARD_OUTPUT ? "" : resolve(file);
    this.#created = this.#path === "" ? undefined : create(this.#path);
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

  /**
   * Gives the file to another user, so that it can be opened again. Only if it has been created here:
   * whoever may write to its folder could have put a link to another file in its place. Throws
   * `StartError`.
   */
  give(uid: number, gid: number): void {
    if (this.#created === undefined || identify(fstatSync(this.descriptor)) !== this.#created) {
      return;
    }
    try {
      fchownSync(this.descriptor, uid, gid);
    } catch {
      throw new StartError(`--user: giving ${this.#path} to another user takes CAP_CHOWN`);
    }
  }

  /**
   * Throws `StartError` if the process could not open the file again, as each reload does, now that
   * it is the user's.
   */
  checkAs(user: string): void {
    if (this.#path === "") return;
    const descriptor = this.#shim.openLog(this.#path);
    if (descriptor < 0) throw new StartError(this.#refusal("open", descriptor, ` as user ${user}`));
    this.#shim.closeDescriptor(descriptor);
  }

  /**
   * Takes back what the constructor did to the file system, if nobody has made use of it: a file
   * that root leaves behind could not be opened by the user who starts the server next.
   */
  discard(): void {
    if (this.#created === undefined) return;
    try {
      const stats = lstatSync(this.#path);
      if (stats.size === 0 && identify(stats) === this.#created) unlinkSync(this.#path);
    } catch {
      // Gone already; or root has been given up, and the empty file is the user's.
    }
  }

  #refusal(what: string, errno: number, who = ""): string {
    const name = this.#path || "standard output";
    return `cannot ${what} ${name} as the access log${who}: ${describeErrno(errno)}`;
  }
}

/** Creates the file if there is none; what it is then. Why it cannot be is told by opening it. */
function create(path: string): string | undefined {
  try {
    const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
    const identity = identify(fstatSync(descriptor));
    closeSync(descriptor);
    return identity;
  } catch {
    return undefined;
  }
}

/** Device, inode and number of names. */
function identify({ dev, ino, nlink }: Stats): string {
  return [dev, ino, nlink].join(" ");
}

/** Where the access log goes, in words. */
export function describeLog(file: string): string {
  return file === STANDARD_OUTPUT ? "standard output" : resolve(file);
}
