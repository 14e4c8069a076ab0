// The load client's account of its run: the progress record of docs/abi.md.

import { readRecord } from "./record.js";

const NAMES = [
  "wanted", "up", "failed", "lost", "sent", "echoed", "sentBytes", "receivedBytes", "wrong",
  "p50", "p90", "p99", "max", "errno",
] as const;

/**
 * `up` is as of now; `wrong` are bytes; round trips are in milliseconds, −1 while there are none;
 * `errno` is the last that ended a connection or kept it from coming up, 0 if none.
 */
export type Progress = Readonly<Record<(typeof NAMES)[number], number>>;

/** Reads the record at `pointer`. */
export function readProgress(memory: ArrayBuffer, pointer: number): Progress {
  return readRecord(NAMES, memory, pointer);
}
