// The least pace of what takes its time: a response on its way out, content on its way in. The
// deadline of the connection is the end of a window; what was moved within it is judged when it
// ends, and if it was enough the next window begins. So progress touches no timer, and a drop that
// comes just in time does not help.

import { Loop } from "../loop/loop";
import { Connection, State } from "./connection";
import { Limits } from "./limits";

export class Pace {
  constructor(
    private loop: Loop,
    private limits: Limits,
  ) {}

  /** Opens a window for a request to come, or for the output that is held to go. */
  begin(connection: Connection): void {
    connection.progress = 0;
    this.loop.expireIn(connection, this.windowOf(connection));
  }

  /** The window is over: opens another one, unless what is under way has lost. */
  isKept(connection: Connection): bool {
    // A head has one window and no more.
    if (!connection.hasOutput && connection.state != State.Content) return false;
    const least = this.limits.minRate * <f64>this.windowOf(connection) * 0.001;
    // Without a rate to keep, something has to happen nevertheless.
    if (connection.progress < max(least, 1)) return false;
    this.begin(connection);
    return true;
  }

  private windowOf(connection: Connection): u32 {
    return connection.hasOutput ? this.limits.writeTimeoutMs : this.limits.headerTimeoutMs;
  }
}
