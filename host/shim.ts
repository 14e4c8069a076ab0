// The addon, typed. What its imports do is specified in docs/abi.md; what the functions for the
// host do is said here. A number < 0 is −errno; only an argument of a wrong type throws.

import { join } from "node:path";

/** A listener that the host has opened, under the text by which the guest asks for it. */
export interface GrantedListener {
  address: string;
  descriptor: number;
}

/** What an instance may use. The descriptors stay the host's, open for as long as it lives. */
export interface Grants {
  listeners: GrantedListener[];
  /** Numeric addresses it may connect to, with their port: `127.0.0.1:7788`, `[::1]:7788`. */
  connect?: string[];
  /** Directories from `openRoot`; the guest names them by their index. */
  roots: number[];
  /** Logs from `openLog`, to be appended to; by their index too. */
  logs?: number[];
  eventfd: number;
  /** `false`: open files by walking the path, as on a kernel without openat2(2). */
  openat2?: boolean;
}

type Import = (...values: number[]) => number;

/** The three groups, by module name and function name: an import object for WebAssembly. */
export interface ShimImports {
  epoll: Record<
    | "epoll_create1"
    | "epoll_ctl"
    | "epoll_wait"
    | "poll"
    | "select"
    | "eventfd"
    | "eventfd_read",
    Import
  >;
  socket: Record<
    | "listen"
    | "connect"
    | "accept4"
    | "recv"
    | "send"
    | "sendv"
    | "send_each"
    | "sendfile"
    | "cork"
    | "shutdown"
    | "close",
    Import
  >;
  file: Record<"openat2" | "fstat" | "pread" | "write", Import>;
}

/** One guest: its imports, and what it has open. */
export interface ShimInstance {
  imports: ShimImports;
  /**
   * Hands over `memory.buffer`: before the imports are called, and again whenever it is another
   * object than before (a memory that grows detaches its buffer). Until then every pointer is
   * −EFAULT. Returns false if the memory has moved since it was bound last.
   */
  bind(buffer: ArrayBuffer): boolean;
  /** How many descriptors the guest has open. */
  descriptors(): number;
  /** Closes them; the imports answer −EBADF from now on. Garbage collection does the same. */
  close(): void;
}

/** Flags of `openListener`. */
export const REUSE_PORT = 1;
export const V6_ONLY = 2;
/** A connection is not there to be accepted before its first byte has come, for about a second. */
export const DEFER_ACCEPT = 4;

/** The addon itself. */
export interface Shim {
  /**
   * Listens on a numeric IPv4 or IPv6 address (without brackets). Accepted sockets inherit
   * TCP_NODELAY. Returns a descriptor.
   */
  openListener(ip: string, port: number, backlog: number, flags: number): number;
  /**
   * Listens on a Unix socket: a path, whose file gets the permissions `mode`, or `@` and an abstract
   * name. Returns a descriptor.
   */
  openUnixListener(path: string, mode: number, backlog: number): number;
  /** 0 if somebody listens on a Unix socket, −ECONNREFUSED if nobody does any more. */
  probeUnix(path: string): number;
  /**
   * Makes an inherited descriptor one that can be granted. Returns 0; −EINVAL if it does not listen,
   * −EPROTOTYPE if it is no stream, −EAFNOSUPPORT if it is neither TCP nor a Unix socket.
   */
  adoptListener(descriptor: number): number;
  /**
   * What a listener is bound to: `127.0.0.1:80`, `[::]:80`, `*:80` if that takes IPv4 as well,
   * `unix:/path`, `unix:@name`.
   */
  listenerAddress(descriptor: number): string | number;
  /** Gives an open listener what these flags say, but for `V6_ONLY`. Returns 0. */
  adjustListener(descriptor: number, flags: number): number;
  /** The port a listener is bound to, of use after asking for port 0. */
  listenerPort(descriptor: number): number;
  /** Opens a directory to be granted as a root. Returns a descriptor. */
  openRoot(path: string): number;
  /**
   * Opens a file, FIFO or device to append to, or creates a file of mode 0640; "" is standard output.
   * To be granted as a log: writing to it never waits. Returns a descriptor.
   */
  openLog(path: string): number;
  /** Opens the path anew under the same descriptor, for all threads that have it. */
  reopenLog(path: string, descriptor: number): number;
  /** 0, or −errno if this process may not list and search a directory that is open. */
  checkRoot(descriptor: number): number;
  /** A user by name or number: user and primary group. −ENOENT: there is no such user. */
  findUser(name: string): [uid: number, gid: number] | number;
  /** A group by name or number; a number need not be in the group database. */
  findGroup(name: string): number;
  /** Sends a datagram to a Unix socket, a path or `@` and an abstract name. Returns 0. */
  notify(path: string, text: string): number;
  /** Makes the eventfd by which one instance is woken. Returns a descriptor. */
  openEventfd(): number;
  /** Wakes the instance that was granted `eventfd`, from any thread. */
  wake(eventfd: number): number;
  /** Closes a descriptor that one of the functions above has returned. */
  closeDescriptor(descriptor: number): number;
  createInstance(grants: Grants): ShimInstance;
}

const ADDON_FILE = join(import.meta.dirname, "../shim.node");

let shim: Shim | undefined;

/** Beside `build/host/`; EPOLLUX_SHIM names another build of it, for tests. */
export function addonFile(): string {
  return process.env.EPOLLUX_SHIM ?? ADDON_FILE;
}

/**
 * Loads the addon, once for each thread. Not by require(), which would have the bundle load more of
 * Node's modules.
 */
export function loadShim(): Shim {
  if (!shim) {
    const addon = { exports: {} };
    process.dlopen(addon, addonFile());
    shim = addon.exports as Shim;
  }
  return shim;
}
