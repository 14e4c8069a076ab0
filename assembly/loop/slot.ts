// One watched descriptor: a listener, a connection, the wake-up eventfd. Slots live in an arena
// and are never moved, so the poller hands back their address. What a protocol keeps per connection
// is a class that extends this.

import { Watch } from "../poller/poller";

@unmanaged
export class Slot extends Watch {
  /** Which handler of the loop it belongs to. */
  kind: u8;
  /** Its descriptor is on the poller's interest list. */
  isWatched: bool;
  /** What the poller was told, and what it shall be told before the next wait. */
  interest: u8;
  wanted: u8;
  /** On the list of changes; on the list of those to be called again; on that of closed slots. */
  isChanging: bool;
  isUnfinished: bool;
  isClosed: bool;
  /** The tick at which the handler's `expired` is called; 0 is never. */
  deadline: u32;
  nextChanging: Slot | null;
  nextUnfinished: Slot | null;
  nextFree: Slot | null;

  /** Is it in use by the handler of this kind, and not closed? */
  isOpenOf(kind: u8): bool {
    return this.kind == kind && this.fd >= 0 && !this.isClosed;
  }
}

/** What the loop calls. A handler serves all slots of its kind. */
export abstract class SlotHandler {
  /**
   * The descriptor is ready; `readiness` is a set of Readiness bits, all of them when the loop calls
   * again for what was not finished. True when it was used until it would block, or is closed: there is
   * nothing to come back for before it is ready again. Edge-triggered, all depends on this answer.
   */
  abstract ready(slot: Slot, readiness: u32): bool;

  /** The slot's deadline has passed; it has been set to 0. */
  abstract expired(slot: Slot): void;
}
