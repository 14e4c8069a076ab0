// --watch-config: a reload when a file is another than before. The files are looked at once a second;
// the kernel would not report one that is replaced through a symbolic link on its path, as Kubernetes
// does it, or on another machine's disk.

import { type Stats, unwatchFile, watchFile } from "node:fs";

const INTERVAL_MS = 1000;

/** Calls `onChange` when one of the files has changed; not while it is missing. Ends with `signal`. */
export function watchFiles(
  paths: readonly string[], onChange: () => void, signal: AbortSignal,
): void {
  const isThere = ({ nlink }: Stats) => nlink > 0;
  const listener = (now: Stats) => isThere(now) && onChange();
  for (const path of paths) {
    watchFile(path, { interval: INTERVAL_MS, persistent: false }, listener);
    signal.addEventListener("abort", () => unwatchFile(path, listener));
  }
}
