// The turn: tell the poller what changed, wait, dispatch, sweep the timers, free what was closed.
//
// Level-triggered, a descriptor that is not used up is reported again. Edge-triggered it is not: the
// loop keeps it on a list, and calls its handler again in the next turn, which then does not wait.
//
// A slot that is closed while a turn runs keeps its memory until the turn ends, because the ready
// list may still mention it. Timers are coarse: deadlines are ticks of 100 ms, and all slots are
// looked at in one sweep, at most once a tick and only when the earliest deadline has come.

import { close, eventfd, eventfd_read } from "../platform/imports";
import { isExhausted, isFault } from "../platform/errno";
import { Clock, TICK_MS } from "../platform/clock";
import { panic } from "../platform/panic";
import { Interest, Poller, Readiness } from "../poller/poller";
import { Slot, SlotHandler } from "./slot";
import { Slots } from "./slots";

/** What comes in meanwhile waits so long, and as long again for its answer. */
const LONG_TURN_NS: u64 = 10000000;

const NEVER: u32 = u32.MAX_VALUE;

export class Loop {
  /** How many turns have begun. */
  turns: u32 = 0;
  private handlers: StaticArray<SlotHandler>;
  private handlerCount: i32 = 0;
  private changing: Slot | null = null;
  private unfinished: Slot | null = null;
  private lastUnfinished: Slot | null = null;
  private closed: Slot | null = null;
  private nextSweep: u32 = NEVER;
  private wakeUp: Slot;

  constructor(
    readonly slots: Slots,
    private poller: Poller,
    private clock: Clock,
    kinds: i32,
    private isEdgeTriggered: bool,
  ) {
    this.handlers = new StaticArray<SlotHandler>(kinds);
    this.wakeUp = changetype<Slot>(memory.data(64));
  }

  /** Registers the handler of a new kind of slot and returns the kind. */
  register(handler: SlotHandler): u8 {
    this.handlers[this.handlerCount] = handler;
    return <u8>(this.handlerCount++);
  }

  /** Opens the poller and watches the eventfd by which the host wakes the loop. 0 or −errno. */
  open(): i32 {
    const opened = this.poller.open();
    if (opened < 0) return opened;
    const fd = eventfd();
    if (fd < 0) return fd;
    this.wakeUp.fd = fd;
    // Level-triggered in any case: it is read whenever it is reported.
    return this.poller.add(this.wakeUp, Interest.Readable);
  }

  /**
   * Puts a slot's descriptor on the interest list, with the interest it wants. False when the kernel
   * has no room for it.
   */
  add(slot: Slot): bool {
    const interest = slot.wanted;
    const result = this.poller.add(slot, this.withTrigger(interest));
    if (result < 0) {
      if (isExhausted(result)) return false;
      panic(this.poller.name + " add", result, slot.fd);
    }
    slot.interest = interest;
    slot.isWatched = true;
    return true;
  }

  /** What the slot is interested in from the next wait on, or when it is added. */
  want(slot: Slot, interest: u32): void {
    slot.wanted = <u8>interest;
    if (slot.isChanging || !slot.isWatched || slot.interest == interest) return;
    slot.isChanging = true;
    slot.nextChanging = this.changing;
    this.changing = slot;
  }

  /** Calls `expired` of the slot's handler in `milliseconds` unless set anew before. */
  expireIn(slot: Slot, milliseconds: u32): void {
    const deadline = this.clock.tick + max<u32>(milliseconds / TICK_MS, 1);
    slot.deadline = deadline;
    if (deadline < this.nextSweep) this.nextSweep = deadline;
  }

  /** Calls the slot's handler in the next turn, which does not wait, ready or not. */
  callAgain(slot: Slot): void {
    if (slot.isUnfinished || slot.isClosed) return;
    slot.isUnfinished = true;
    slot.nextUnfinished = null;
    const last = this.lastUnfinished;
    if (last) last.nextUnfinished = slot;
    else this.unfinished = slot;
    this.lastUnfinished = slot;
  }

  /** Closes a descriptor whose socket the host keeps open: that does not end its registration. */
  closeShared(slot: Slot): void {
    if (slot.isClosed) return;
    const result = this.poller.remove(slot);
    if (result < 0) panic(this.poller.name + " remove", result, slot.fd);
    this.end(slot);
  }

  /** Closes the descriptor now, which ends its registration; the slot is free when the turn ends. */
  close(slot: Slot): void {
    if (slot.isClosed) return;
    if (slot.isWatched) this.poller.forget(slot);
    this.end(slot);
  }

  private end(slot: Slot): void {
    const result = close(slot.fd);
    if (result < 0) panic("close", result, slot.fd);
    slot.isClosed = true;
    slot.deadline = 0;
    slot.nextFree = this.closed;
    this.closed = slot;
  }

  /** One iteration, waiting at most `timeoutMs`, −1 for as long as it takes. */
  turn(timeoutMs: i32): void {
    this.turns++;
    this.flushChanges();
    const count = this.poller.wait(this.waitTime(timeoutMs));
    if (count < 0) panic(this.poller.name + " wait", count, 0);
    this.clock.read();
    if (this.unfinished) this.callUnfinished();
    for (let i = 0; i < count; i++) {
      const slot = changetype<Slot>(this.poller.watch(i));
      if (slot.isClosed) continue;
      if (slot == this.wakeUp) this.resetWakeUp();
      else this.call(slot, this.poller.readiness(i));
    }
    if (this.clock.tick >= this.nextSweep) this.sweep();
    this.freeClosed();
  }

  private call(slot: Slot, readiness: u32): void {
    const isFinished = unchecked(this.handlers[slot.kind]).ready(slot, readiness);
    if (this.isEdgeTriggered && !isFinished) this.callAgain(slot);
  }

  /**
   * Calls those that were left unfinished, the oldest first, and in a long turn not all of them; what
   * is not finished now is behind the others.
   */
  private callUnfinished(): void {
    const last = this.lastUnfinished;
    let slot = this.unfinished;
    while (slot) {
      this.unfinished = slot.nextUnfinished;
      if (slot == this.lastUnfinished) this.lastUnfinished = null;
      slot.isUnfinished = false;
      if (!slot.isClosed) this.call(slot, Readiness.Unknown);
      if (slot == last || this.isLong) return;
      slot = this.unfinished;
    }
  }

  /** Has the turn lasted so long that what can wait has to? */
  get isLong(): bool {
    return this.clock.elapsed() > LONG_TURN_NS;
  }

  /** The host has woken the loop, which is all there is to it. */
  private resetWakeUp(): void {
    const result = eventfd_read(this.wakeUp.fd);
    if (result < 0 && isFault(result)) panic("eventfd_read", result, this.wakeUp.fd);
  }

  /** What the poller is told for an interest. */
  private withTrigger(interest: u32): u32 {
    const isEdge = this.isEdgeTriggered && interest != Interest.None;
    return isEdge ? interest | Interest.EdgeTriggered : interest;
  }

  private flushChanges(): void {
    let slot = this.changing;
    this.changing = null;
    while (slot) {
      const next = slot.nextChanging;
      slot.isChanging = false;
      // Edge-triggered, one that changed and changed back is told too: it may have missed an edge.
      if ((slot.wanted != slot.interest || this.isEdgeTriggered) && !slot.isClosed) {
        slot.interest = slot.wanted;
        const result = this.poller.modify(slot, this.withTrigger(slot.wanted));
        if (result < 0) panic(this.poller.name + " modify", result, slot.fd);
      }
      slot = next;
    }
  }

  private waitTime(timeoutMs: i32): i32 {
    if (this.unfinished) return 0;
    if (this.nextSweep == NEVER) return timeoutMs;
    const ticks = this.nextSweep > this.clock.tick ? this.nextSweep - this.clock.tick : 1;
    const untilSweep = <i32>min<u32>(ticks, 36000) * <i32>TICK_MS;
    return timeoutMs < 0 ? untilSweep : min(timeoutMs, untilSweep);
  }

  private sweep(): void {
    this.nextSweep = NEVER;
    let next = NEVER;
    const slots = this.slots;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots.at(i);
      if (slot.deadline == 0) continue;
      if (slot.deadline <= this.clock.tick) {
        slot.deadline = 0;
        unchecked(this.handlers[slot.kind]).expired(slot);
      }
      if (slot.deadline != 0 && slot.deadline < next) next = slot.deadline;
    }
    next = min(next, this.nextSweep);
    this.nextSweep = next == NEVER ? NEVER : max(next, this.clock.tick + 1);
  }

  private freeClosed(): void {
    let slot = this.closed;
    this.closed = null;
    while (slot) {
      const next = slot.nextFree;
      if (slot.isUnfinished) {
        // Its memory is on another list until the next turn has gone through that.
        slot.nextFree = this.closed;
        this.closed = slot;
      } else {
        if (slot.isChanging) this.forgetChange(slot);
        this.slots.give(slot);
      }
      slot = next;
    }
  }

  /** A slot that was closed with a change still to be told. Rare: the list is searched. */
  private forgetChange(slot: Slot): void {
    let before: Slot | null = null;
    let at = this.changing;
    while (at && at != slot) {
      before = at;
      at = at.nextChanging;
    }
    if (before) before.nextChanging = slot.nextChanging;
    else this.changing = slot.nextChanging;
    slot.isChanging = false;
  }
}
