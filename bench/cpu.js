// CPU time of a server, from the kernel's own accounting.
//
// /proc/PID/task/TID/schedstat counts a thread's time on a CPU in nanoseconds; it is summed over
// all threads of all processes of the server. User and system time are known in ticks of 10 ms
// only (/proc/PID/task/TID/stat), so they give the split of that sum, not the sum. Where a kernel
// has no schedstat, or a thread ended in between, the ticks of whole processes are the sum: they
// keep the time of threads that have ended.

import { readFileSync, readdirSync } from "node:fs";

const TICK = 1e7; // nanoseconds; USER_HZ is 100 on Linux

/** A reading of the process `pid` and its descendants. */
export function readCpu(pid) {
  const threads = new Map();
  let processTicks = 0;
  const members = familyOf(pid);
  for (const member of members) {
    const { user, system } = readTicks(`/proc/${member}/stat`);
    processTicks += user + system;
    for (const thread of readdirSync(`/proc/${member}/task`)) {
      const path = `/proc/${member}/task/${thread}`;
      threads.set(thread, { nanoseconds: readSchedstat(path), ...readTicks(`${path}/stat`) });
    }
  }
  return { threads, processTicks, members };
}

/** Nanoseconds between two readings: { total, user, system }. */
export function cpuBetween(before, after) {
  let nanoseconds = 0;
  let user = 0;
  let system = 0;
  for (const [thread, now] of after.threads) {
    const then = before.threads.get(thread) ?? { nanoseconds: 0, user: 0, system: 0 };
    nanoseconds += now.nanoseconds - then.nanoseconds;
    user += now.user - then.user;
    system += now.system - then.system;
  }
  const complete = [...before.threads.keys()].every((thread) => after.threads.has(thread));
  const total =
    complete && !Number.isNaN(nanoseconds)
      ? nanoseconds
      : (after.processTicks - before.processTicks) * TICK;
  const userShare = user + system > 0 ? user / (user + system) : 0;
  return { total, user: total * userShare, system: total * (1 - userShare) };
}

/**
 * What one CPU of the machine has done so far, in nanoseconds: `busy` for anybody here, `stolen` by
 * the hypervisor for other machines.
 */
export function readMachineCpu(number) {
  const line = new RegExp(`^cpu${number} (.*)$`, "m").exec(readFileSync("/proc/stat", "latin1"))[1];
  const [user, nice, system, , , irq, softirq, steal] = line.split(" ").map(Number);
  return { busy: (user + nice + system + irq + softirq) * TICK, stolen: steal * TICK };
}

/** A process and all that descend from it. */
export function familyOf(pid) {
  const parents = new Map();
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), readParent(entry));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

function readParent(pid) {
  try {
    return Number(statFields(`/proc/${pid}/stat`)[1]);
  } catch {
    return 0; // it ended while we looked
  }
}

function readTicks(path) {
  const fields = statFields(path);
  return { user: Number(fields[11]), system: Number(fields[12]) };
}

// Fields after "pid (name) ", whose name may contain anything: state, ppid, …, utime, stime.
function statFields(path) {
  const text = readFileSync(path, "latin1");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function readSchedstat(path) {
  try {
    return Number(readFileSync(`${path}/schedstat`, "latin1").split(" ")[0]);
  } catch {
    return NaN;
  }
}
