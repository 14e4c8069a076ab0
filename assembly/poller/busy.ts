// No kernel interface at all: every descriptor is reported ready for what it is watched for, and
// the system call that would block tells that it was not. Never waits, so a processor is always
// busy: what the others are there to avoid.

import { Arena, align } from "../bytes/arena";
import { ENOMEM } from "../platform/errno";
import { Interest, Poller, READY_SIZE, Watch } from "./poller";
import { Watches } from "./watches";

export class BusyPoller extends Poller {
  /** The interest of each watch, a byte each. */
  private interests: usize;
  private watches: Watches;

  constructor(arena: Arena, capacity: i32) {
    super(arena.take(<usize>capacity * READY_SIZE));
    this.interests = arena.take(<usize>capacity);
    this.watches = new Watches(arena, capacity);
  }

  static arenaSize(capacity: i32): u64 {
    const interests = align(<usize>capacity);
    return align(<usize>capacity * READY_SIZE) + interests + align(Watches.size(capacity));
  }

  get name(): string {
    return "busy";
  }

  open(): i32 {
    return 0;
  }

  add(watch: Watch, interest: u32): i32 {
    if (!this.watches.add(watch)) return -ENOMEM;
    return this.modify(watch, interest);
  }

  modify(watch: Watch, interest: u32): i32 {
    store<u8>(this.interests + watch.place, <u8>interest);
    return 0;
  }

  remove(watch: Watch): i32 {
    const place = watch.place;
    const last = this.watches.remove(watch);
    store<u8>(this.interests + place, load<u8>(this.interests + last));
    return 0;
  }

  forget(watch: Watch): void {
    this.remove(watch);
  }

  wait(timeoutMs: i32): i32 {
    let found = 0;
    for (let place = 0; place < this.watches.count; place++) {
      // Interest and readiness have the same numbers.
      const interest = load<u8>(this.interests + place);
      if (interest != Interest.None) this.report(found++, this.watches.at(place), interest);
    }
    return found;
  }
}
