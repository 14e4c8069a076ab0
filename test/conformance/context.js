/**
 * What a case gets to work with: connections, the facts of a file as the server tells them, the
 * document root if the suite may change it, and ways to skip or to fail.
 */
import fs from "node:fs";
import path from "node:path";
import { compare, leastCount, normalize } from "./expect.js";
import { get } from "./request.js";
import { exchange, Wire } from "./wire.js";

export class Skip extends Error {}

export class Context {
  /** @param {{ address: object, root?: string, timeoutMs: number }} options */
  constructor({ address, root, timeoutMs }) {
    this.address = address;
    this.root = root;
    this.timeoutMs = timeoutMs;
    this.complaints = [];
    /** Connections, but for those that only asked for facts. */
    this.wires = [];
  }

  skip(reason) {
    throw new Skip(reason);
  }

  fail(complaint) {
    this.complaints.push(complaint);
  }

  /** Complains unless the condition holds. */
  check(condition, complaint) {
    if (!condition) this.fail(complaint);
  }

  async connect() {
    const wire = await Wire.connect(this.address, this.timeoutMs);
    this.wires.push(wire);
    return wire;
  }

  /** Sends pieces on a new connection. @returns {Promise<import("./wire.js").Result>} */
  async exchange(pieces, options) {
    const list = Array.isArray(pieces) ? pieces : [pieces];
    return exchange(await this.connect(), list, options);
  }

  /** Exchange and comparison in one. */
  async expect(pieces, expected, options = {}) {
    const outcomes = normalize(expected);
    const result = await this.exchange(pieces, { count: leastCount(outcomes), ...options });
    for (const complaint of compare(outcomes, result)) this.fail(complaint);
    return result;
  }

  /** The one response to a request; undefined (and a complaint) if none came. */
  async response(bytes) {
    const { responses } = await this.exchange(bytes);
    if (responses.length === 0) this.fail("no response");
    return responses[0];
  }

  /** Validators that the server gives for a target now. */
  async facts(target, ...fields) {
    const wire = await Wire.connect(this.address, this.timeoutMs);
    void wire.send(get(target, ...fields));
    const response = await wire.next();
    wire.close();
    if (!response) throw new Error(`no response to GET ${target}`);
    return new Facts(response);
  }

  /** Skips the case when the server refuses GET with content (RFC 9110 §9.3.1 lets it). */
  async needContent() {
    const wire = await Wire.connect(this.address, this.timeoutMs);
    void wire.send(get("/hello.txt", "Content-Length: 5") + "hello");
    const response = await wire.next();
    wire.close();
    if (response?.status !== 200) throw new Skip("the server refuses GET with content");
  }

  /** Absolute path under the root; skips the case when the root may not be changed. */
  path(name) {
    if (!this.root) throw new Skip("changes files: needs --root or our own server");
    return path.join(this.root, name);
  }

  /** Makes or overwrites a file of the root. */
  write(name, content) {
    fs.writeFileSync(this.path(name), content);
  }

  /** Violations of invariants on all connections of this case. */
  get violations() {
    return this.wires.flatMap((wire) => wire.violations);
  }

  /** What was sent on all connections, and what came, for the report. */
  get sent() {
    return this.wires.flatMap((wire) => wire.sent);
  }

  get received() {
    return this.wires.flatMap((wire) => wire.received);
  }

  close() {
    for (const wire of this.wires) wire.close();
  }
}

/** Validators of a representation; asking for one that the server does not give skips. */
export class Facts {
  constructor(response) {
    this.response = response;
  }

  get etag() {
    return this.response.get("etag") ?? raise("the server gives no ETag");
  }

  /** The ETag, if it is a strong one. */
  get strong() {
    return this.etag.startsWith("W/") ? raise("the server's ETag is weak") : this.etag;
  }

  /** The opaque-tag without W/. */
  get opaque() {
    return this.etag.replace(/^W\//, "");
  }

  get lastModified() {
    return this.response.get("last-modified") ?? raise("the server gives no Last-Modified");
  }
}

function raise(reason) {
  throw new Skip(reason);
}
