// The kinds of value an option can have: how each is read, which form an error message asks
// for, how it is shown as a default, and how the guest wants it.

import { availableParallelism } from "node:os";

import type { InheritedAddress, UnixAddress } from "./address.js";
import { isAddress, isIPv4, isIPv6 } from "./ip.js";
import { parseCount, parseDuration, parseSize, showDuration, showSize } from "./units.js";

/** The least and the greatest acceptable number, both included. */
export type Range = readonly [least: number, greatest: number];

/** `--host` without a value: every interface. */
export const EVERY_INTERFACE = "*";

const AUTO = "auto";
const MOST_DESCRIPTORS = 2 ** 31 - 1;
const LOOPBACK = "127.0.0.1";

interface Kind<T> {
  /** What the text means, or `undefined` when it is not of this kind. */
  read(text: string, range: Range): T | undefined;
  /** The allowed form, to follow "is not …". */
  expected(range: Range): string;
  /** As the user would type it; `String` if not given. */
  show?(value: T): string;
  /** As docs/abi.md wants it; `String` if not given. */
  toGuest?(value: T): string;
  /** What the help calls the value; a boolean has none. */
  placeholder?: string;
  /** All values, if they are names. */
  choices?: readonly string[];
}

/** A server to connect to. */
export interface Endpoint {
  /** A host name, or an address without brackets. */
  host: string;
  port: number;
}

const NOWHERE: Endpoint = { host: "", port: 0 };

/** Where to listen; the host is a name, an address without brackets, or `EVERY_INTERFACE`. */
export type NamedAddress = (Endpoint & { type: "tcp" }) | UnixAddress | InheritedAddress;

/** The type of the values of a kind. */
export type KindValue<Name extends KindName> =
  (typeof KINDS)[Name] extends Kind<infer T> ? T : never;
export type KindName = keyof typeof KINDS;

const boolean: Kind<boolean> = {
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  expected: () => "true or false",
  toGuest: (value) => (value ? "on" : "off"),
};

const number: Kind<number> = {
  placeholder: "N",
  read: (text, range) => within(range, parseCount(text)),
  expected: ([least, greatest]) => `a number from ${least} to ${greatest}`,
};

const port: Kind<number> = {
  placeholder: "PORT",
  read: number.read,
  expected: ([least, greatest]) => `a port (${least} to ${greatest})`,
};

const workers: Kind<number> = {
  placeholder: "N",
  read: (text, range) =>
    text === AUTO ? Math.min(availableParallelism(), range[1]) : number.read(text, range),
  expected: (range) => `${number.expected(range)}, or ${AUTO}`,
};

const duration: Kind<number> = {
  placeholder: "TIME",
  read: (text, range) => within(range, parseDuration(text)),
  expected: ([least, greatest]) =>
    `a duration from ${showDuration(least)} to ${showDuration(greatest)} (units ms, s, m, h)`,
  show: showDuration,
};

const size: Kind<number> = {
  placeholder: "SIZE",
  read: (text, range) => within(range, parseSize(text)),
  expected: ([least, greatest]) =>
    `a size from ${showSize(least)} to ${showSize(greatest)} (units k, m, g)`,
  show: showSize,
};

const hosts: Kind<readonly string[]> = {
  placeholder: "[ADDR]",
  read: (text) => {
    const host = stripBrackets(text);
    return host === EVERY_INTERFACE || isAddress(host) || isHostName(host) ? [host] : undefined;
  },
  expected: () => "an address or host name",
  show: (value) => value.join(" "),
};

const names: Kind<readonly string[]> = {
  placeholder: "NAMES",
  read: (text) => {
    const list = text.split(",");
    return list.every(isFileName) ? list : undefined;
  },
  expected: () => "a list of file names such as index.html,index.htm",
  show: (value) => value.join(","),
  toGuest: (value) => value.join(","),
};

const endpoint: Kind<Endpoint | undefined> = {
  placeholder: "HOST:PORT",
  read: (text) => readEndpoint(text, [1, 65535]),
  expected: () => "a server such as 127.0.0.1:7788, [::1]:7788 or name:7788 (ports 1 to 65535)",
  show: showEndpoint,
};

/** A mere port is one of the loopback interface; the port 0 is any free one. */
const adminAddress: Kind<Endpoint | undefined> = {
  placeholder: "ADDR",
  read: (text) => {
    const [, host = LOOPBACK, digits = ""] = /^(?:(.*):)?(\d+)$/.exec(text) ?? [];
    const port = number.read(digits, [0, 65535]);
    const ip = stripBrackets(host);
    const isAllowed = ip === host ? isHostName(host) || isIPv4(host) : isIPv6(ip);
    return isAllowed && port !== undefined ? { host: ip, port } : undefined;
  },
  expected: () => "a port, or an address such as 127.0.0.1:9091, [::1]:9091 or name:9091",
  show: showEndpoint,
};

const addresses: Kind<readonly string[] | undefined> = {
  placeholder: "ADDR",
  read: (text) => (parseNamedAddress(text) ? [text] : undefined),
  expected: () =>
    "an address such as 127.0.0.1:8080, [::1]:8080, name:8080, :8080, unix:/path or fd:3",
};

const permissions: Kind<number> = {
  placeholder: "MODE",
  read: (text) => (/^0?[0-7]{3}$/.test(text) ? parseInt(text, 8) : undefined),
  expected: () => "an octal mode such as 0660",
  show: (value) => value.toString(8).padStart(4, "0"),
};

const user: Kind<string | undefined> = {
  placeholder: "NAME[:GROUP]",
  read: (text) => (isCString(text) && /^[^:\s]+(:[^:\s]+)?$/.test(text) ? text : undefined),
  expected: () => "a user such as www-data, www-data:web or 33:33",
};

const poller = choice(["epoll", "poll", "select", "busy"]);

const trigger: Kind<string | undefined> = choice(["level", "edge"]);

const directory = path("DIR", "a directory");

const file = path("FILE", "a file");

const logFile = path("PATH", "a file, or - for standard output");

const logFormat: Kind<string | undefined> = choice(["common", "combined", "json"]);

/** Every kind, by the name that the option table uses. */
export const KINDS = {
  boolean, port, number, workers, duration, size, hosts, names, directory, file, endpoint,
  addresses, adminAddress, permissions, user, poller, trigger, logFile, logFormat,
};

function path(placeholder: string, form: string): Kind<string | undefined> {
  return {
    placeholder,
    read: (text) => (isCString(text) ? text : undefined),
    expected: () => form,
  };
}

/** A name as system calls take it. */
function isCString(text: string): boolean {
  return text !== "" && !text.includes("\0");
}

function showEndpoint({ host, port } = NOWHERE): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** `[::1]` → `::1`. */
export function stripBrackets(text: string): string {
  return text.replace(/^\[(.*)\]$/, "$1");
}

/** Letters, digits, hyphens and dots, and not a number: RFC 1123 §2.1. */
export function isHostName(text: string): boolean {
  const label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  return new RegExp(`^(?=.*[a-z])${label}(\\.${label})*\\.?$`, "i").test(text);
}

/** What `--listen` takes; the path of a Unix socket may be relative. */
export function parseNamedAddress(text: string): NamedAddress | undefined {
  const [, scheme, rest = ""] = /^(unix|fd):(.*)$/s.exec(text) ?? [];
  if (scheme === "unix") return isCString(rest) ? { type: "unix", path: rest } : undefined;
  if (scheme === "fd") {
    const descriptor = number.read(rest, [0, MOST_DESCRIPTORS]);
    return descriptor === undefined ? undefined : { type: "inherited", descriptor };
  }
  const everywhere = text.replace(/^(\*?:)?(?=\d+$)/, "any:");
  const endpoint = readEndpoint(everywhere, [0, 65535]);
  if (!endpoint) return undefined;
  const host = everywhere === text ? endpoint.host : EVERY_INTERFACE;
  return { type: "tcp", host, port: endpoint.port };
}

function readEndpoint(text: string, ports: Range): Endpoint | undefined {
  const [, bracketed, bare, digits = ""] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? bare ?? "";
  const port = number.read(digits, ports);
  const isName = bracketed === undefined && (isHostName(host) || isIPv4(host));
  const isHost = isName || (bracketed !== undefined && isIPv6(host));
  return isHost && port !== undefined ? { host, port } : undefined;
}

function choice(choices: readonly string[]): Kind<string> {
  return {
    placeholder: "NAME",
    read: (text) => choices.find((name) => name === text),
    expected: () => `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`,
    choices,
  };
}

function isFileName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text);
}

function within([least, greatest]: Range, value: number | undefined): number | undefined {
  return value !== undefined && value >= least && value <= greatest ? value : undefined;
}
