// What the tests of the modes share: every poller, the tools started with one, and a raw client.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";

import { start } from "./server.js";

/** Every way to wait, as the command line has it. */
export const POLLERS = [
  { name: "busy", args: ["--poller", "busy"] },
  { name: "select", args: ["--poller", "select"] },
  { name: "poll", args: ["--poller", "poll"] },
  { name: "epoll level", args: ["--poller", "epoll", "--trigger", "level"] },
  { name: "epoll edge", args: ["--poller", "epoll", "--trigger", "edge"] },
];

const PATIENCE_MS = 10_000;

/** Starts `echo` or `print` on a free port and waits for its banner. */
export async function startTool(mode, args = [], options = {}) {
  const server = start([mode, "--port", "0", ...args], options);
  const [, host, port] = await server.output(/ at (\S+):(\d+)[ \r]/);
  return Object.assign(server, { host, port: Number(port) });
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await once(server.close(), "close");
  return port;
}

/** The hard limit of descriptors, which Node makes its own. */
export function descriptorLimit() {
  const [, limit] = /^Max open files +\S+ +(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  return limit === "unlimited" ? Infinity : Number(limit);
}

/** A connection that keeps what it receives. What a failed test leaves open does no harm. */
export class Peer {
  static async connect({ port, host = "127.0.0.1" }) {
    const socket = createConnection({ host, port, noDelay: true, allowHalfOpen: true });
    await once(socket, "connect");
    socket.unref();
    return new Peer(socket);
  }

  constructor(socket) {
    this.socket = socket;
    // The socket forgets them when it is closed.
    this.localAddress = socket.localAddress;
    this.localPort = socket.localPort;
    this.chunks = [];
    this.length = 0;
    /** "" while it lasts, then "closed" or the code of the error. */
    this.end = "";
    this.waiting = new Set();
    socket.on("data", (chunk) => this.take(chunk));
    socket.on("error", ({ code }) => this.finish(code));
    for (const event of ["end", "close"]) socket.on(event, () => this.finish("closed"));
  }

  take(chunk) {
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.tell();
  }

  finish(how) {
    this.end ||= how;
    this.tell();
  }

  tell() {
    for (const check of this.waiting) check();
  }

  /** Everything received so far. */
  get bytes() {
    return Buffer.concat(this.chunks);
  }

  get text() {
    return this.bytes.toString("latin1");
  }

  /** Sends the pieces, each in a packet of its own as far as the kernel lets us decide. */
  async send(...pieces) {
    for (const piece of pieces) {
      await new Promise((resolve) => this.socket.write(piece, resolve));
      await nextTurn();
    }
  }

  /** Waits until so much has been received. */
  reaches(length) {
    return this.when(() => this.length >= length, `${length} bytes`);
  }

  /** Waits for the end of what the other side sends; resolves with how it came. */
  ended() {
    return this.when(() => this.end !== "", "an end").then(() => this.end);
  }

  close() {
    this.socket.destroy();
  }

  when(condition, what) {
    return new Promise((resolve, reject) => {
      const missing = () => reject(new Error(`not ${what}: ${this.length} bytes, ${this.end}`));
      const timer = setTimeout(missing, PATIENCE_MS);
      const check = () => {
        if (!condition() && this.end === "") return;
        clearTimeout(timer);
        this.waiting.delete(check);
        if (condition()) resolve();
        else missing();
      };
      this.waiting.add(check);
      check();
    });
  }
}

/** So many connections, made at once. */
export function connectAll(server, count) {
  return Promise.all(Array.from({ length: count }, () => Peer.connect(server)));
}
