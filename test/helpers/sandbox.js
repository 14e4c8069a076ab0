// Compiles a few lines of AssemblyScript against rooms of the guest that make system calls, and
// gives them the real imports: WASI, and an instance of the shim that listens on a port of its own
// and may connect to it. So both ends of every connection are the guest's.

import { createWasi, wasiImports, WASI_MODULE } from "../../build/host/wasi.js";
import { compile } from "./asc.js";
import { E, ready, shim } from "./proxy.js";

/** Builds `source`, see `compile`, as tcp.wasm is built. */
export function compileSandbox(name, source) {
  return compile(name, source, ["--target", "tcp"]);
}

export class Sandbox {
  /** An instance of a module from `compileSandbox`. `env` are functions that its source declares. */
  static async create(module, env = {}) {
    const sandbox = new Sandbox();
    const wasi = await createWasi(["test"]);
    const fd_write = (...args) => sandbox.write(...args);
    const wasiModule = { ...wasiImports(wasi), fd_write };
    const imports = { ...sandbox.shim.imports, [WASI_MODULE]: wasiModule, env };
    const instance = new WebAssembly.Instance(module, imports);
    wasi.initialize(instance);
    sandbox.exports = instance.exports;
    sandbox.bind();
    return sandbox;
  }

  constructor() {
    this.eventfd = shim.openEventfd();
    this.descriptor = shim.openListener("127.0.0.1", 0, 511, 0);
    this.address = `127.0.0.1:${shim.listenerPort(this.descriptor)}`;
    const listeners = [{ address: this.address, descriptor: this.descriptor }];
    const { eventfd } = this;
    this.shim = shim.createInstance({ listeners, connect: [this.address], roots: [], eventfd });
    this.calls = { ...this.shim.imports.epoll, ...this.shim.imports.socket };
  }

  /** What it has written, by descriptor, and how much it may write now: bytes, or −(WASI errno). */
  written = { 1: "", 2: "" };
  room = () => Infinity;

  /** Stands for WASI's fd_write, of one vector. */
  write(fd, vector, count, result) {
    const memory = Buffer.from(this.exports.memory.buffer);
    const [at, length] = [memory.readUInt32LE(vector), memory.readUInt32LE(vector + 4)];
    const room = this.room(fd);
    if (room < 0) return -room;
    const taken = Math.min(room, length);
    this.written[fd] += memory.toString("utf8", at, at + taken);
    memory.writeUInt32LE(taken, result);
    return 0;
  }

  /** The memory must not grow between this and the last call. */
  bind() {
    this.shim.bind(this.exports.memory.buffer);
    this.memory = Buffer.from(this.exports.memory.buffer);
    this.scratch = this.exports.scratch?.() ?? 0;
  }

  /** Writes text into the scratch area of the module, which must export where that is. */
  put(text) {
    return Buffer.from(text).copy(this.memory, this.scratch);
  }

  listen() {
    return this.calls.listen(this.scratch, this.put(this.address), 511);
  }

  /** A connection: its two ends. */
  async pair(listener) {
    const near = this.calls.connect(this.scratch, this.put(this.address));
    if (near < 0) throw new Error(`connect: ${near}`);
    const far = await ready(() => this.calls.accept4(listener, 0));
    if (far < 0) throw new Error(`accept4: ${far}`);
    return [near, far];
  }

  send(fd, text) {
    return this.calls.send(fd, this.scratch, this.put(text), 0);
  }

  /** What has come, at most `length` bytes; undefined when nothing has. */
  receive(fd, length = 1024) {
    const result = this.calls.recv(fd, this.scratch, length);
    if (result === E.EAGAIN) return undefined;
    return this.memory.toString("latin1", this.scratch, this.scratch + result);
  }

  end() {
    this.shim.close();
    shim.closeDescriptor(this.eventfd);
    shim.closeDescriptor(this.descriptor);
  }
}
