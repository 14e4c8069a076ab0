// No kernel interface at all: every descriptor is reported ready for what it is watched for, and
// the system call that would block tells that it was not. Never waits, so a processor is always
// busy: what the others are there to avoid.

import { Arena, align } from "../bytes/arena";
import { ListedPoller } from "./listed";
import { Interest, Watch } from "./poller";

export class BusyPoller extends ListedPoller {
  /** The interest of each watch, a byte each. */
  private interests: usize;

  constructor(arena: Arena, capacity: i32) {
    super(arena, capacity);
    this.interests = arena.take(<usize>capacity);
  }

  static arenaSize(capacity: i32): u64 {
    return ListedPoller.arenaSize(capacity) + align(<usize>capacity);
  }

  get name(): string {
    return "busy";
  }

  modify(watch: Watch, interest: u32): i32 {
    store<u8>(this.interests + watch.place, <u8>interest);
    return 0;
  }

  wait(timeoutMs: i32): i32 {
    let found = 0;
    for (let place = 0; place < this.count; place++) {
      // Interest and readiness have the same numbers.
      const interest = load<u8>(this.interests + place);
      if (interest != Interest.None) this.report(found++, this.at(place), interest);
    }
    return found;
  }

  protected move(from: i32, to: i32): void {
    store<u8>(this.interests + to, load<u8>(this.interests + from));
  }
}
