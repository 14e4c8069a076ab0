// What stops a server or a load client: a signal, or what is typed.

const INTERRUPTED = 130;

/**
 * Resolves at the first SIGINT or SIGTERM, and with `onStdin` at a line on standard input or, if
 * that is a terminal, its end. A signal after that ends the process at once.
 */
export function stopRequest({ onStdin }: { onStdin: boolean }): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = () => {
      isStopping = true;
      if (onStdin) process.stdin.destroy(); // it would keep the process alive
      resolve();
    };
    const onSignal = () => (isStopping ? process.exit(INTERRUPTED) : stop());
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    if (onStdin) watchStdin(stop);
  });
}

/** Away from a terminal the end says nothing: standard input may be /dev/null. */
function watchStdin(stop: () => void): void {
  const { stdin } = process;
  stdin.on("data", (chunk: Buffer) => chunk.includes("\n") && stop());
  stdin.on("end", () => stdin.isTTY && stop());
  stdin.on("error", () => undefined); // a directory, a terminal that has gone: nothing to read
}
