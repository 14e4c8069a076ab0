// Whether there are descriptors enough: each connection is one. Node raises the soft limit to the
// hard one when it starts, so what is left to raise is the hard one.

import { StartError } from "./errors.js";
import type { Mode } from "./modes.js";
import type { Settings } from "./options.js";
import { descriptorLimit, openDescriptors } from "./proc.js";

/** For what a load client opens besides connections: the wake-up, the poller, Node's own. */
const SPARE_OF_LOAD = 32;
/** For what a server opens now and then: standard input, what a reload reads. */
const SPARE = 8;
/** What a worker has besides its listeners: six for its loops, two for files it just looks at. */
const OF_WORKER = 8;
/** The admin listener, its connections, and a file that it looks at. */
const OF_ADMIN = 66;
/** Large files stay open with what is left by connections, but at least with this share. */
const SHARE_OF_FILES = 1 / 4;

/** What was open before the first listener; later there are connections among the open ones. */
let openAtStart: number | undefined;

/** What is wrong with so many connections, and the way out; `undefined` if there is room. */
export function tooManyConnections(connections: number): string | undefined {
  const limit = descriptorLimit();
  const needed = connections + openDescriptors() + SPARE_OF_LOAD;
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
  openAtStart ??= openDescriptors();
  const { workers, "max-connections": connections, "max-open-files": files } = settings;
  const filesOfAll = mode === "serve" ? files * workers : 0;
  const ofWorkers = workers * (OF_WORKER + 2 * listeners);
  // After a reload they serve while those before them end; the host has their listeners already.
  const ofSuccessors = workers * (OF_WORKER + listeners);
  const ofReserve = OF_WORKER;
  const ofAdmin = settings.admin ? OF_ADMIN : 0;
  const reserved = openAtStart + ofWorkers + ofSuccessors + ofReserve + ofAdmin + SPARE;
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

function wayOut(needed: number): string {
  return `raise the limit, as root with \`ulimit -n ${needed}\``;
}
