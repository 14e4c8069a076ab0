// What every poller does, whatever the kernel calls it. Kernel flag names stay in the files that
// extend this; the loop speaks of interest (what it asked for) and readiness (what it was told).
// All are level-triggered unless a registration asks for edges.

export const enum Interest {
  None = 0,
  Readable = 1,
  Writable = 2,
  /** Report each change once, not the state again and again. */
  EdgeTriggered = 4,
}

export const enum Readiness {
  Readable = 1,
  Writable = 2,
  /** Both directions are shut down, or an error is pending: reading or writing tells which. */
  PeerClosed = 4,
}

export abstract class Poller {
  abstract get name(): string;

  /** 0 or −errno. */
  abstract open(): i32;

  /** Puts `fd` on the interest list; `token` comes back with its readiness. 0 or −errno. */
  abstract add(fd: i32, interest: u32, token: u32): i32;

  /** 0 or −errno. */
  abstract modify(fd: i32, interest: u32, token: u32): i32;

  /** Takes `fd` off the interest list. 0 or −errno. */
  abstract remove(fd: i32): i32;

  /** Waits, −1 for ever, and returns how many descriptors are ready, or −errno. */
  abstract wait(timeoutMs: i32): i32;

  /** The token of entry `i` of the ready list. */
  abstract token(i: i32): u32;

  /** The readiness of entry `i` of the ready list. */
  abstract readiness(i: i32): u32;

  abstract close(): void;
}
