// A TCP server: listeners, connections of one kind, and their loop.

import { Listeners } from "../loop/listeners";
import { Loop } from "../loop/loop";
import { Counters, counters as record } from "../platform/counters";
import { DRAINED, RUNNING } from "../platform/exports";
import { Connections } from "./connections";
import { Mode } from "./mode";

export class TcpServer extends Mode {
  private isDraining: bool = false;

  constructor(
    private loop: Loop,
    private listeners: Listeners,
    private connections: Connections,
  ) {
    super();
  }

  start(): i32 {
    const opened = this.loop.open();
    return opened < 0 ? opened : this.listeners.listen();
  }

  turn(timeoutMs: i32): i32 {
    this.loop.turn(this.connections.waitTime(timeoutMs));
    this.connections.endTurn();
    if (this.connections.mustStop && !this.isDraining) this.drain();
    this.listeners.resume();
    const isOver = this.isDraining && this.loop.slots.used == 0 && this.connections.isDone;
    return isOver ? DRAINED : RUNNING;
  }

  drain(): void {
    this.isDraining = true;
    this.listeners.close();
    this.connections.drain();
  }

  counters(): Counters {
    record.open = this.loop.slots.used - this.listeners.open;
    record.busy = this.connections.busy;
    return record;
  }
}
