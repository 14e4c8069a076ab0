// One bench at a time: two would share the CPUs, the site and the configuration files, and both
// would be wrong.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { WORK } from "./site.js";

const LOCK = `${WORK}lock`;

/** Throws if another bench runs; the lock is given back when this process ends. */
export function takeLock() {
  mkdirSync(WORK, { recursive: true });
  const holder = readHolder();
  if (holder && isBench(holder)) throw new Error(`another bench is running (process ${holder})`);
  rmSync(LOCK, { force: true });
  writeFileSync(LOCK, String(process.pid), { flag: "wx" });
  process.on("exit", () => rmSync(LOCK, { force: true }));
}

function readHolder() {
  try {
    return Number(readFileSync(LOCK, "latin1"));
  } catch {
    return 0;
  }
}

// Process numbers come again: one that is no bench left its lock behind.
function isBench(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("run.js");
  } catch {
    return false;
  }
}
