// What a server listens on, and how that is written.

import { constants } from "node:os";

import { describeErrno } from "./errors.js";
import { isIPv6 } from "./ip.js";

const { EACCES, EADDRINUSE, EBADF, EEXIST, EINVAL, ENAMETOOLONG, ENOTSOCK, EPROTOTYPE } = constants.errno;
const FIRST_UNPRIVILEGED_PORT = 1024;

/** What is asked for. */
export type Address = TcpAddress | UnixAddress | InheritedAddress;

/** One port on some IP addresses, the same for all of them if it is 0. */
export interface TcpAddress {
  type: "tcp";
  ips: readonly string[];
  port: number;
}

export interface UnixAddress {
  type: "unix";
  /** An absolute path, or `@` and an abstract name (unix(7)). */
  path: string;
}

/** A listening socket that we were started with. */
export interface InheritedAddress {
  type: "inherited";
  descriptor: number;
  /** What the service manager calls it. */
  name?: string;
}

/** What a socket is bound to. */
export type Bound = BoundPort | UnixAddress;

export interface BoundPort {
  type: "tcp";
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

/** One text for each address, by which guests ask for its sockets. */
export function addressTexts(address: Address): string[] {
  switch (address.type) {
    case "tcp":
      return address.ips.map((ip) => formatAddress(ip, address.port));
    case "unix":
      return [`unix:${address.path}`];
    case "inherited":
      return [`fd:${address.descriptor}`];
  }
}

/** What the shim says that a listener is bound to; see `listenerAddress`. */
export function parseBound(text: string): Bound {
  const [, path] = /^unix:(.*)$/s.exec(text) ?? [];
  if (path !== undefined) return { type: "unix", path };
  const [, ip = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  const isDualStack = ip === "*";
  return { type: "tcp", ip: isDualStack ? "::" : ip, port: Number(port), isDualStack };
}

/** The line for an address that cannot be had; `errno` is negative. */
export function refusal(ip: string, port: number, errno: number): string {
  const reason = cannotListen(formatAddress(ip, port), describeErrno(errno));
  if (errno === -EADDRINUSE) return `${reason} (port 0 takes any free one)`;
  if (errno !== -EACCES || port >= FIRST_UNPRIVILEGED_PORT) return reason;
  return `${reason} (ports below ${FIRST_UNPRIVILEGED_PORT} take root or CAP_NET_BIND_SERVICE)`;
}

/** The same for a Unix socket. */
export function unixRefusal(path: string, errno: number): string {
  const hints: Record<number, string> = {
    [-ENAMETOOLONG]: " (107 bytes at most)",
    [-EEXIST]: ", and is no socket",
  };
  return `${cannotListen(`unix:${path}`, describeErrno(errno))}${hints[errno] ?? ""}`;
}

/** The same for an inherited socket. */
export function inheritedRefusal({ descriptor, name }: InheritedAddress, errno: number): string {
  const reasons: Record<number, string> = {
    [-EBADF]: "not open",
    [-ENOTSOCK]: "not a socket",
    [-EINVAL]: "not a listening socket",
    [-EPROTOTYPE]: "not a stream socket",
  };
  const text = `fd:${descriptor}${name ? ` (${name})` : ""}`;
  return cannotListen(text, reasons[errno] ?? describeErrno(errno));
}

function cannotListen(text: string, reason: string): string {
  return `cannot listen on ${text}: ${reason}`;
}

/** `::` takes IPv4 as well, unless IPv4 addresses are listed beside it on the same port. */
export function isDualStack(ip: string, own: TcpAddress, all: readonly Address[]): boolean {
  const isBeside = ({ port }: TcpAddress) => port === own.port && port !== 0;
  const beside = all.flatMap((other) => (other.type === "tcp" && isBeside(other) ? other.ips : []));
  return ip === "::" && [...own.ips, ...beside].every(isIPv6);
}
