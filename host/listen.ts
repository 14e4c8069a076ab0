// The listening sockets. They are opened here, once, and outlive the instances that accept from
// them: closing one would reset the connections in its queue.

import { isIPv6 } from "node:net";
import { constants } from "node:os";

import { describeErrno, StartError } from "./errors.js";
import type { Settings } from "./options.js";
import { DEFER_ACCEPT, type GrantedListener, REUSE_PORT, type Shim, V6_ONLY } from "./shim.js";

const { EACCES, EADDRINUSE } = constants.errno;
const FIRST_UNPRIVILEGED_PORT = 1024;

/** The sockets of a server. */
export interface Listeners {
  /** The real one, even if 0 was asked for. */
  port: number;
  /** For each worker one socket per address, among which the kernel divides the connections. */
  byWorker: GrantedListener[][];
}

/** Opens every address for every worker, on one port; see `DEFER_ACCEPT`. Throws `StartError`. */
export function openListeners(
  shim: Shim, ips: readonly string[],
  settings: Pick<Settings, "port" | "workers" | "backlog">, isDeferred: boolean,
): Listeners {
  const { workers, backlog } = settings;
  let { port } = settings;
  const usual = isDeferred ? DEFER_ACCEPT : 0;
  const open = (ip: string, special: number): GrantedListener => {
    const flags = usual | special | familyFlags(ip, ips);
    const descriptor = shim.openListener(ip, port, backlog, flags);
    if (descriptor < 0) throw new StartError(refusal(ip, port, descriptor));
    port = shim.listenerPort(descriptor);
    return { address: formatAddress(ip, port), descriptor };
  };
  const exclusive = ips.map((ip) => open(ip, 0));
  if (workers === 1) return { port, byWorker: [exclusive] };
  // SO_REUSEPORT alone would let us in beside another server of the same user. So the first
  // sockets asked without it, and make room now that the port is known to be free.
  for (const { descriptor } of exclusive) shim.closeDescriptor(descriptor);
  const openAll = () => ips.map((ip) => open(ip, REUSE_PORT));
  return { port, byWorker: Array.from({ length: workers }, openAll) };
}

/** `127.0.0.1:7788`, `[::1]:7788`. */
export function formatAddress(ip: string, port: number): string {
  return isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The line for an address that cannot be had; `errno` is negative. */
export function refusal(ip: string, port: number, errno: number): string {
  const reason = `cannot listen on ${formatAddress(ip, port)}: ${describeErrno(errno)}`;
  if (errno === -EADDRINUSE) return `${reason} (try --port 0)`;
  if (errno !== -EACCES || port >= FIRST_UNPRIVILEGED_PORT) return reason;
  const cause = `ports below ${FIRST_UNPRIVILEGED_PORT} take root or CAP_NET_BIND_SERVICE`;
  return `${reason} (${cause}; try --port 7788)`;
}

/** `::` takes IPv4 as well, unless IPv4 addresses are listed beside it. */
export function isDualStack(ip: string, ips: readonly string[]): boolean {
  return ip === "::" && ips.every(isIPv6);
}

function familyFlags(ip: string, ips: readonly string[]): number {
  return isIPv6(ip) && !isDualStack(ip, ips) ? V6_ONLY : 0;
}
