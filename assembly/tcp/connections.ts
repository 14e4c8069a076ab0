// What the connections of the TCP servers have in common: being accepted, being held back while
// there is no room for what they send, and the end.

import { Acceptor, refuseSocket } from "../loop/listener";
import { Loop } from "../loop/loop";
import { Slot, SlotHandler } from "../loop/slot";
import { Interest } from "../poller/poller";

@unmanaged
export class TcpConnection extends Slot {
  /** Nothing is read from it until there is room. */
  isHeld: bool;
}

export abstract class Connections extends SlotHandler implements Acceptor {
  /** Set when the server cannot go on and shall drain. */
  mustStop: bool = false;
  protected isDraining: bool = false;
  /** How many are held back, and where to look for the next of them, so that each has its turn. */
  protected heldCount: i32 = 0;
  private nextHeld: i32 = 0;
  private kind: u8;

  constructor(protected loop: Loop) {
    super();
    this.kind = loop.register(this);
  }

  /** Takes over an accepted socket. */
  accepted(fd: i32): void {
    const slot = this.loop.slots.take();
    if (!slot) return refuseSocket(fd);
    slot.fd = fd;
    slot.kind = this.kind;
    this.loop.want(slot, Interest.Readable);
    if (!this.loop.add(slot)) {
      refuseSocket(fd);
      return this.loop.slots.give(slot);
    }
    this.opened(changetype<TcpConnection>(slot));
  }

  makeRoom(): void {
    // Nobody is dispensable: a client may be silent for as long as it likes.
  }

  ready(slot: Slot, readiness: u32): bool {
    const connection = changetype<TcpConnection>(slot);
    return connection.isHeld || this.serve(connection);
  }

  expired(slot: Slot): void {
    // No connection of these has a deadline.
  }

  /** Reads from all once more, until they would block, then closes them. */
  drain(): void {
    this.isDraining = true;
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots.at(i);
      if (slot.isOpenOf(this.kind)) this.loop.callAgain(slot);
    }
  }

  /** What is to be done when all have had their turn. */
  abstract endTurn(): void;

  /** How many have something in progress. */
  abstract get busy(): i32;

  /** At most how long the next turn may wait, when `timeoutMs` is asked for. */
  waitTime(timeoutMs: i32): i32 {
    return timeoutMs;
  }

  /** False while something is left to do although no connection is open. */
  get isDone(): bool {
    return true;
  }

  protected abstract opened(connection: TcpConnection): void;

  /** What `ready` of a handler does, of a connection that is not held back. */
  protected abstract serve(connection: TcpConnection): bool;

  /** Reads nothing more from it until `resume`. */
  protected hold(connection: TcpConnection): void {
    connection.isHeld = true;
    this.heldCount++;
    this.loop.want(connection, Interest.None);
  }

  /** Goes on with at most so many of those that are held back. */
  protected resume(most: i32): void {
    const slots = this.loop.slots;
    for (let i = slots.length; i > 0 && most > 0 && this.heldCount > 0; i--) {
      if (this.nextHeld >= slots.length) this.nextHeld = 0;
      const connection = changetype<TcpConnection>(slots.at(this.nextHeld++));
      if (!connection.isOpenOf(this.kind) || !connection.isHeld) continue;
      connection.isHeld = false;
      this.heldCount--;
      most--;
      this.loop.want(connection, Interest.Readable);
      this.loop.callAgain(connection);
    }
  }
}
