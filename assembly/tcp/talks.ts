// The connections of the load client. One is interested in writability until it is up, then in what
// comes back; in both while a message has not left whole.

import { Arena } from "../bytes/arena";
import { Loop } from "../loop/loop";
import { Slot, SlotHandler } from "../loop/slot";
import { counters } from "../platform/counters";
import { microseconds } from "../platform/clock";
import { EMFILE, isFault, isWouldBlock } from "../platform/errno";
import { close, connect, recv, send } from "../platform/imports";
import { panic } from "../platform/panic";
import { Interest } from "../poller/poller";
import { progress } from "./progress";
import { RoundTrips } from "./round-trips";
import { Talk } from "./talk";

const INPUT_SIZE: u32 = 16384;

export class Talks extends SlotHandler {
  /** How many are on their way up. */
  connecting: i32 = 0;
  private isDraining: bool = false;
  private kind: u8;
  private begun: u32 = 0;
  private input: usize;

  constructor(
    private loop: Loop,
    private roundTrips: RoundTrips,
    private seed: u32,
    arena: Arena,
  ) {
    super();
    this.kind = loop.register(this);
    this.input = arena.take(INPUT_SIZE);
  }

  static arenaSize(): u32 {
    return INPUT_SIZE;
  }

  /** Begins to connect to the granted address that is written in [address, address + length). */
  open(address: usize, length: i32): void {
    const slot = this.loop.slots.take();
    if (!slot) return this.countFailure(-EMFILE);
    slot.fd = connect(address, length);
    slot.kind = this.kind;
    changetype<Talk>(slot).number = this.begun++;
    if (slot.fd < 0) return this.fail(slot, slot.fd);
    this.loop.want(slot, Interest.Writable);
    if (!this.loop.add(slot)) {
      close(slot.fd);
      return this.fail(slot, -EMFILE);
    }
    this.connecting++;
  }

  ready(slot: Slot, readiness: u32): bool {
    const talk = changetype<Talk>(slot);
    if (!talk.isUp) return this.meet(talk);
    // Also while it cannot send: the peer may take nothing before its echoes are taken.
    if (talk.unsent > 0) this.send(talk);
    return talk.isClosed || this.receive(talk);
  }

  expired(slot: Slot): void {
    // The kernel has patience of its own for those that do not come up.
  }

  /** It is time for the connection in slot `i` to say something. */
  speak(i: i32, now: u64): void {
    const talk = changetype<Talk>(this.loop.slots.at(i));
    if (!talk.isUp || talk.isClosed || talk.fd < 0) return;
    // One that has never been answered speaks into the void.
    const isFree = talk.isAnswered || talk.echoed == 0;
    if (isFree && talk.unsent == 0) this.begin(talk, now);
    else talk.isDue = true;
  }

  /** Says nothing more, and closes what has nothing to wait for. */
  drain(): void {
    this.isDraining = true;
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const talk = changetype<Talk>(slots.at(i));
      if (!talk.isOpenOf(this.kind)) continue;
      if (!talk.isUp) this.abandon(talk);
      else if (talk.isAnswered) this.close(talk);
    }
  }

  /** Closes all, answered or not. */
  closeAll(): void {
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const talk = changetype<Talk>(slots.at(i));
      if (talk.isOpenOf(this.kind)) this.close(talk);
    }
  }

  /** How many wait for an echo. */
  countWaiting(): i32 {
    let waiting = 0;
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const talk = changetype<Talk>(slots.at(i));
      if (talk.isOpenOf(this.kind) && !talk.isAnswered) waiting++;
    }
    return waiting;
  }

  /** Has the connection come up? Sending nothing tells: it would block until then. */
  private meet(talk: Talk): bool {
    const result = send(talk.fd, this.input, 0, 0);
    if (isWouldBlock(result)) return true;
    if (result < 0) {
      this.connecting--;
      this.countFailure(result);
      this.loop.close(talk);
      return true;
    }
    this.connecting--;
    talk.isUp = true;
    progress.up++;
    counters.connections++;
    this.loop.want(talk, Interest.Readable);
    return false;
  }

  private begin(talk: Talk, now: u64): void {
    talk.begin(now, this.seed);
    this.send(talk);
  }

  /** Sends what is left of a message, as much as goes. */
  private send(talk: Talk): void {
    const result = send(talk.fd, talk.rest(this.seed), talk.unsent, 0);
    if (result < 0 && !isWouldBlock(result)) return this.lose(talk, result);
    const sent = max(result, 0);
    progress.sentBytes += sent;
    talk.unsent -= <u8>sent;
    if (talk.unsent == 0) progress.sent++;
    const rest = talk.unsent > 0 ? Interest.Writable : Interest.None;
    this.loop.want(talk, Interest.Readable | rest);
  }

  /** Reads once and compares; what `ready` answers. */
  private receive(talk: Talk): bool {
    const received = recv(talk.fd, this.input, INPUT_SIZE);
    if (received > 0) {
      progress.receivedBytes += received;
      counters.bytes += received;
      this.listen(talk, this.input + received);
      return talk.isClosed;
    }
    if (isWouldBlock(received)) return true;
    this.lose(talk, received);
    return true;
  }

  /** What has come, up to `end`, may be the echo of several messages. */
  private listen(talk: Talk, end: usize): void {
    const now = microseconds();
    const echoedBefore = talk.echoed;
    let at = this.input;
    while (at < end) at = talk.compare(at, end, this.seed);
    if (talk.echoed == echoedBefore || !talk.isAnswered) return;
    // Of several messages that were under way only the last one's time is known.
    this.roundTrips.add(now - talk.sentAt);
    if (this.isDraining) this.close(talk);
    else if (talk.isDue) this.begin(talk, now);
  }

  /** It never came up. */
  private fail(slot: Slot, result: i32): void {
    this.loop.slots.give(slot);
    this.countFailure(result);
  }

  private countFailure(result: i32): void {
    if (isFault(result)) panic("connect", result, 0);
    counters.refused++;
    progress.failed++;
    progress.errno = -result;
  }

  /** It is on its way up, and no longer wanted. */
  private abandon(talk: Talk): void {
    this.connecting--;
    progress.failed++;
    this.loop.close(talk);
  }

  /** It came up, and the peer has ended it: `result` is 0 or −errno. */
  private lose(talk: Talk, result: i32): void {
    if (isFault(result)) panic("recv", result, talk.fd);
    if (result < 0) progress.errno = -result;
    if (!this.isDraining) progress.lost++;
    this.close(talk);
  }

  private close(talk: Talk): void {
    progress.up--;
    this.loop.close(talk);
  }
}
