// How many descriptors the process may have open: each connection is one. Node raises the soft
// limit to the hard one when it starts, so what is left to raise is the hard one.

import { readdirSync, readFileSync } from "node:fs";

/** For what is opened besides connections: listeners, files, the wake-up of a worker. */
const SPARE = 32;

/** The limit; `Infinity` where there is none. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, soft] = /^Max open files +(\d+) /m.exec(limits) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}

/** What is wrong with so many connections, and the way out; `undefined` if there is room. */
export function tooManyConnections(connections: number): string | undefined {
  const limit = descriptorLimit();
  const needed = connections + readdirSync("/proc/self/fd").length + SPARE;
  if (needed <= limit) return undefined;
  return `${connections} connections need more than the ${limit} descriptors that a process may ` +
    `have here: raise the limit, as root with \`ulimit -n ${needed}\``;
}
