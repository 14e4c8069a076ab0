// How many connections are in which of the conditions that http.ts describes.

import { Slots } from "../loop/slots";
import { metrics } from "../platform/metrics";
import { Connection, State } from "./connection";

/**
 * Counts the connections among the slots of this kind for the metrics, all slots being looked
 * through; how many of them have a request in progress.
 */
export function countConditions(slots: Slots, kind: u8): i32 {
  let idle = 0;
  let lingering = 0;
  let sending = 0;
  let receiving = 0;
  for (let i = 0; i < slots.length; i++) {
    const connection = changetype<Connection>(slots.at(i));
    if (!connection.isOpenOf(kind)) continue;
    if (connection.isIdle) idle++;
    else if (connection.state == State.Lingering) lingering++;
    else if (connection.hasOutput) sending++;
    else receiving++;
  }
  metrics.idle = idle;
  metrics.lingering = lingering;
  metrics.sending = sending;
  metrics.receiving = receiving;
  return sending + receiving;
}
