// What is watched, as an array without holes: the last one takes the place of one that goes. Each
// knows its place, so nothing is searched.

import { Arena } from "../bytes/arena";
import { Watch } from "./poller";

export class Watches {
  count: i32 = 0;
  private first: usize;

  constructor(
    arena: Arena,
    private capacity: i32,
  ) {
    this.first = arena.take(Watches.size(capacity));
  }

  static size(capacity: i32): usize {
    return <usize>capacity * sizeof<usize>();
  }

  at(place: i32): Watch {
    return changetype<Watch>(load<usize>(this.first + <usize>place * sizeof<usize>()));
  }

  /** Puts one at the end; false when there is no room. */
  add(watch: Watch): bool {
    if (this.count == this.capacity) return false;
    this.put(watch, this.count++);
    return true;
  }

  /** Returns the place of the last one until now: what is kept there belongs to `watch.place`. */
  remove(watch: Watch): i32 {
    const last = --this.count;
    this.put(this.at(last), watch.place);
    return last;
  }

  private put(watch: Watch, place: i32): void {
    watch.place = place;
    store<usize>(this.first + <usize>place * sizeof<usize>(), changetype<usize>(watch));
  }
}
