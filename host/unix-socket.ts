// The file of a Unix socket: made, taken over from a server that is no more, and removed in the end.

import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { constants } from "node:os";

import { unixRefusal } from "./address.js";
import { StartError } from "./errors.js";
import { atExit } from "./exit.js";
import type { Shim } from "./shim.js";

const { EADDRINUSE, ECONNREFUSED, EEXIST } = constants.errno;

/** Listens on a path, or on `@` and an abstract name; returns a descriptor. Throws `StartError`. */
export function listenOnUnix(shim: Shim, path: string, mode: number, backlog: number): number {
  let descriptor = shim.openUnixListener(path, mode, backlog);
  if (descriptor === -EADDRINUSE && removeStale(shim, path)) {
    descriptor = shim.openUnixListener(path, mode, backlog);
  }
  if (descriptor < 0) {
    const isForeign = descriptor === -EADDRINUSE && !isAbstract(path) && !statOf(path)?.isSocket();
    throw new StartError(unixRefusal(path, isForeign ? -EEXIST : descriptor));
  }
  return descriptor;
}

/** Returns what removes the file that is at `path` now; it leaves alone any other that is there later. */
export function remover(path: string): () => void {
  if (isAbstract(path)) return () => undefined;
  const own = statOf(path);
  const remove = () => {
    if (own && isSame(own, statOf(path))) tryUnlink(path);
  };
  const callOff = atExit(remove);
  return () => {
    callOff();
    remove();
  };
}

/** A socket that nobody listens on is what a server that was killed has left behind. */
function removeStale(shim: Shim, path: string): boolean {
  if (isAbstract(path)) return false;
  const found = statOf(path);
  if (!found?.isSocket() || shim.probeUnix(path) !== -ECONNREFUSED) return false;
  return isSame(found, statOf(path)) && tryUnlink(path);
}

/** A name that no file has: unix(7). */
export function isAbstract(path: string): boolean {
  return path.startsWith("@");
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function isSame(a: Stats, b: Stats | undefined): boolean {
  return a.dev === b?.dev && a.ino === b.ino;
}

/** Whoever may make a file in a directory may as a rule remove it: what is left is stale one day. */
function tryUnlink(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
