// Where a server can be reached: URLs for people to click, or plain addresses.

import { networkInterfaces } from "node:os";

import { type Bound, type BoundPort, formatAddress } from "./address.js";
import { isLoopback } from "./ip.js";

/** From this machine or from others too. */
export interface Place {
  reach: "Local" | "Network";
  /** `http://127.0.0.1:7788/`, or `127.0.0.1:7788`; `unix:/path`. */
  name: string;
}

/** A URL for each address, see `listAddresses`. */
export function listUrls(bound: readonly Bound[]): Place[] {
  return listAddresses(bound).map(({ reach, name }) => ({
    reach, name: name.startsWith("unix:") ? name : `http://${name}/`,
  }));
}

/** A place for each address, wildcards expanded to the interfaces, local ones first. */
export function listAddresses(bound: readonly Bound[]): Place[] {
  const places = bound.flatMap(placesOf);
  const unique = new Map(places.map((place) => [place.name, place]));
  const isNetwork = ({ reach }: Place) => Number(reach === "Network");
  return [...unique.values()].sort((a, b) => isNetwork(a) - isNetwork(b));
}

function placesOf(bound: Bound): Place[] {
  if (bound.type === "unix") return [{ reach: "Local", name: `unix:${bound.path}` }];
  return expand(bound).map((ip) => ({
    reach: isLoopback(ip) ? "Local" : "Network",
    name: formatAddress(ip, bound.port),
  }));
}

function expand({ ip, isDualStack }: BoundPort): string[] {
  if (ip === "0.0.0.0") return ["127.0.0.1", ...interfaceAddresses("IPv4")];
  if (ip !== "::") return [ip];
  const v4 = isDualStack ? ["127.0.0.1", ...interfaceAddresses("IPv4")] : ["::1"];
  return [...v4, ...interfaceAddresses("IPv6")];
}

/** Those of a network; link-local ones are left out, for a URL cannot name the interface. */
function interfaceAddresses(family: "IPv4" | "IPv6"): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses
      .filter((entry) => entry.family === family && !entry.internal)
      .filter((entry) => entry.family === "IPv4" || entry.scopeid === 0)
      .map(({ address }) => address),
  );
}
