// The end of an instance: an errno that only a fault of our own can have caused. The host sees the
// trap, closes what the instance held and puts a fresh one in its place.

import { printMessage } from "./message";

/** Says which call failed, with which errno, on which descriptor or number, and traps. */
export function panic(call: string, result: i32, subject: i32): void {
  const where = call + "(" + subject.toString() + ")";
  printMessage("fatal: " + where + ": errno " + (-result).toString() + "\n");
  unreachable();
}
