// What a server listens on, and how that is written.

import { constants } from "node:os";

import { describeErrno } from "./errors.js";
import { isIPv6 } from "./ip.js";

const { EACCES, EADDRINUSE } = constants.errno;
const FIRST_UNPRIVILEGED_PORT = 1024;

/** What is asked for: one port on some IP addresses, the same for all of them if it is 0. */
export interface Address {
  ips: readonly string[];
  port: number;
}

/** What a socket is bound to. */
export interface Bound {
  ip: string;
  /** The real one, even if 0 was asked for. */
  port: number;
  /** `::` takes IPv4 as well. */
  isDualStack: boolean;
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

/** `::` takes IPv4 as well, unless IPv4 addresses are listed beside it on the same port. */
export function isDualStack(ip: string, port: number, all: readonly Address[]): boolean {
  const beside = all.filter((address) => address.port === port).flatMap(({ ips }) => ips);
  return ip === "::" && beside.every(isIPv6);
}
