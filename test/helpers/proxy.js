// Calls the shim's imports the way a guest does: through a module that imports every one of them
// and exports it again, with a linear memory full of "?" so that a stray write shows.

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { setImmediate } from "node:timers/promises";

/** The addon under test; EPOLLUX_SHIM names another build of it. */
export const SHIM_PATH =
  process.env.EPOLLUX_SHIM ?? new URL("../../build/shim.node", import.meta.url).pathname;

/** @type {import("../../host/shim.ts").Shim} */
export const shim = createRequire(import.meta.url)(SHIM_PATH);

/** Parameters of each import: i is an i32, f an f64. All of them return an i32. */
export const IMPORTS = {
  epoll: {
    ...{ epoll_create1: "i", epoll_ctl: "iiiii", epoll_wait: "iiii" },
    ...{ poll: "iii", select: "iiii", eventfd: "", eventfd_read: "i" },
  },
  socket: {
    ...{ listen: "iii", connect: "ii", accept4: "ii", recv: "iii", send: "iiii", sendv: "iiii" },
    ...{ send_each: "ii", sendfile: "iifi", cork: "ii", shutdown: "ii", close: "i" },
  },
  file: { openat2: "iii", fstat: "ii", pread: "iiif", write: "iii" },
};

export const PAGE = 65536;
export const FILLER = "?".charCodeAt(0);

/** As in <sys/epoll.h>, for both sides of the border. */
export const EPOLL = {
  ...{ ADD: 1, DEL: 2, MOD: 3 },
  ...{ IN: 0x1, OUT: 0x4, HUP: 0x10, RDHUP: 0x2000, ONESHOT: 1 << 30, ET: 1 << 31 },
};
export const MSG_MORE = 0x8000;

/** What an import answers for an error, by name: `-errno`. */
export const E = Object.fromEntries(
  Object.entries(constants.errno).map(([name, number]) => [name, -number]),
);

/** @param {number} result @returns {string} "opens" or the like for a result, else the error */
export function outcome(result, success = "succeeds") {
  const error = Object.keys(E).find((name) => E[name] === result);
  return result >= 0 ? success : (error ?? `${result}`);
}

// Enough of the WebAssembly binary format (core specification, chapter 5) for the proxy module.
const TYPES = { i: 0x7f, f: 0x7c };
const count = (n) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
const vector = (items) => [...count(items.length), ...items.flat()];
const name = (text) => vector([...Buffer.from(text)]);
const section = (id, items) => {
  const bytes = vector(items);
  return [id, ...count(bytes.length), ...bytes];
};

/** @returns {Uint8Array<ArrayBuffer>} the module: imports, one page of memory, the same exports */
function encodeProxy() {
  const all = Object.entries(IMPORTS).flatMap(([group, functions]) =>
    Object.entries(functions).map(([field, signature]) => ({ group, field, signature })),
  );
  const types = all.map(({ signature }) => [
    ...[0x60, ...vector([...signature].map((letter) => TYPES[letter]))],
    ...vector([TYPES.i]),
  ]);
  const imports = all.map(({ group, field }, i) => [...name(group), ...name(field), 0, i]);
  const exports = all.map(({ field }, i) => [...name(field), 0, i]);
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, imports),
    ...section(5, [[0x00, 1]]),
    ...section(7, [...exports, [...name("memory"), 2, 0]]),
  ]);
}

const proxy = new WebAssembly.Module(encodeProxy());

/** An instance of the proxy module with everything it was granted, and its memory. */
export class Guest {
  /**
   * @param {object} [options]
   * @param {string[]} [options.listen] addresses, each granted under its own text; "…:0" any port
   * @param {string[]} [options.connect] addresses
   * @param {string[]} [options.roots] directories
   * @param {string[]} [options.logs] files
   * @param {boolean} [options.openat2]
   * @param {boolean} [options.bound] false: bind the memory later
   * @param {number} [options.flags] of the listeners
   */
  constructor(options = {}) {
    const { listen = [], connect = [], roots = [], logs = [], flags = 0 } = options;
    const { openat2 = true, bound = true } = options;
    this.eventfd = shim.openEventfd();
    this.roots = roots.map((path) => shim.openRoot(path));
    this.logs = logs.map((path) => shim.openLog(path));
    this.listeners = listen.map((text) => {
      const [, ip, port] = /^\[?(.*?)\]?:(\d+)$/.exec(text);
      return { address: text, descriptor: shim.openListener(ip, Number(port), 16, flags) };
    });
    this.ports = this.listeners.map(({ descriptor }) => shim.listenerPort(descriptor));
    const { listeners, eventfd } = this;
    const grants = { listeners, connect, roots: this.roots, logs: this.logs, eventfd, openat2 };
    this.instance = shim.createInstance(grants);
    const { exports } = new WebAssembly.Instance(proxy, this.instance.imports);
    /** @type {WebAssembly.Memory} */
    this.memory = exports.memory;
    /** @type {Record<string, (...values: number[]) => number>} */
    this.calls = exports;
    this.bytes().fill(FILLER);
    if (bound) this.instance.bind(this.memory.buffer);
  }

  bytes() {
    return Buffer.from(this.memory.buffer);
  }

  /** Puts text at `at` and returns its length. @param {number} at @param {string | Buffer} text */
  put(at, text) {
    return Buffer.from(text).copy(this.bytes(), at);
  }

  /** @param {number} at @param {number} length */
  text(at, length) {
    return this.bytes().toString("latin1", at, at + length);
  }

  /** Whether no byte outside [from, to) was written. */
  isUntouched(from = 0, to = from) {
    return this.bytes().every((byte, at) => byte === FILLER || (at >= from && at < to));
  }

  /** Opens a path beneath the first root. @param {string | Buffer} path */
  open(path) {
    const length = this.put(0, path);
    const result = this.calls.openat2(0, 0, length);
    this.bytes().fill(FILLER, 0, length);
    return result;
  }

  /** Connects to an address, granted or not. @param {string} address */
  connect(address) {
    const length = this.put(0, address);
    const result = this.calls.connect(0, length);
    this.bytes().fill(FILLER, 0, length);
    return result;
  }

  /** Listens on the first granted address. */
  listen() {
    const { address } = this.listeners[0];
    const length = this.put(0, address);
    const result = this.calls.listen(0, length, 16);
    this.bytes().fill(FILLER, 0, length);
    return result;
  }

  /** Closes the instance, then what it was granted. */
  end() {
    this.instance.close();
    const listeners = this.listeners.map(({ descriptor }) => descriptor);
    const granted = [this.eventfd, ...this.roots, ...this.logs, ...listeners];
    for (const fd of granted) shim.closeDescriptor(fd);
  }
}

/** Repeats a call that would block until it does not. @param {() => number} call */
export async function ready(call) {
  const deadline = performance.now() + 5000;
  let result = call();
  while (result === E.EAGAIN && performance.now() < deadline) {
    await setImmediate();
    result = call();
  }
  return result;
}

/** Whether the machine can listen on ::1; containers often cannot. */
export const hasIPv6 = (() => {
  const fd = shim.openListener("::1", 0, 1, 0);
  return fd >= 0 && shim.closeDescriptor(fd) === 0;
})();

/** How many descriptors the process has open. */
export function openDescriptors() {
  return readdirSync("/proc/self/fd").length;
}
