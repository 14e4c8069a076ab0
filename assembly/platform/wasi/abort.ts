// The end of an instance by a fault that the compiler found a check for: said in the words that
// AssemblyScript's own abort has for it.

import { printMessage } from "../message";

export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const where = (file ? file : "?") + ":" + line.toString() + ":" + column.toString();
  printMessage("fatal: " + (message ? message : "abort") + " in " + where + "\n");
  unreachable();
}
