// A poller whose interest list is an array of ours, without holes: the last entry takes the place
// of one that goes. Each watch knows its place, so nothing is searched.

import { Arena, align } from "../bytes/arena";
import { ENOMEM } from "../platform/errno";
import { Poller, READY_SIZE, Watch } from "./poller";

export abstract class ListedPoller extends Poller {
  /** How many are watched. */
  protected count: i32 = 0;
  private watches: usize;

  constructor(
    arena: Arena,
    private capacity: i32,
  ) {
    super(arena.take(<usize>capacity * READY_SIZE));
    this.watches = arena.take(<usize>capacity * sizeof<usize>());
  }

  /** Without what is kept of each watch besides. */
  static arenaSize(capacity: i32): u64 {
    return align(<usize>capacity * READY_SIZE) + align(<usize>capacity * sizeof<usize>());
  }

  /** The entry at `from` is that at `to` from now on. */
  protected abstract move(from: i32, to: i32): void;

  open(): i32 {
    return 0;
  }

  add(watch: Watch, interest: u32): i32 {
    if (this.count == this.capacity) return -ENOMEM;
    this.put(watch, this.count++);
    return this.modify(watch, interest);
  }

  remove(watch: Watch): i32 {
    const last = --this.count;
    this.move(last, watch.place);
    this.put(this.at(last), watch.place);
    return 0;
  }

  forget(watch: Watch): void {
    this.remove(watch);
  }

  protected at(place: i32): Watch {
    return changetype<Watch>(load<usize>(this.watches + <usize>place * sizeof<usize>()));
  }

  private put(watch: Watch, place: i32): void {
    watch.place = place;
    store<usize>(this.watches + <usize>place * sizeof<usize>(), changetype<usize>(watch));
  }
}
