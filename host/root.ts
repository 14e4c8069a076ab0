// The document root: which directory it is, and the handle beneath which alone the guest can
// open files.

import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";

import { describeErrno, StartError } from "./errors.js";
import type { Shim } from "./shim.js";

const PREFERRED = "html";

/** A directory to serve. */
export interface Root {
  /** Absolute. */
  path: string;
  /** Nobody asked for it. */
  isDefault: boolean;
}

/** The directory that was asked for, else `./html` if there is one, else `.`. */
export function chooseRoot(asked: string | undefined): Root {
  const directory = asked ?? (isDirectory(PREFERRED) ? PREFERRED : ".");
  return { path: resolve(directory), isDefault: asked === undefined };
}

/** Opens the directory; returns its descriptor. Throws `StartError`. */
export function openRoot(shim: Shim, { path }: Root): number {
  const descriptor = shim.openRoot(path);
  // Opening takes the right to list the directory; opening files in it takes the right to search.
  const errno = descriptor < 0 ? descriptor : searchError(path);
  if (errno >= 0) return descriptor;
  if (descriptor >= 0) shim.closeDescriptor(descriptor);
  throw new StartError(`cannot serve ${path}: ${describeErrno(errno)}`);
}

/** Whether there is such a directory and we may know of it. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function searchError(path: string): number {
  try {
    accessSync(path, constants.X_OK);
    return 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? 0;
  }
}
