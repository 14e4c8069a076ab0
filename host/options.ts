// Every option, once. Command line, environment, configuration file and its schema, validation,
// help and the arguments of the guest are all derived from this table.

import type { KindName, KindValue, Range } from "./kinds.js";
import type { Mode } from "./modes.js";

/** The headings of the help, in their order. */
export const GROUPS = {
  where: "What and where",
  content: "Content",
  loop: "Event loop",
  load: "Load (times: 10s, 500ms, 2m; a bare number is seconds)",
  capacity: "Capacity",
  log: "Access log",
  timeouts: "Timeouts (10s, 500ms, 2m; a bare number is seconds)",
  limits: "Limits of a request (sizes: 512, 64k, 8m)",
  other: "Other",
} as const;

export interface Option {
  group: keyof typeof GROUPS;
  /** The modes that have it; every mode if not given. */
  modes?: readonly Mode[];
  /** The one-letter forms; the help shows the first. */
  short?: readonly string[];
  kind: KindName;
  /** Of numbers, durations and sizes. */
  range?: Range;
  fallback: unknown;
  /** Shown as the default when the fallback itself says too little; `none` if there is none. */
  shown?: string;
  /** Another environment variable for it, which its own one (see environment.ts) beats. */
  env?: string;
  /** May be given more than once. */
  repeatable?: true;
  /** Something to do instead of running the mode. */
  action?: true;
  /** A reload does not change it. */
  fixed?: true;
  /** Handed to the guest under the same name. */
  guest?: true;
  help: string;
}

const SERVE: readonly Mode[] = ["serve"];
const SERVERS: readonly Mode[] = ["serve", "echo", "print"];
const LOAD: readonly Mode[] = ["load"];

const DAY = 86_400_000;
const TIMEOUT = { group: "timeouts", kind: "duration", range: [100, DAY] } as const;
const ACTION = { group: "other", kind: "boolean", fallback: false, action: true } as const;

/** The table. */
export const OPTIONS = {
  root: {
    group: "where", modes: SERVE, short: ["d"], kind: "directory",
    fallback: undefined, shown: "./html if there is one, else .",
    help: "directory to serve, another way to give DIR",
  },
  port: {
    group: "where", modes: SERVERS, short: ["p"], kind: "port", range: [0, 65535],
    fallback: 7788, env: "PORT",
    help: "TCP port; 0 takes any free one",
  },
  host: {
    group: "where", modes: SERVERS, short: ["a"], kind: "hosts",
    fallback: ["127.0.0.1"], repeatable: true,
    help: "address or host name to listen on, repeatable; * or no ADDR is every interface",
  },
  listen: {
    group: "where", modes: SERVERS, kind: "addresses", fallback: undefined,
    repeatable: true,
    help: "instead of --port and --host, repeatable: 127.0.0.1:8080, [::1]:8080, name:8080, " +
      ":8080 (every interface), unix:/path, unix:@abstract, fd:3 (inherited)",
  },
  "unix-socket-mode": {
    group: "where", modes: SERVERS, kind: "permissions", fallback: 0o660,
    fixed: true,
    help: "permissions of Unix sockets, octal",
  },
  admin: {
    group: "where", modes: SERVE, kind: "adminAddress", fallback: undefined, fixed: true,
    help: "second listener, for metrics, health checks and a dashboard: PORT, HOST:PORT or " +
      "[IPV6]:PORT; a mere PORT is on 127.0.0.1 alone",
  },
  connect: {
    group: "where", modes: LOAD, kind: "endpoint", fallback: undefined,
    help: "server to connect to, another way to give HOST:PORT",
  },

  index: {
    group: "content", modes: SERVE, kind: "names", fallback: ["index.html"],
    guest: true,
    help: "files to look for in a directory, by commas",
  },
  dotfiles: {
    group: "content", modes: SERVE, kind: "boolean", fallback: false, guest: true,
    help: "serve names that begin with a dot; .well-known always is",
  },

  connections: {
    group: "load", modes: LOAD, kind: "number", range: [1, 1_000_000], fallback: 1000,
    guest: true,
    help: "connections to open",
  },
  interval: {
    group: "load", modes: LOAD, kind: "duration", range: [1, DAY], fallback: 1000,
    guest: true,
    help: "between two messages of a connection",
  },
  duration: {
    group: "load", modes: LOAD, kind: "duration", range: [100, DAY],
    fallback: Infinity, shown: "until Ctrl-C",
    help: "of the run",
  },

  poller: {
    group: "loop", kind: "poller", fallback: "epoll", guest: true,
    help: "how it learns which connections are ready: epoll, poll, select (up to 1024 " +
      "descriptors) or busy (tries them all, again and again)",
  },
  trigger: {
    group: "loop", kind: "trigger", fallback: undefined, guest: true,
    shown: "edge for serve with epoll, else level",
    help: "whether epoll reports what is ready (level) or what has become so (edge)",
  },

  workers: {
    group: "capacity", modes: SERVERS, short: ["w"], kind: "workers",
    range: [1, 256], fallback: 1,
    help: "threads, each with its own event loop; auto is one per CPU",
  },
  "max-connections": {
    group: "capacity", modes: SERVERS, kind: "number", range: [1, 1_000_000],
    fallback: 10_240, guest: true,
    help: "connections at a time, divided among the workers",
  },
  "max-connections-per-client": {
    group: "capacity", modes: SERVE, kind: "number", range: [0, 1_000_000],
    fallback: 0, guest: true,
    help: "those of one IPv4 address, or IPv6 /64, divided likewise; 0 is no limit",
  },
  backlog: {
    group: "capacity", modes: SERVERS, kind: "number", range: [1, 65535],
    fallback: 511, guest: true,
    help: "connections that wait to be accepted, per worker",
  },
  "max-buffers": {
    group: "capacity", modes: SERVERS, kind: "number", range: [1, 16384],
    fallback: 2048, guest: true,
    help: "buffers for what came or went in part only, per worker",
  },
  "max-open-files": {
    group: "capacity", modes: SERVE, kind: "number", range: [1, 65536],
    fallback: 256, guest: true,
    help: "large files kept open, per worker",
  },
  "cache-size": {
    group: "capacity", modes: SERVE, kind: "size", range: [2 ** 20, 2 ** 29],
    fallback: 2 ** 25, guest: true,
    help: "memory for small files, per worker",
  },
  "defer-accept": {
    group: "capacity", modes: SERVE, kind: "boolean", fallback: true,
    help: "accept connections before their first byte has come",
  },
  "keep-alive": {
    group: "capacity", modes: SERVE, kind: "boolean", fallback: true, guest: true,
    help: "close each connection after one response",
  },
  "max-requests": {
    group: "capacity", modes: SERVE, kind: "number", range: [0, 1_000_000_000],
    fallback: 0, guest: true,
    help: "requests of a connection, which is closed after the last; 0 is no limit",
  },

  "log-file": {
    group: "log", modes: SERVE, kind: "logFile", fallback: undefined,
    shown: "none, or - with --log-format",
    help: "append a line for each request; - is standard output. SIGUSR1 opens it anew",
  },
  "log-format": {
    group: "log", modes: SERVE, kind: "logFormat", fallback: undefined, guest: true,
    shown: "combined with --log-file",
    help: "common, combined or json",
  },
  "log-buffer": {
    group: "log", modes: SERVE, kind: "size", range: [2 ** 14, 2 ** 24],
    fallback: 2 ** 18, guest: true,
    help: "for lines the log does not take yet, per worker; more are dropped",
  },

  "header-timeout": {
    ...TIMEOUT, modes: SERVE, fallback: 10_000, guest: true,
    help: "from the first byte of a request to the end of its head",
  },
  "idle-timeout": {
    ...TIMEOUT, modes: SERVE, fallback: 60_000, guest: true,
    help: "between requests of a connection",
  },
  "write-timeout": {
    ...TIMEOUT, modes: SERVE, fallback: 30_000, guest: true,
    help: "over which a response must keep the least rate",
  },
  "min-rate": {
    group: "timeouts", modes: SERVE, kind: "size", range: [0, 2 ** 30],
    fallback: 512, guest: true,
    help: "bytes per second that a response must keep over the write timeout, and content that " +
      "comes over the header timeout; 0 is no least",
  },
  "grace-period": {
    ...TIMEOUT, range: [0, DAY], fallback: 10_000,
    help: "for what is in flight after Ctrl-C or SIGTERM; twice that after a reload",
  },

  "max-target": {
    group: "limits", modes: SERVE, kind: "size", range: [256, 32_768],
    fallback: 8192, guest: true,
    help: "request target",
  },
  "max-head": {
    group: "limits", modes: SERVE, kind: "size", range: [1024, 65_535],
    fallback: 16_384, guest: true,
    help: "request line and fields together",
  },
  "max-fields": {
    group: "limits", modes: SERVE, kind: "number", range: [1, 256],
    fallback: 100, guest: true,
    help: "field lines",
  },
  "max-content": {
    group: "limits", modes: SERVE, kind: "size", range: [0, 2 ** 30],
    fallback: 2 ** 20, guest: true,
    help: "content, which is read and discarded",
  },

  config: {
    group: "other", short: ["c"], kind: "file", fallback: undefined,
    help: "JSON file of options, see docs/configuration.md",
  },
  "watch-config": {
    group: "other", modes: SERVE, kind: "boolean", fallback: false, fixed: true,
    help: "reload, as after SIGHUP, when the configuration file or server.wasm has changed",
  },
  "stop-on-stdin": {
    group: "other", modes: SERVERS, kind: "boolean", fallback: false, fixed: true,
    help: "stop when a line is typed, or Ctrl-D",
  },
  user: {
    group: "other", modes: SERVERS, kind: "user", fallback: undefined, fixed: true,
    help: "whom to become once everything is open, names or numbers; takes root",
  },
  quiet: {
    group: "other", short: ["q"], kind: "boolean", fallback: false, fixed: true,
    help: "print errors only",
  },
  check: { ...ACTION, help: "whether it would start, and what it would do, then exit" },
  "print-config": { ...ACTION, help: "every setting and where it comes from, then exit" },
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

/** Whether the mode has this option. */
export function belongsTo(mode: Mode, { modes }: Option): boolean {
  return modes?.includes(mode) ?? true;
}

/** Whether a configuration file may have it. */
export function isKey(name: string): name is OptionName {
  if (!Object.hasOwn(OPTIONS, name) || name === "config") return false;
  return !(OPTIONS[name as OptionName] as Option).action;
}
