// One instance of the guest: what it is given, and its exports as methods. See docs/abi.md.

import type { Account } from "./account.js";
import type { Assignment } from "./control.js";
import { type Counters, NO_COUNTERS, readCounters } from "./counters.js";
import { describeErrno } from "./errors.js";
import { copyMetrics } from "./metrics.js";
import { threadCpuSeconds } from "./proc.js";
import { readProgress } from "./progress.js";
import { loadShim, type ShimInstance } from "./shim.js";
import { createWasi, GuestExit, loadWasi, WASI_MODULE, wasiImports } from "./wasi.js";

const PROGRAM = "epollux";

/** The instance cannot start; the message says why. */
class StartFailure extends Error {}

/** The exports of server.wasm and tcp.wasm that the host calls. */
interface Exports {
  memory: WebAssembly.Memory;
  configure(): number;
  start(): number;
  turn(timeoutMs: number): number;
  /** Of server.wasm. */
  retire?(): void;
  drain(): void;
  /** Of server.wasm. */
  stop?(): void;
  counters(): number;
  /** Of server.wasm. */
  metrics?(): number;
  /** Of tcp.wasm; 0 in modes that have no such record. */
  progress?(): number;
}

/** What went wrong inside the guest, or `undefined` if the error is not the guest's. */
export function failureReason(error: unknown): string | undefined {
  if (error instanceof GuestExit || error instanceof StartFailure) return error.message;
  // A stack overflow, and memory that cannot be had, are RangeErrors.
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    return `trapped: ${error.message}`;
  }
  return error instanceof WebAssembly.LinkError ? error.message : undefined;
}

/** Loads what every guest needs, which takes longer than to make one. */
export async function loadNeeds(): Promise<void> {
  loadShim();
  await loadWasi();
}

export class Guest {
  readonly #instance: ShimInstance;
  readonly #exports: Exports;
  readonly #wake: () => void;
  /** The memory that the shim knows. */
  #bytes = new Uint8Array();
  #countersAt = 0;
  #metricsAt = 0;

  private constructor(instance: ShimInstance, exports: Exports, wake: () => void) {
    this.#instance = instance;
    this.#exports = exports;
    this.#wake = wake;
  }

  /** Instantiates the module with exactly the functions that it imports. */
  static async create(
    { module, args, grants }: Omit<Assignment, "control">,
  ): Promise<Guest> {
    const wasi = await createWasi([PROGRAM, ...args]);
    const shim = loadShim();
    const instance = shim.createInstance(grants);
    const available = { ...instance.imports, [WASI_MODULE]: wasiImports(wasi) };
    const guest = await WebAssembly.instantiate(module, selectImports(module, available));
    wasi.initialize(guest);
    const wake = () => shim.wake(grants.eventfd);
    return new Guest(instance, guest.exports as unknown as Exports, wake);
  }

  /** Has it read its arguments and take its memory; throws if it will not. */
  configure(): void {
    this.#bind();
    if (this.#exports.configure() !== 0) throw new StartFailure("refused its configuration");
    this.#bind();
  }

  /** Configures and starts; throws if the guest will not. */
  start(): void {
    this.configure();
    const result = this.#exports.start();
    if (result < 0) throw new StartFailure(`cannot start: ${describeErrno(result)}`);
    this.#countersAt = this.#exports.counters();
    this.#metricsAt = this.#exports.metrics?.() ?? 0;
  }

  /** One iteration of the event loop; false when the guest has drained. */
  turn(): boolean {
    const isDrained = this.#exports.turn(-1) !== 0;
    // Growth leaves the old buffer detached, which is cheaper to see than to ask for the new one.
    if (this.#bytes.length === 0) this.#bind();
    return !isDrained;
  }

  /** Accept no more; each connection ends with its next response. */
  retire(): void {
    this.#exports.retire?.();
    this.#wake();
  }

  /** Accept no more, finish what is in flight. */
  drain(): void {
    this.#exports.drain();
    this.#wake(); // so that the next turn does not wait for a client
  }

  /** End everything at once; there is no turn after this. */
  stop(): void {
    this.#exports.stop?.();
  }

  get memoryBytes(): number {
    return this.#bytes.length;
  }

  /** Asks the guest, which must not have failed. */
  countNow(): Counters {
    this.#exports.counters();
    return this.#counters;
  }

  /** All that the guest says of its work; it must not have failed. */
  accountNow(): Account {
    // First: what is of the moment in the metrics is as of now, too.
    const counters = this.countNow();
    const account = { ...this.#records, counters };
    const at = this.#exports.progress?.() ?? 0;
    if (at === 0) return account;
    return { ...account, progress: readProgress(this.#exports.memory.buffer, at) };
  }

  /** The work of a guest that has failed: its records are in memory still. */
  lastAccount(): Account {
    // What was of the moment when it was asked last is no more.
    return { ...this.#records, counters: { ...this.#counters, open: 0, busy: 0 } };
  }

  get #counters(): Counters {
    if (this.#countersAt === 0) return NO_COUNTERS;
    return readCounters(this.#exports.memory.buffer, this.#countersAt);
  }

  get #records() {
    const cpuSeconds = threadCpuSeconds();
    if (this.#metricsAt === 0) return { cpuSeconds };
    return { cpuSeconds, metrics: copyMetrics(this.#exports.memory.buffer, this.#metricsAt) };
  }

  /** Closes every descriptor that the instance has. */
  close(): void {
    this.#instance.close();
  }

  #bind(): void {
    const { buffer } = this.#exports.memory;
    // The shim keeps the base address, so growth must happen in place.
    if (!this.#instance.bind(buffer)) throw new StartFailure("its memory moved while growing");
    this.#bytes = new Uint8Array(buffer);
  }
}

function selectImports(
  module: WebAssembly.Module, available: WebAssembly.Imports,
): WebAssembly.Imports {
  const selected: WebAssembly.Imports = {};
  for (const { module: group, name } of WebAssembly.Module.imports(module)) {
    const value = available[group]?.[name];
    if (!value) throw new StartFailure(`imports ${group}.${name}, which no one offers`);
    (selected[group] ??= {})[name] = value;
  }
  return selected;
}
