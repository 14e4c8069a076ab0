/**
 * The raw client: exact bytes out, strictly parsed responses in, and how the connection ended.
 * Everything waits for events; the timeout is only for a server that never answers.
 */
import net from "node:net";
import { PROBE } from "./fixtures.js";
import { violations } from "./invariants.js";
import { parseResponse, show, Violation } from "./response.js";

const PROBE_REQUEST = "GET /probe.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) \S.* HTTP\/1\.([0-9])\r?$/gm;

/** @typedef {{ method: string, minor: number }} RequestFacts  what framing depends on */

/** The request lines in what is sent: method and minor version of each. */
function requestsIn(bytes) {
  return [...bytes.toString("latin1").matchAll(REQUEST_LINE)].map((match) => ({
    method: match[1],
    minor: Number(match[2]),
  }));
}

const toBuffer = (piece) =>
  typeof piece === "string" ? Buffer.from(piece, "latin1") : piece;

export class Wire {
  /** @param {net.Socket} socket @param {number} timeoutMs */
  constructor(socket, timeoutMs) {
    this.socket = socket;
    this.timeoutMs = timeoutMs;
    /**
     * "", then "closed" or "reset". A reset that arrives together with the last bytes is told as
     * an orderly end by libuv, so "closed" may hide one; "reset" never lies.
     */
    this.end = "";
    /** Everything that was sent and that came, for the report. */
    this.sent = [];
    this.received = [];
    this.violations = [];
    /** After a violation of grammar nothing more can be read. */
    this.isBroken = false;
    /** @type {RequestFacts[]} requests whose final response has not come */
    this.pending = [];
    /** Received and not yet parsed; `chunks` came after it, `missing` bytes are waited for. */
    this.unread = Buffer.alloc(0);
    this.chunks = [];
    this.missing = 1;
    this.wake = () => {};
    socket.on("data", (chunk) => {
      this.received.push(chunk);
      this.chunks.push(chunk);
      this.wake();
    });
    socket.on("end", () => this.finish("closed"));
    socket.on("error", (error) => this.finish(error.code === "EPIPE" ? "" : "reset"));
    socket.on("close", () => this.finish("closed"));
  }

  /** A connection to { host, port }; rejects when it is refused. */
  static connect(address, timeoutMs) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ ...address, allowHalfOpen: true, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Wire(socket, timeoutMs));
      });
    });
  }

  finish(how) {
    if (this.end === "") this.end = how;
    this.wake();
  }

  /** Sends the pieces one after the other, each in a write of its own. Never rejects. */
  async send(...pieces) {
    const buffers = pieces.map(toBuffer);
    this.sent.push(...buffers);
    this.pending.push(...requestsIn(Buffer.concat(buffers)));
    for (const buffer of buffers) {
      await new Promise((resolve) => this.socket.write(buffer, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One more request, not part of the case. */
  sendProbe() {
    this.pending.push({ method: "GET", minor: 1 });
    this.socket.write(PROBE_REQUEST);
  }

  /** Tells the server that no more will be sent (FIN); the answers can still be read. */
  halfClose() {
    this.socket.end();
  }

  /** Waits for the next event; false when none came in time. */
  wait() {
    return new Promise((resolve) => {
      // Timers come before input in a turn of Node's loop: what has arrived meanwhile counts.
      const late = () => setImmediate(() => resolve(false));
      const timer = setTimeout(late, this.timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve(true);
      };
    });
  }

  /**
   * The next response, interim ones too; null when the connection ended or nothing came
   * (then `end` is still ""), or after a violation of grammar.
   */
  async next() {
    for (;;) {
      this.gather();
      const read = this.unread.length > 0 ? this.parse() : null;
      if (read || this.isBroken) return read;
      if (this.end !== "") {
        if (this.unread.length > 0) this.violate(`incomplete response, then ${this.end}`);
        return null;
      }
      if (!(await this.wait())) {
        if (this.unread.length > 0) this.violate("incomplete response, then nothing");
        return null;
      }
    }
  }

  gather() {
    const length = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (length === 0 || (length < this.missing && this.end === "")) return;
    this.unread = Buffer.concat([this.unread, ...this.chunks]);
    this.chunks = [];
  }

  violate(text) {
    this.violations.push(text);
    this.isBroken = true;
    this.socket.destroy();
  }

  parse() {
    const request = this.pending[0] ?? { method: "GET", minor: 1 };
    try {
      const read = parseResponse(this.unread, request.method, this.end !== "");
      this.missing = read.missing ?? 0;
      if (!read.response) return null;
      this.unread = this.unread.subarray(read.next);
      if (!read.response.isInterim) this.pending.shift();
      for (const text of violations(read.response, request)) this.violations.push(text);
      return read.response;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.violate(error.message);
      return null;
    }
  }

  /** Waits for the end of the connection; bytes that come instead are a violation. */
  async ended() {
    for (;;) {
      this.gather();
      if (this.unread.length > 0) {
        this.violate(`bytes after the last response: ${show(this.unread, 80)}`);
        return "extra";
      }
      if (this.end !== "") return this.end;
      if (!(await this.wait())) return "silent";
    }
  }

  close() {
    this.socket.destroy();
  }
}

/**
 * @typedef {object} Result
 * @property {import("./response.js").Response[]} responses  final responses, the probe's left out
 * @property {import("./response.js").Response[]} interim
 * @property {"closed"|"reset"|"open"|"silent"|"extra"|"invalid"} end  `open`: after the responses
 *   the connection answered one more request; `silent`: it neither answered nor ended;
 *   `extra`: bytes came where none may; `invalid`: what came was no response
 * @property {string[]} violations
 */

const isProbe = (response) => response.status === 200 && response.content.toString() === PROBE;

/**
 * Sends the pieces, reads `count` final responses, then finds out by one more request (the probe)
 * whether the connection is still in step. `halfClose` sends FIN instead of the probe.
 * @returns {Promise<Result>}
 */
export async function exchange(wire, pieces, { count = 1, halfClose = false } = {}) {
  const result = { responses: [], interim: [], end: "silent", violations: wire.violations };
  const sending = wire.send(...pieces);
  if (halfClose) sending.then(() => wire.halfClose());
  let probed = false;
  for (;;) {
    const response = await wire.next();
    if (!response) {
      result.end = endAfter(wire, probed);
      break;
    }
    if (response.isInterim) {
      result.interim.push(response);
      continue;
    }
    if (probed && result.responses.length >= count && isProbe(response)) {
      result.end = (await wire.ended()) === "extra" ? "extra" : "open";
      break;
    }
    result.responses.push(response);
    if (response.saysClose) {
      result.end = await wire.ended();
      break;
    }
    if (result.responses.length === count && !halfClose) {
      probed = true;
      sending.then(() => wire.sendProbe());
    }
  }
  wire.close();
  return result;
}

/** A reset provoked by the probe means that the server had closed. */
function endAfter(wire, probed) {
  if (wire.isBroken) return "invalid";
  if (wire.end === "") return "silent";
  return probed ? "closed" : wire.end;
}
