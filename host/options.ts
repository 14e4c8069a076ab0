// Every option of the command line, once. Parsing, validation, help and the arguments of the
// guest are all derived from this table.

import { KINDS, type KindName, type KindValue, type Range } from "./kinds.js";

/** The headings of the help, in their order. */
export const GROUPS = {
  where: "What and where",
  content: "Content",
  capacity: "Capacity",
  timeouts: "Timeouts (10s, 500ms, 2m; a bare number is seconds)",
  limits: "Limits of a request (sizes: 512, 64k, 8m)",
  other: "Other",
} as const;

export interface Option {
  group: keyof typeof GROUPS;
  /** The one-letter forms; the help shows the first. */
  short?: readonly string[];
  kind: KindName;
  /** What the help calls the value. */
  value?: string;
  /** Of numbers, durations and sizes. */
  range?: Range;
  fallback: unknown;
  /** Shown as the default when the fallback itself says too little. */
  shown?: string;
  /** Environment variable that is read when the option is not given. */
  env?: string;
  /** May be given more than once. */
  repeatable?: true;
  /** Something to do instead of serving. */
  action?: true;
  /** Handed to the guest under the same name. */
  guest?: true;
  help: string;
}

const DAY = 86_400_000;
const TIMEOUT = { group: "timeouts", kind: "duration", value: "TIME", range: [100, DAY] } as const;
const ACTION = { group: "other", kind: "boolean", fallback: false, action: true } as const;

/** The table. */
export const OPTIONS = {
  root: {
    group: "where", short: ["d"], kind: "directory", value: "DIR", fallback: undefined,
    shown: "./html if there is one, else .",
    help: "directory to serve, another way to give DIR",
  },
  port: {
    group: "where", short: ["p"], kind: "port", value: "PORT", range: [0, 65535],
    fallback: 7788, env: "PORT",
    help: "TCP port; 0 takes any free one",
  },
  host: {
    group: "where", short: ["a"], kind: "hosts", value: "[ADDR]", fallback: ["127.0.0.1"],
    env: "HOST", repeatable: true,
    help: "address or host name to listen on, repeatable; without ADDR every interface",
  },

  index: {
    group: "content", kind: "names", value: "NAMES", fallback: ["index.html"], guest: true,
    help: "files to look for in a directory, by commas",
  },
  dotfiles: {
    group: "content", kind: "boolean", fallback: false, guest: true,
    help: "serve names that begin with a dot; .well-known always is",
  },

  workers: {
    group: "capacity", short: ["w"], kind: "workers", value: "N", range: [1, 256], fallback: 1,
    help: "threads, each with its own event loop; auto is one per CPU",
  },
  "max-connections": {
    group: "capacity", kind: "number", value: "N", range: [1, 1_000_000], fallback: 10_240,
    guest: true,
    help: "connections at a time, divided among the workers",
  },
  backlog: {
    group: "capacity", kind: "number", value: "N", range: [1, 65535], fallback: 511, guest: true,
    help: "connections that wait to be accepted, per worker",
  },
  "max-buffers": {
    group: "capacity", kind: "number", value: "N", range: [1, 16384], fallback: 2048, guest: true,
    help: "buffers for requests and responses that did not pass whole, per worker",
  },
  "max-open-files": {
    group: "capacity", kind: "number", value: "N", range: [1, 65536], fallback: 256, guest: true,
    help: "large files kept open, per worker",
  },
  "cache-size": {
    group: "capacity", kind: "size", value: "SIZE", range: [2 ** 20, 2 ** 29], fallback: 2 ** 25,
    guest: true,
    help: "memory for small files, per worker",
  },
  "keep-alive": {
    group: "capacity", kind: "boolean", fallback: true, guest: true,
    help: "close each connection after one response",
  },

  "header-timeout": {
    ...TIMEOUT, fallback: 10_000, guest: true,
    help: "from the first byte of a request to the end of its head",
  },
  "idle-timeout": {
    ...TIMEOUT, fallback: 60_000, guest: true,
    help: "between requests of a connection",
  },
  "write-timeout": {
    ...TIMEOUT, fallback: 30_000, guest: true,
    help: "without progress of a response",
  },
  "grace-period": {
    ...TIMEOUT, range: [0, DAY], fallback: 10_000,
    help: "for requests in flight after Ctrl-C or SIGTERM",
  },

  "max-target": {
    group: "limits", kind: "size", value: "SIZE", range: [256, 32_768], fallback: 8192,
    guest: true,
    help: "request target",
  },
  "max-head": {
    group: "limits", kind: "size", value: "SIZE", range: [1024, 65_535], fallback: 16_384,
    guest: true,
    help: "request line and fields together",
  },
  "max-fields": {
    group: "limits", kind: "number", value: "N", range: [1, 256], fallback: 100, guest: true,
    help: "field lines",
  },
  "max-content": {
    group: "limits", kind: "size", value: "SIZE", range: [0, 2 ** 30], fallback: 2 ** 20,
    guest: true,
    help: "content, which is read and discarded",
  },

  quiet: {
    group: "other", short: ["q"], kind: "boolean", fallback: false,
    help: "print errors only",
  },
  "print-capabilities": { ...ACTION, help: "what the WebAssembly module may do, then exit" },
  help: { ...ACTION, short: ["h"], help: "this text" },
  version: { ...ACTION, short: ["V", "v"], help: "version of epollux, its module and Node.js" },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** A value for each option. */
export type Settings = {
  -readonly [Name in OptionName]: KindValue<(typeof OPTIONS)[Name]["kind"]>;
};

/** The table for code that walks it. */
export const OPTION_LIST = Object.entries(OPTIONS) as [OptionName, Option][];

/** An option's value as the guest's arguments spell it; see docs/abi.md. */
export function guestArguments(settings: Settings, addresses: readonly string[]): string[] {
  const share = Math.ceil(settings["max-connections"] / settings.workers);
  const values: Settings = { ...settings, "max-connections": share };
  const pairs = OPTION_LIST.filter(([, option]) => option.guest).map(([name, option]) => {
    const toGuest: (value: never) => string = KINDS[option.kind].toGuest ?? String;
    return [`--${name}`, toGuest(values[name] as never)];
  });
  return [...addresses.map((address) => ["--listen", address]), ...pairs].flat();
}
