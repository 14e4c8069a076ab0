// How many descriptors the process may have open: each connection is one. Node raises the soft
// limit to the hard one when it starts, so what is left to raise is the hard one.

import { readdirSync, readFileSync } from "node:fs";

import { StartError } from "./errors.js";
import type { Mode } from "./modes.js";
import type { Settings } from "./options.js";

/** For what a load client opens besides connections: the wake-up, the poller, Node's own. */
const SPARE_OF_LOAD = 32;
/** For what a server opens now and then: standard input, a trial before a reload. */
const SPARE = 8;
/** What a worker has besides its listeners: six for its loops, two for files it just looks at. */
const OF_WORKER = 8;
/** Large files stay open with what is left by connections, but at least with this share. */
const SHARE_OF_FILES = 1 / 4;

/** What was open before the first listener; later there are connections among the open ones. */
let openAtStart: number | undefined;

/** The limit; `Infinity` where there is none. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, soft] = /^Max open files +(\d+) /m.exec(limits) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}

/** What is wrong with so many connections, and the way out; `undefined` if there is room. */
export function tooManyConnections(connections: number): string | undefined {
  const limit = descriptorLimit();
  const needed = connections + countOpen() + SPARE_OF_LOAD;
  if (needed <= limit) return undefined;
  return `${connections} connections need more than the ${limit} descriptors that a process may ` +
    `have here: ${wayOut(needed)}`;
}

/**
 * The settings of a server with no more connections and files than there can be: accepting then
 * pauses before descriptors run out, and a file can always be opened. Each worker has so many
 * listeners, and the host has them too. `warning` tells what was lowered. Throws `StartError`.
 */
export function fitToDescriptors(
  mode: Mode, settings: Settings, listeners: number, limit = descriptorLimit(),
): { settings: Settings; warning?: string } {
  openAtStart ??= countOpen();
  const { workers, "max-connections": connections, "max-open-files": files } = settings;
  const filesOfAll = mode === "serve" ? files * workers : 0;
  const reserved = openAtStart + workers * (OF_WORKER + 2 * listeners) + SPARE;
  const needed = reserved + connections + filesOfAll;
  if (needed <= limit) return { settings };

  const left = (limit - reserved) / workers;
  const filesLeft = filesOfAll && Math.min(files, Math.max(1, Math.floor(left * SHARE_OF_FILES)));
  const connectionsLeft = workers * Math.floor(left - filesLeft);
  if (connectionsLeft < workers) {
    throw new StartError(`a process may have ${limit} descriptors here, too few: ${wayOut(needed)}`);
  }
  const lowered = {
    "max-connections": Math.min(connections, connectionsLeft),
    "max-open-files": filesOfAll > 0 ? filesLeft : files,
  };
  const changes = Object.entries(lowered)
    .filter(([name, value]) => settings[name as keyof typeof lowered] !== value)
    .map(([name, value]) => `--${name} lowered to ${value}`);
  const warning = `${changes.join(", ")}, because a process may have ${limit} descriptors here: ` +
    wayOut(needed);
  return { settings: { ...settings, ...lowered }, warning };
}

function countOpen(): number {
  return readdirSync("/proc/self/fd").length;
}

function wayOut(needed: number): string {
  return `raise the limit, as root with \`ulimit -n ${needed}\``;
}
