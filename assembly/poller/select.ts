// select(2): a bit for each descriptor and direction, which the kernel reads and rewrites with every
// wait. It has 1024 of them, as its interface has had since 1983.

import { Arena, align } from "../bytes/arena";
import { writeDecimal } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { Clock } from "../platform/clock";
import { EMFILE } from "../platform/errno";
import { select } from "../platform/imports";
import { STDERR, write } from "../platform/stdio";
import { Interest, Poller, Readiness, READY_SIZE, Watch } from "./poller";

const FD_SETSIZE: i32 = 1024;
const SET_BYTES: usize = 128;

/** Two sets that are asked for, and two that select rewrites. */
const asked = memory.data(256);
const answered = memory.data(256);

const message = memory.data(128);

export class SelectPoller extends Poller {
  /** By descriptor; 0 where nothing is watched. */
  private watches: usize;
  /** The highest descriptor that is watched, and one more. */
  private nfds: i32 = 0;
  private complained: i64 = 0;

  constructor(
    arena: Arena,
    private clock: Clock,
  ) {
    super(arena.take(<usize>FD_SETSIZE * READY_SIZE));
    this.watches = arena.take(<usize>FD_SETSIZE * sizeof<usize>());
  }

  static arenaSize(): u64 {
    return align(<usize>FD_SETSIZE * READY_SIZE) + align(<usize>FD_SETSIZE * sizeof<usize>());
  }

  get name(): string {
    return "select";
  }

  open(): i32 {
    return 0;
  }

  add(watch: Watch, interest: u32): i32 {
    if (watch.fd >= FD_SETSIZE) {
      this.complain(watch.fd);
      return -EMFILE;
    }
    this.put(watch.fd, changetype<usize>(watch));
    this.nfds = max(this.nfds, watch.fd + 1);
    return this.modify(watch, interest);
  }

  modify(watch: Watch, interest: u32): i32 {
    setBit(asked, watch.fd, (interest & Interest.Readable) != 0);
    setBit(asked + SET_BYTES, watch.fd, (interest & Interest.Writable) != 0);
    return 0;
  }

  remove(watch: Watch): i32 {
    this.modify(watch, Interest.None);
    this.put(watch.fd, 0);
    while (this.nfds > 0 && this.at(this.nfds - 1) == 0) this.nfds--;
    return 0;
  }

  forget(watch: Watch): void {
    this.remove(watch);
  }

  wait(timeoutMs: i32): i32 {
    memory.copy(answered, asked, 2 * SET_BYTES);
    const count = select(this.nfds, answered, answered + SET_BYTES, timeoutMs);
    return count > 0 ? this.collect() : count;
  }

  /** Makes the ready list of the sets, 64 descriptors a step. (select counts bits, not those.) */
  private collect(): i32 {
    let found = 0;
    for (let first = 0; first < this.nfds; first += 64) {
      const readable = load<u64>(answered + (first >> 3));
      const writable = load<u64>(answered + SET_BYTES + (first >> 3));
      for (let left = readable | writable; left != 0; left &= left - 1) {
        const bit = ctz(left);
        let readiness: u32 = 0;
        if ((readable >> bit) & 1) readiness |= Readiness.Readable;
        if ((writable >> bit) & 1) readiness |= Readiness.Writable;
        const watch = changetype<Watch>(this.at(first + <i32>bit));
        this.report(found++, watch, readiness);
      }
    }
    return found;
  }

  private at(fd: i32): usize {
    return load<usize>(this.watches + <usize>fd * sizeof<usize>());
  }

  private put(fd: i32, watch: usize): void {
    store<usize>(this.watches + <usize>fd * sizeof<usize>(), watch);
  }

  /** At most once a second: whoever opens connections does not decide how much is written. */
  private complain(fd: i32): void {
    if (this.clock.seconds == this.complained) return;
    this.complained = this.clock.seconds;
    let end = writeText(message, "select: descriptor ");
    end = writeDecimal(end, fd);
    end = writeText(end, " is beyond its limit of 1024: connection refused\n");
    // Nothing can be done about a standard error that takes no more.
    write(STDERR, message, <u32>(end - message));
  }
}

function setBit(set: usize, fd: i32, isSet: bool): void {
  const at = set + (fd >> 3);
  const bit: u32 = 1 << (fd & 7);
  const byte: u32 = load<u8>(at);
  store<u8>(at, isSet ? byte | bit : byte & ~bit);
}
