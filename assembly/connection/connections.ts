// The HTTP connections of a worker: takes over accepted sockets, makes room when all places are taken,
// and ends what is there when the server ends. What one connection does is in http.ts.

import { Acceptor, refuseSocket } from "../loop/listener";
import { Loop } from "../loop/loop";
import { counters } from "../platform/counters";
import { countConditions } from "./conditions";
import { Connection } from "./connection";
import { ConnectionHandler } from "./http";
import { NEXT_REQUEST_MS } from "./limits";
import { LogEntries } from "./log-entries";
import { LongestIdle } from "./longest-idle";
import { Output } from "./output";
import { Requests } from "./requests";

export class HttpConnections implements Acceptor {
  private kind: u8;

  constructor(
    private loop: Loop,
    private handler: ConnectionHandler,
    private output: Output,
    private requests: Requests,
    private longestIdle: LongestIdle,
    private log: LogEntries | null,
  ) {
    this.kind = loop.register(handler);
  }

  get isDraining(): bool {
    return this.requests.isDraining;
  }

  /** One that ends with its first answer is never watched, which saves a call. */
  accepted(fd: i32): void {
    const slot = this.loop.slots.take();
    if (!slot) return refuseSocket(fd);
    slot.fd = fd;
    slot.kind = this.kind;
    const connection = changetype<Connection>(slot);
    const log = this.log;
    if (log) log.opened(connection);
    this.handler.opened(connection);
    if (slot.isClosed || this.loop.add(slot)) return;
    counters.refused++;
    this.handler.close(connection);
  }

  makeRoom(): void {
    const count = this.longestIdle.find(this.loop.slots, this.kind);
    for (let i = 0; i < count; i++) this.handler.closeIdle(this.longestIdle.at(i));
  }

  /** To be called after each turn of the loop. */
  endTurn(): void {
    this.output.sendWaiting();
  }

  /** From now on every answer is the last of its connection. */
  beginToDrain(): void {
    this.requests.isDraining = true;
  }

  /** Ends everything that is idle, after a moment if the next request may be on its way. */
  drain(): void {
    this.handler.isEnding = true;
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const connection = changetype<Connection>(slots.at(i));
      if (!connection.isOpenOf(this.kind) || !connection.isIdle) continue;
      if (this.longestIdle.isRecent(connection)) this.loop.expireIn(connection, NEXT_REQUEST_MS);
      else this.handler.closeIdle(connection);
    }
  }

  /** Ends everything at once. */
  stop(): void {
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const connection = changetype<Connection>(slots.at(i));
      if (connection.isOpenOf(this.kind)) this.handler.close(connection);
    }
  }

  /** Counts the connections by their condition; how many have a request in progress. */
  countBusy(): i32 {
    return countConditions(this.loop.slots, this.kind);
  }
}
