// From what was asked for to addresses without names: those to listen on, the one to connect to.

import { resolve } from "node:path";

import { type Address, addressTexts, formatAddress } from "./address.js";
import { StartError } from "./errors.js";
import { isAddress, isIPv4, isIPv6 } from "./ip.js";
import { EVERY_INTERFACE, parseNamedAddress } from "./kinds.js";
import type { Settings } from "./options.js";
import type { Shim } from "./shim.js";
import { isAbstract } from "./unix-socket.js";

/** Where to listen, without repetition. Throws `StartError` for an unknown name. */
export async function resolveAddresses(
  shim: Shim, { listen, host, port }: Pick<Settings, "listen" | "host" | "port">,
): Promise<Address[]> {
  if (!listen) {
    const ips = await resolveHosts(shim, host, "--host");
    return [{ type: "tcp", ips, port }];
  }
  const resolved = await Promise.all(listen.map((text) => resolveAddress(shim, text)));
  return withoutRepetition(resolved);
}

/** The text has been read by the kind `addresses`. */
async function resolveAddress(shim: Shim, text: string): Promise<Address> {
  const named = parseNamedAddress(text);
  if (!named) throw new Error(`not an address: ${text}`);
  if (named.type === "unix") return { type: "unix", path: absolutePath(named.path) };
  if (named.type === "inherited") return named;
  const ips = await resolveHosts(shim, [named.host], "--listen");
  return { type: "tcp", ips, port: named.port };
}

function absolutePath(path: string): string {
  return isAbstract(path) ? path : resolve(path);
}

function withoutRepetition(addresses: readonly Address[]): Address[] {
  const seen = new Set<string>();
  const isNew = (text: string) => !seen.has(text) && seen.add(text);
  return addresses.flatMap<Address>((address) => {
    if (address.type !== "tcp") return addressTexts(address).every(isNew) ? [address] : [];
    const { ips, port } = address;
    const fresh = ips.filter((ip) => isNew(formatAddress(ip, port)));
    return fresh.length > 0 ? [{ ...address, ips: fresh }] : [];
  });
}

async function resolveHosts(
  shim: Shim, hosts: readonly string[], option: string,
): Promise<string[]> {
  const resolved = await Promise.all(hosts.map((host) => resolveHost(shim, host, option)));
  return [...new Set(resolved.flat())];
}

/** The one IP address to connect to. Throws `StartError` for an unknown name. */
export async function resolveTarget(host: string): Promise<string> {
  if (isAddress(host)) return isIPv6(host) ? shorten(host) : host;
  const ips = await lookUp(host, "");
  // Servers, ours too, more often listen on IPv4 alone than on IPv6 alone.
  return ips.find((ip) => !isIPv6(ip)) ?? ips[0] ?? "";
}

/** The one IP address that the admin listener is on. Throws `StartError` for an unknown name. */
export async function resolveAdmin(host: string): Promise<string> {
  if (isAddress(host)) return isIPv6(host) ? shorten(host) : host;
  const [ip = ""] = await lookUp(host, "--admin: "); // node:net takes the first too
  return ip;
}

async function resolveHost(shim: Shim, host: string, option: string): Promise<string[]> {
  if (isIPv6(host)) return [shorten(host)];
  if (isIPv4(host)) return [host];
  if (host === EVERY_INTERFACE) return [hasIPv6(shim) ? "::" : "0.0.0.0"];
  const ips = await lookUp(host, `${option}: `);
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
