// Socket activation: listening sockets that the service manager has opened and passes on, see
// sd_listen_fds(3).

import type { InheritedAddress } from "./address.js";
import type { Environment } from "./environment.js";
import { UsageError } from "./errors.js";
import { openDescriptors } from "./proc.js";
import { parseCount } from "./units.js";

const FIRST_DESCRIPTOR = 3;
const VARIABLES = ["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"];

/** The sockets that are meant for us; their variables are gone then. Throws `UsageError`. */
export function takePassedSockets(env: Environment, pid: number): InheritedAddress[] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = "" } = env;
  for (const name of VARIABLES) Reflect.deleteProperty(env, name);
  if (LISTEN_FDS === undefined || LISTEN_PID !== `${pid}`) return [];
  const count = parseCount(LISTEN_FDS);
  if (count === undefined) throw new UsageError(`LISTEN_FDS: '${LISTEN_FDS}' is not a number`);
  if (count > openDescriptors()) {
    throw new UsageError(`LISTEN_FDS: ${LISTEN_FDS} is more than are open`);
  }
  const names = LISTEN_FDNAMES.split(":");
  return Array.from({ length: count }, (_, i) => ({
    type: "inherited", descriptor: FIRST_DESCRIPTOR + i, name: names[i],
  }));
}
