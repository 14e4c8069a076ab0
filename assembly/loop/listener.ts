// The listening socket: accepts until nobody waits, or until there is no room. Then it pauses, and
// clients wait in the kernel's queue: the backlog is the only queue there is. Meanwhile the acceptor
// is asked, once a tick, to give up what it can do without.

import { TICK_MS } from "../platform/clock";
import { counters } from "../platform/counters";
import { isExhausted, isFault, isWouldBlock } from "../platform/errno";
import { accept4, close } from "../platform/imports";
import { panic } from "../platform/panic";
import { Interest } from "../poller/poller";
import { Loop } from "./loop";
import { Slot, SlotHandler } from "./slot";

/** A turn accepts no more than this, so that connections at work are not starved. */
const MAX_ACCEPTS_PER_TURN: i32 = 64;

/** How long to wait when the process or the system has run out of descriptors or memory. */
const EXHAUSTED_PAUSE_MS: u32 = 1000;

/** How long to wait for a place before the acceptor has to make one. */
const FULL_PAUSE_MS: u32 = TICK_MS;

/** Who takes the accepted sockets. */
export interface Acceptor {
  /** The listener's PeerRecord, if it has one, is that of this socket until the call returns. */
  accepted(fd: i32): void;

  /** Clients wait and there is no room: closes what is dispensable, if anything is. */
  makeRoom(): void;
}

export class Listener extends SlotHandler {
  private slot: Slot | null = null;
  private isPaused: bool = false;
  /** Paused for want of descriptors or memory, and not of slots. */
  private isExhausted: bool = false;
  private kind: u8;

  constructor(
    private loop: Loop,
    private acceptor: Acceptor,
    private peer: usize,
  ) {
    super();
    this.kind = loop.register(this);
  }

  /** Starts accepting on a listening socket. False when there is no slot or memory for it. */
  open(fd: i32): bool {
    const slot = this.loop.slots.take();
    if (!slot) return false;
    slot.fd = fd;
    slot.kind = this.kind;
    this.slot = slot;
    this.loop.want(slot, Interest.Readable);
    return this.loop.add(slot);
  }

  ready(slot: Slot, readiness: u32): bool {
    for (let i = 0; i < MAX_ACCEPTS_PER_TURN; i++) {
      if (this.loop.slots.isFull) {
        if (i == 0) this.pause(slot, FULL_PAUSE_MS);
        else this.watchAnew(slot);
        return true;
      }
      const fd = accept4(slot.fd, this.peer);
      if (fd >= 0) {
        counters.connections++;
        this.acceptor.accepted(fd);
      } else if (isWouldBlock(fd)) {
        return true;
      } else if (isFault(fd)) {
        panic("accept4", fd, slot.fd);
      } else if (isExhausted(fd)) {
        counters.refused++;
        this.isExhausted = true;
        this.pause(slot, EXHAUSTED_PAUSE_MS);
        return true;
      }
      // Else that client has gone again, or the network failed it: accept(2).
    }
    return false;
  }

  expired(slot: Slot): void {
    // What it closes is free when the turn ends.
    if (this.isExhausted || this.loop.slots.isFull) this.acceptor.makeRoom();
    this.isExhausted = false;
    this.loop.expireIn(slot, FULL_PAUSE_MS);
  }

  /** Goes on accepting after a pause, if there is room again. Called once a turn. */
  resume(): void {
    const slot = this.slot;
    if (!this.isPaused || !slot || this.isExhausted || this.loop.slots.isFull) return;
    this.isPaused = false;
    slot.deadline = 0;
    this.loop.want(slot, Interest.Readable);
  }

  /** Accepts everybody who waits already and for whom there is room, then stops. */
  close(): void {
    const slot = this.slot;
    if (!slot) return;
    while (!this.ready(slot, 0)) continue;
    this.slot = null;
    this.loop.closeShared(slot);
  }

  /** Whether anybody else waits is not known: if so, that is told, even if edge-triggered. */
  private watchAnew(slot: Slot): void {
    this.loop.want(slot, Interest.None);
    this.loop.want(slot, Interest.Readable);
  }

  private pause(slot: Slot, milliseconds: u32): void {
    this.isPaused = true;
    this.loop.expireIn(slot, milliseconds);
    this.loop.want(slot, Interest.None);
  }
}

/** For an accepted socket that there is no room to watch. */
export function refuseSocket(fd: i32): void {
  counters.refused++;
  close(fd);
}
