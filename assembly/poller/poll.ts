// poll(2): the interest list is an array of ours that the kernel reads with every wait. No limit,
// but each wait costs as much as there are descriptors, ready or not.

import { Arena, align } from "../bytes/arena";
import { poll } from "../platform/imports";
import { PollRecord } from "../platform/layout";
import { eventsOf, readinessOf } from "./events";
import { ListedPoller } from "./listed";
import { Interest, Watch } from "./poller";

export class PollPoller extends ListedPoller {
  private records: usize;

  constructor(arena: Arena, capacity: i32) {
    super(arena, capacity);
    this.records = arena.take(<usize>capacity * offsetof<PollRecord>());
  }

  static arenaSize(capacity: i32): u64 {
    return ListedPoller.arenaSize(capacity) + align(<usize>capacity * offsetof<PollRecord>());
  }

  get name(): string {
    return "poll";
  }

  modify(watch: Watch, interest: u32): i32 {
    const record = this.record(watch.place);
    // Errors are reported whether asked for or not; a negative descriptor is skipped.
    record.fd = interest == Interest.None ? ~watch.fd : watch.fd;
    record.events = <u16>eventsOf(interest);
    return 0;
  }

  wait(timeoutMs: i32): i32 {
    const count = poll(this.records, this.count, timeoutMs);
    let found = 0;
    for (let place = 0; found < count; place++) {
      const events = this.record(place).revents;
      if (events == 0) continue;
      this.report(found++, this.at(place), readinessOf(events));
    }
    return count;
  }

  protected move(from: i32, to: i32): void {
    const source = changetype<usize>(this.record(from));
    memory.copy(changetype<usize>(this.record(to)), source, offsetof<PollRecord>());
  }

  private record(place: i32): PollRecord {
    return changetype<PollRecord>(this.records + <usize>place * offsetof<PollRecord>());
  }
}
