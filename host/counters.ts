// The guest's own account of its work since its start: the counters record of docs/abi.md.

import { fromEach, readRecord } from "./record.js";

const NAMES = [
  "requests", "connections", "bytes", "open", "busy", "refused", "logDropped",
] as const;

/** `open` and `busy` are as of now: connections, and those of them with a request in progress. */
export type Counters = Readonly<Record<(typeof NAMES)[number], number>>;

export const NO_COUNTERS: Counters = fromEach(NAMES, () => 0);

/** Reads the record at `pointer`. */
export function readCounters(memory: ArrayBuffer, pointer: number): Counters {
  return readRecord(NAMES, memory, pointer);
}

/** The work of two instances. */
export function addCounters(a: Counters, b: Counters): Counters {
  return fromEach(NAMES, (name) => a[name] + b[name]);
}
