// Failures that are the user's to mend: each ends the program with one line and no stack. Any
// other exception is a mistake of ours, and its stack is shown.

import { getSystemErrorMap } from "node:util";

/** The command line asks for something that does not exist or makes no sense. */
export class UsageError extends Error {
  readonly exitCode = 2;
}

/** The command line is fine, but the server cannot start: port taken, root missing, … */
export class StartError extends Error {
  readonly exitCode = 1;
}

/** Prints the one line, or for a mistake of ours the stack; returns the exit code. */
export function report(error: unknown): number {
  if (error instanceof UsageError || error instanceof StartError) {
    console.error(`error: ${error.message}`);
    return error.exitCode;
  }
  console.error("internal error, please report it:", error);
  return 1;
}

/** What a result of −errno means: `address already in use`. */
export function describeErrno(errno: number): string {
  return getSystemErrorMap().get(errno)?.[1] ?? `error ${-errno}`;
}

/**
 * Keeps the process going when its output has nowhere to go: `epollux --help | head -1` is no
 * error, and a server outlives the reader of its banner. Other failures, such as a full disk,
 * make the exit code 1 in the end.
 */
export function surviveBrokenOutput(): void {
  process.stdout.on("error", ({ code, errno = 0 }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    console.error(`error: cannot write to standard output: ${describeErrno(errno)}`);
    process.exitCode = 1;
  });
  process.stderr.on("error", () => undefined); // nobody left to tell
}
