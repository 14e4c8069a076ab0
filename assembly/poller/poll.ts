// poll(2): the interest list is an array of ours that the kernel reads with every wait. No limit,
// but each wait costs as much as there are descriptors, ready or not.

import { Arena, align } from "../bytes/arena";
import { ENOMEM } from "../platform/errno";
import { poll } from "../platform/imports";
import { PollRecord } from "../platform/layout";
import { eventsOf, readinessOf } from "./events";
import { Interest, Poller, READY_SIZE, Watch } from "./poller";
import { Watches } from "./watches";

export class PollPoller extends Poller {
  private records: usize;
  private watches: Watches;

  constructor(arena: Arena, capacity: i32) {
    super(arena.take(<usize>capacity * READY_SIZE));
    this.records = arena.take(<usize>capacity * offsetof<PollRecord>());
    this.watches = new Watches(arena, capacity);
  }

  static arenaSize(capacity: i32): u64 {
    const records = align(<usize>capacity * offsetof<PollRecord>());
    return align(<usize>capacity * READY_SIZE) + records + align(Watches.size(capacity));
  }

  get name(): string {
    return "poll";
  }

  open(): i32 {
    return 0;
  }

  add(watch: Watch, interest: u32): i32 {
    if (!this.watches.add(watch)) return -ENOMEM;
    return this.modify(watch, interest);
  }

  modify(watch: Watch, interest: u32): i32 {
    const record = this.record(watch.place);
    // Errors are reported whether asked for or not; a negative descriptor is skipped.
    record.fd = interest == Interest.None ? ~watch.fd : watch.fd;
    record.events = <u16>eventsOf(interest);
    return 0;
  }

  remove(watch: Watch): i32 {
    const place = watch.place;
    const last = this.watches.remove(watch);
    memory.copy(
      changetype<usize>(this.record(place)),
      changetype<usize>(this.record(last)),
      offsetof<PollRecord>(),
    );
    return 0;
  }

  forget(watch: Watch): void {
    this.remove(watch);
  }

  wait(timeoutMs: i32): i32 {
    const count = poll(this.records, this.watches.count, timeoutMs);
    let found = 0;
    for (let place = 0; found < count; place++) {
      const events = this.record(place).revents;
      if (events == 0) continue;
      this.report(found++, this.watches.at(place), readinessOf(events));
    }
    return count;
  }

  private record(place: i32): PollRecord {
    return changetype<PollRecord>(this.records + <usize>place * offsetof<PollRecord>());
  }
}
