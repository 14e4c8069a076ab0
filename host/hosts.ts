// From host names to IP addresses: those to listen on, and the one to connect to.

import { StartError } from "./errors.js";
import { isAddress, isIPv4, isIPv6 } from "./ip.js";
import { EVERY_INTERFACE } from "./kinds.js";
import type { Shim } from "./shim.js";

/** Host names → IP addresses, without repetition. Throws `StartError` for an unknown name. */
export async function resolveHosts(shim: Shim, hosts: readonly string[]): Promise<string[]> {
  const resolved = await Promise.all(hosts.map((host) => resolveHost(shim, host)));
  return [...new Set(resolved.flat())];
}

/** The one IP address to connect to. Throws `StartError` for an unknown name. */
export async function resolveTarget(host: string): Promise<string> {
  if (isAddress(host)) return isIPv6(host) ? shorten(host) : host;
  const ips = await lookUp(host, "");
  // Servers, ours too, more often listen on IPv4 alone than on IPv6 alone.
  return ips.find((ip) => !isIPv6(ip)) ?? ips[0] ?? "";
}

async function resolveHost(shim: Shim, host: string): Promise<string[]> {
  if (isIPv6(host)) return [shorten(host)];
  if (isIPv4(host)) return [host];
  if (host === EVERY_INTERFACE) return [hasIPv6(shim) ? "::" : "0.0.0.0"];
  const ips = await lookUp(host, "--host: ");
  const v4 = ips.filter((ip) => !isIPv6(ip));
  // /etc/hosts often lists ::1 where IPv6 is switched off.
  return v4.length > 0 && !hasIPv6(shim) ? v4 : ips;
}

async function lookUp(host: string, source: string): Promise<string[]> {
  // Only now: loading it takes as long as everything else here, and addresses do without.
  const { lookup } = await import("node:dns/promises");
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`${source}cannot resolve '${host}' (${code})`);
  }
}

/** The one way to write an IPv6 address, RFC 5952. */
function shorten(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1);
}

function hasIPv6(shim: Shim): boolean {
  const descriptor = shim.openListener("::1", 0, 1, 0);
  if (descriptor < 0) return false;
  shim.closeDescriptor(descriptor);
  return true;
}
