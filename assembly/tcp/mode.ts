// What every mode of tcp.wasm does, as its entry calls it (docs/abi.md).

import { Counters } from "../platform/counters";

export abstract class Mode {
  /** 0 or −errno. */
  abstract start(): i32;

  /** RUNNING or DRAINED. */
  abstract turn(timeoutMs: i32): i32;

  abstract drain(): void;

  abstract counters(): Counters;

  /** The progress record, or 0 in a mode that has none. */
  progress(): usize {
    return 0;
  }
}
