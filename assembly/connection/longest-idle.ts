// The connections that have been idle longest: when all places are taken and clients wait, they
// have to go, before them those that only wait for their client to close. There is no list that
// every request would have to keep in order: the slots are looked through, and only then.

import { Slots } from "../loop/slots";
import { Clock, TICK_MS } from "../platform/clock";
import { Connection, State } from "./connection";
import { Limits, NEXT_REQUEST_MS } from "./limits";

/** No more than a quarter of the connections go at once, and no more than this. */
const MOST: i32 = 64;

/** So many slots are looked at in a tick, in turn: more would hold up those that are served. */
const MAX_LOOKED_AT: i32 = 16384;

/** Keeps it above 0 even when the server has not been there for as long as the timeout. */
const BASE: u32 = u32.MAX_VALUE >> 1;

/**
 * ```
 * 0       4            8
 * ├ since ┼ connection ┤
 * ```
 */
@unmanaged
class Found {
  /** The tick since which it has been idle, and BASE; less of those that linger. */
  since: u32;
  connection: Connection;
}

const found = memory.data(512);

export class LongestIdle {
  private count: i32 = 0;
  private hand: i32 = 0;
  private tick: u32 = 0;

  constructor(
    private clock: Clock,
    private limits: Limits,
  ) {}

  /** Looks for them, once a tick at most, among the slots of this kind: how many `at` knows. */
  find(slots: Slots, kind: u8): i32 {
    this.count = 0;
    if (this.tick == this.clock.tick) return 0;
    this.tick = this.clock.tick;
    const share = min(max(slots.length >> 2, 1), MOST);
    for (let left = min(slots.length, MAX_LOOKED_AT); left > 0; left--) {
      if (this.hand >= slots.length) this.hand = 0;
      const connection = changetype<Connection>(slots.at(this.hand++));
      if (connection.isOpenOf(kind) && connection.isDispensable) this.insert(connection, share);
    }
    return this.count;
  }

  /** The one that has been idle longest is number 0. */
  at(i: i32): Connection {
    return foundAt(i).connection;
  }

  /** Has this idle connection had its last answer just now, or come just now? */
  isRecent(connection: Connection): bool {
    return this.clock.tick - this.idleSince(connection) < NEXT_REQUEST_MS / TICK_MS;
  }

  private insert(connection: Connection, share: i32): void {
    const since = this.sinceOf(connection);
    // Who has only just come has a request on the way, as a rule.
    if (since == this.clock.tick + BASE) return;
    let i = this.count;
    if (i < share) this.count++;
    else if (foundAt(--i).since <= since) return;
    for (; i > 0 && foundAt(i - 1).since > since; i--) {
      foundAt(i).since = foundAt(i - 1).since;
      foundAt(i).connection = foundAt(i - 1).connection;
    }
    foundAt(i).since = since;
    foundAt(i).connection = connection;
  }

  /** Who has had all that there is for them was idle before anybody else. */
  private sinceOf(connection: Connection): u32 {
    if (connection.state == State.Lingering) return connection.deadline;
    return this.idleSince(connection) + BASE;
  }

  /** The tick since which it has been idle, which its deadline tells. */
  private idleSince(connection: Connection): u32 {
    const limits = this.limits;
    const timeoutMs = connection.requests > 0 ? limits.idleTimeoutMs : limits.headerTimeoutMs;
    return connection.deadline - timeoutMs / TICK_MS;
  }
}

function foundAt(i: i32): Found {
  return changetype<Found>(found + <usize>i * offsetof<Found>());
}
