// What stops a server or a load client: a signal, or what is typed.

import { closeSync, openSync } from "node:fs";

const INTERRUPTED = 130;

export interface StopOptions {
  /** A line on standard input stops as well or, if that is a terminal, its end. */
  onStdin: boolean;
  /** What SIGHUP means, but for the end of our terminal, which stops. Without it SIGHUP kills. */
  onHangUp?: (() => void) | undefined;
}

/** Resolves at the first SIGINT or SIGTERM; a signal after that ends the process at once. */
export function stopRequest({ onStdin, onHangUp }: StopOptions): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = () => {
      isStopping = true;
      if (onStdin) process.stdin.destroy(); // it would keep the process alive
      resolve();
    };
    const onSignal = () => (isStopping ? process.exit(INTERRUPTED) : stop());
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    if (onHangUp) {
      const hadTerminal = hasTerminal();
      const isGone = () => hadTerminal && !hasTerminal();
      process.on("SIGHUP", () => (isGone() ? onSignal() : onHangUp()));
    }
    if (onStdin) watchStdin(stop);
  });
}

/** Is there a controlling terminal, which sends SIGHUP when it goes: tty(4)? */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return !["ENXIO", "ENOENT", "EIO"].includes(code); // not so if there are no descriptors left
  }
}

/** Away from a terminal the end says nothing: standard input may be /dev/null. */
function watchStdin(stop: () => void): void {
  const { stdin } = process;
  stdin.on("data", (chunk: Buffer) => chunk.includes("\n") && stop());
  stdin.on("end", () => stdin.isTTY && stop());
  stdin.on("error", () => undefined); // a directory, a terminal that has gone: nothing to read
}
