// What every poller does, whatever the kernel calls it. Kernel flag names stay in the files that
// extend this; the loop speaks of interest (what it asked for) and readiness (what it was told).
// All are level-triggered unless a registration asks for edges.

export const enum Interest {
  /** Nothing is reported, except that epoll may tell once that the peer has closed. */
  None = 0,
  Readable = 1,
  Writable = 2,
  /** Report each change once, not the state again and again. Only epoll knows how. */
  EdgeTriggered = 4,
}

export const enum Readiness {
  Readable = 1,
  Writable = 2,
  /**
   * The peer has shut down its direction or both, or an error is pending: reading or writing tells
   * which. The first alone is told only when edge-triggered.
   */
  PeerClosed = 4,
  /** Nobody knows: all of them. */
  Unknown = 7,
}

/** What is watched begins with this, and stays where it is for as long as it is watched. */
@unmanaged
export class Watch {
  fd: i32;
  /** Where its poller keeps it; of no meaning to others. */
  place: i32;
}

/**
 * One entry of the ready list, in the bytes of a ReadyRecord (platform/layout.ts).
 * ```
 * 0           4       8
 * ├ readiness ┼ watch ┤
 * ```
 */
@unmanaged
class ReadyEntry {
  readiness: u32;
  watch: Watch;
}

export abstract class Poller {
  /** `readyList` has room for as many entries as `wait` ever reports. */
  constructor(protected readyList: usize) {}

  abstract get name(): string;

  /** 0 or −errno. */
  abstract open(): i32;

  /** Puts a descriptor on the interest list. 0 or −errno. */
  abstract add(watch: Watch, interest: u32): i32;

  /** 0 or −errno. When edge-triggered, a state that holds already is reported anew. */
  abstract modify(watch: Watch, interest: u32): i32;

  /** Takes a descriptor off the interest list. 0 or −errno. */
  abstract remove(watch: Watch): i32;

  /** The same for one that is about to be closed, which the kernel notices by itself. */
  abstract forget(watch: Watch): void;

  /** Waits, −1 for ever, and returns how many descriptors are ready, or −errno. */
  abstract wait(timeoutMs: i32): i32;

  /** What entry `i` of the ready list is about. Not abstract, because it is asked for each event. */
  watch(i: i32): Watch {
    return this.entry(i).watch;
  }

  /** The readiness of entry `i` of the ready list. */
  readiness(i: i32): u32 {
    return this.entry(i).readiness;
  }

  protected report(i: i32, watch: Watch, readiness: u32): void {
    const entry = this.entry(i);
    entry.watch = watch;
    entry.readiness = readiness;
  }

  private entry(i: i32): ReadyEntry {
    return changetype<ReadyEntry>(this.readyList + <usize>i * offsetof<ReadyEntry>());
  }
}

/** Bytes of the ready list for each descriptor that may be reported at once. */
export const READY_SIZE: usize = offsetof<ReadyEntry>();
