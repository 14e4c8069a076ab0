// What the server tests share: document roots made for the purpose, exchanges whose every response
// has to pass the invariants, downloads too large to keep, and a guest that is turned by hand.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import * as assert from "uvu/assert";

import { Guest } from "../../build/host/guest.js";
import { loadProgram } from "../../build/host/program.js";
import { loadShim } from "../../build/host/shim.js";
import { PROBE } from "../conformance/fixtures.js";
import { violations } from "../conformance/invariants.js";
import { parseResponse } from "../conformance/response.js";
import { exchange, Wire } from "../conformance/wire.js";
import { has } from "./other-host.js";
import { startServer } from "./server.js";

export { PROBE };
export { get, head, lines, request, withContent } from "../conformance/request.js";

/** How long a test waits for an event before it counts as missing. */
export const PATIENCE_MS = 8000;

const made = new Set();

process.once("exit", () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A new directory, removed when the test file ends. */
export function makeDirectory() {
  const path = mkdtempSync(join(tmpdir(), "epollux-test-"));
  made.add(path);
  return path;
}

/**
 * A document root with these files and probe.txt: its path, and a function that names (and with a
 * content writes) a file in it.
 */
export function makeRoot(files = {}) {
  // Not the temporary directory itself, so that a test can put something beside the root.
  const path = join(makeDirectory(), "www");
  const file = (name, content) => {
    const full = join(path, name);
    if (content !== undefined) {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
    }
    return full;
  };
  mkdirSync(path);
  for (const [name, content] of Object.entries({ "probe.txt": PROBE, ...files })) {
    file(name, content);
  }
  return { path, file };
}

/** `length` bytes that tell where each of them belongs; `seed` makes another such content. */
export function bytesOf(length, seed = 1) {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 0x9e3779b1) ^ seed;
  return Buffer.from(words.buffer, 0, length);
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const addressOf = ({ host = "127.0.0.1", port, path, localAddress }) =>
  ({ host, port, path, localAddress });

/**
 * A connection to a server (or `{ host, port, localAddress }`, or `{ path }` of a Unix socket) for
 * test/conformance/wire.js. What a failed test leaves open does not keep the process alive.
 */
export async function connect(server, timeoutMs = PATIENCE_MS) {
  const wire = await Wire.connect(addressOf(server), timeoutMs);
  wire.socket.unref();
  return wire;
}

/** The next `count` responses, which must come, and must all keep the invariants. */
export async function read(wire, count = 1) {
  const responses = [];
  while (responses.length < count) {
    const response = await wire.next();
    assert.equal(wire.violations, []);
    assert.ok(response, `${count} responses expected, ${responses.length} came (${wire.end})`);
    responses.push(response);
  }
  return responses;
}

/** The answer to one request on a connection of its own. */
export async function ask(server, bytes) {
  const wire = await connect(server);
  void wire.send(bytes);
  const [response] = await read(wire);
  wire.close();
  return response;
}

/** `exchange` of wire.js on a new connection; the root needs its probe.txt. */
export async function talk(server, pieces, options) {
  const wire = await connect(server);
  const result = await exchange(wire, [pieces].flat(), options);
  assert.equal(result.violations, []);
  // Where a connection cannot be shut down for sending alone, unread input resets it.
  if (result.end === "reset" && !has("halfClose")) result.end = "closed";
  return result;
}

export const statuses = (responses) => responses.map(({ status }) => status);

/** Ends a server that must have served until now without a word of complaint. */
export async function stopCleanly(server) {
  const end = await server.stop();
  assert.is(server.stderr(), "");
  assert.equal(end, has("signals") ? { code: 0, signal: null } : { code: null, signal: "SIGTERM" });
}

/** Runs `use` with a server of its own, which must end as cleanly as it served. */
export async function withServer(options, use) {
  const server = await startServer(options);
  try {
    const result = await use(server);
    await stopCleanly(server);
    return result;
  } finally {
    server.process.kill("SIGKILL");
  }
}

/** Waits until the condition holds, which nothing but looking can tell. */
export async function eventually(condition, what) {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(10)) {
    if (await condition()) return;
  }
  assert.unreachable(`${what} did not come true: ${condition}`);
}

/** A response whose content is counted and hashed, not kept; it can be paused. */
export class Download {
  /** Opens a connection and sends a request for GET. */
  static async start(server, bytes) {
    const socket = createConnection({ ...addressOf(server), noDelay: true });
    await once(socket, "connect");
    socket.unref();
    return new Download(socket, bytes);
  }

  constructor(socket, bytes) {
    this.socket = socket;
    /** The head, when it has come. */
    this.response = undefined;
    this.received = 0;
    /** "" while it lasts, then "closed" or "reset". */
    this.end = "";
    this.hash = createHash("sha256");
    this.unread = Buffer.alloc(0);
    this.waiting = new Set();
    socket.on("data", (chunk) => this.take(chunk));
    socket.on("end", () => this.finish("closed"));
    socket.on("error", () => this.finish("reset"));
    socket.on("close", () => this.finish("closed"));
    socket.write(bytes);
  }

  take(chunk) {
    if (!this.response) chunk = this.readHead(chunk);
    this.received += chunk.length;
    this.hash.update(chunk);
    this.tell();
  }

  /** What follows the head, as far as it has come. */
  readHead(chunk) {
    this.unread = Buffer.concat([this.unread, chunk]);
    // Read as the answer to HEAD, so that the content is not waited for.
    const head = parseResponse(this.unread, "HEAD", false);
    if (!head) return Buffer.alloc(0);
    this.response = head.response;
    assert.equal(violations(head.response, { method: "HEAD", minor: 1 }), []);
    return this.unread.subarray(head.next);
  }

  finish(how) {
    this.end ||= how;
    this.tell();
  }

  tell() {
    for (const check of this.waiting) check();
  }

  /** Waits until so many bytes of content have come; false if the connection ended before. */
  reaches(length) {
    return this.when(() => this.received >= length || this.end !== "").then(
      () => this.received >= length,
    );
  }

  /** Waits for all of the content; resolves with its hash. */
  async complete() {
    await this.when(() => this.response !== undefined || this.end !== "");
    const length = Number(this.response?.get("content-length"));
    await this.reaches(length);
    assert.is(this.received, length, `bytes of the content came (${this.end})`);
    this.socket.destroy();
    return this.hash.digest("hex");
  }

  /** Waits for the end of the connection; resolves with how it came. */
  ended() {
    return this.when(() => this.end !== "").then(() => this.end);
  }

  async when(condition) {
    let timer;
    const come = new Promise((resolve, reject) => {
      const check = () => condition() && resolve(this.waiting.delete(check));
      const missing = new Error(`nothing more after ${this.received} bytes`);
      timer = setTimeout(reject, 2 * PATIENCE_MS, missing);
      this.waiting.add(check);
      check();
    });
    await come.finally(() => clearTimeout(timer));
  }
}

/**
 * A guest in this very thread, with exactly these arguments besides --listen, which runs only when
 * it is told to: `step` for one turn that waits for nothing, `run` until something is settled.
 */
export async function makeGuest(root, args = [], module = undefined, logs = []) {
  const shim = loadShim();
  const listener = shim.openListener("127.0.0.1", 0, 511, 0);
  const port = shim.listenerPort(listener);
  const address = `127.0.0.1:${port}`;
  const eventfd = shim.openEventfd();
  const grants = {
    listeners: [{ address, descriptor: listener }], roots: [shim.openRoot(root)], logs, eventfd,
  };
  module ??= await loadProgram();
  const all = ["serve", "--listen", address, ...args];
  const guest = await Guest.create({ module, args: all, grants });
  guest.start();
  const step = () => {
    shim.wake(eventfd);
    return guest.turn();
  };
  return {
    port,
    guest,
    /** One turn; false when the guest has drained. */
    step,
    /** Turn after turn while the promise (or what the function does) is unsettled. */
    async run(work) {
      let isSettled = false;
      const result = (typeof work === "function" ? work() : work).finally(() => (isSettled = true));
      result.catch(() => undefined);
      while (!isSettled) {
        step();
        await nextTurn();
      }
      return result;
    },
    end() {
      guest.close();
      for (const fd of [listener, eventfd, ...grants.roots]) shim.closeDescriptor(fd);
    },
  };
}

/** Runs `use` with a guest whose instance of the shim goes through `wrap` before it is used. */
export async function withGuest({ root, args, logs, wrap }, use) {
  const shim = loadShim();
  const { createInstance } = shim;
  shim.createInstance = (grants) => {
    const instance = createInstance(grants);
    wrap(instance);
    return instance;
  };
  const guest = await makeGuest(root, args, undefined, logs)
    .finally(() => (shim.createInstance = createInstance));
  try {
    await use(guest);
  } finally {
    guest.end();
  }
}
