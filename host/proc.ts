// What the kernel says of this process and its threads: proc(5).

import { readdirSync, readFileSync } from "node:fs";

/** CPU time of the calling thread, user and system; 0 if the kernel does not tell. */
export function threadCpuSeconds(): number {
  try {
    const [nanoseconds = "0"] = readFileSync("/proc/thread-self/schedstat", "latin1").split(" ");
    return Number(nanoseconds) / 1e9;
  } catch {
    return 0;
  }
}

/** How many descriptors the process has open; NaN when none is left to look with. */
export function openDescriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return NaN;
  }
}

/** How many it may have; `Infinity` where there is no limit. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, soft] = /^Max open files +(\d+) /m.exec(limits) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}
