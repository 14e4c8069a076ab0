// What the module may do, in words: `--print-capabilities`. The descriptions are also the list
// of imports that the host agrees to: a module that imports anything else does not start, so
// the list cannot grow unnoticed.

import { StartError } from "./errors.js";
import { WASI_MODULE } from "./wasi.js";

type Descriptions = Record<string, Record<string, string>>;

const DESCRIPTIONS: Descriptions = {
  epoll: {
    epoll_create1: "make an interest list",
    epoll_ctl: "add, modify or remove one of its own descriptors in it",
    epoll_wait: "wait until one of them is ready; blocks, as only this and the next two do",
    poll: "wait for a list of its own descriptors",
    select: "wait for a set of its own descriptors",
    eventfd: "learn the descriptor by which the host wakes it",
    eventfd_read: "take note of having been woken",
  },
  socket: {
    listen: "take up a listener that the host has opened (see grants)",
    connect: "open a connection to a granted address (see grants)",
    accept4: "accept a connection from it",
    recv: "read from a connection",
    send: "write to a connection",
    sendv: "write several pieces to a connection at once",
    send_each: "write to several connections",
    sendfile: "copy from one of its own open files to a connection",
    cork: "have a connection hold back what fills no packet, or not",
    shutdown: "end one direction of a connection",
    close: "close one of its own descriptors",
  },
  file: {
    openat2: "open a file beneath the root, read-only (see grants)",
    fstat: "kind, size and time of one of its own open files",
    pread: "read from one of its own open files",
    write: "append to a log that the host has opened (see grants)",
  },
  [WASI_MODULE]: {
    args_sizes_get: "how many arguments it has",
    args_get: "read its arguments (see grants)",
    clock_time_get: "read the clocks",
    random_get: "read random bytes",
    fd_write: "write to standard output and standard error",
    proc_exit: "give up: ends the instance, not the process",
  },
};

const DESCRIBED = new Set(
  Object.entries(DESCRIPTIONS).flatMap(([module, functions]) =>
    Object.keys(functions).map((name) => qualify({ module, name })),
  ),
);

/** What an instance is granted, to be printed. Without a root, or addresses, it gets none. */
export interface GrantList {
  root?: string;
  /** Where its access log goes. */
  log?: string;
  /** Where it may listen. */
  addresses: readonly string[];
  /** Where it may connect to. */
  connect?: readonly string[];
  args: readonly string[];
}

/** Throws `StartError` if the module imports what has no description here. */
export function checkImports(module: WebAssembly.Module): void {
  for (const entry of WebAssembly.Module.imports(module)) {
    if (entry.kind === "function" && DESCRIBED.has(qualify(entry))) continue;
    throw new StartError(`the module imports ${qualify(entry)}, which the host does not describe`);
  }
}

/** Every import with its description, and every grant. */
export function capabilitiesText(module: WebAssembly.Module, grants: GrantList): string {
  const { root, log, addresses, connect = [], args } = grants;
  const imported = new Set(WebAssembly.Module.imports(module).map(qualify));
  return [
    "imports (the module can call nothing else)",
    ...importLines(imported),
    "grants (what those calls reach)",
    ...table("  ", [
      ["listen", addresses.join(", ") || "nowhere"],
      ["connect", connect.join(", ") || "nowhere"],
      ["read files", root ? `${root} and beneath, never outside (openat2 RESOLVE_BENEATH)` : "none"],
      ["write files", log ? `none, but lines of the access log to ${log}` : "none"],
      ["output", "standard output and standard error"],
      ["clock", "yes"],
      ["random", imported.has(`${WASI_MODULE}.random_get`) ? "yes" : "none"],
      ["environment", "none"],
      ["WASI preopens", "none"],
      ["arguments", args.join(" ")],
    ]),
  ].join("\n");
}

function importLines(imported: ReadonlySet<string>): string[] {
  return Object.entries(DESCRIPTIONS).flatMap(([module, functions]) => {
    const rows = Object.entries(functions).filter(([name]) =>
      imported.has(qualify({ module, name })),
    );
    return rows.length > 0 ? [`  ${module}`, ...table("    ", rows)] : [];
  });
}

function qualify({ module, name }: { module: string; name: string }): string {
  return `${module}.${name}`;
}

function table(indent: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length)) + 2;
  return rows.map(([term, text]) => `${indent}${term.padEnd(width)}${text}`);
}
