// What the load client has to tell, as the host reads it (docs/abi.md).

import { Histogram } from "./histogram";

/**
 * ```
 * 0        8    16       24     32     40       48          56              64      72
 * ├ wanted ┼ up ┼ failed ┼ lost ┼ sent ┼ echoed ┼ sentBytes ┼ receivedBytes ┼ wrong ┤
 * 72    80    88    96    104     112
 * ├ p50 ┼ p90 ┼ p99 ┼ max ┼ errno ┤
 * ```
 */
@unmanaged
export class Progress {
  /** Connections: asked for, open now, never opened, ended by the peer. */
  wanted: f64;
  up: f64;
  failed: f64;
  lost: f64;
  /** Messages, and bytes. */
  sent: f64;
  echoed: f64;
  sentBytes: f64;
  receivedBytes: f64;
  /** Received bytes that are not what was sent in that place. */
  wrong: f64;
  /** Round trips in milliseconds, −1 while there are none. */
  p50: f64;
  p90: f64;
  p99: f64;
  max: f64;
  /** The last reason for a connection that failed or was lost. */
  errno: f64;

  setQuantiles(histogram: Histogram): void {
    this.p50 = milliseconds(histogram.quantile(0.5));
    this.p90 = milliseconds(histogram.quantile(0.9));
    this.p99 = milliseconds(histogram.quantile(0.99));
  }

  setMax(histogram: Histogram): void {
    this.max = histogram.count == 0 ? -1 : milliseconds(histogram.max);
  }
}

/** Of microseconds; what is negative stays as it is. */
function milliseconds(value: f64): f64 {
  return value < 0 ? value : value / 1000;
}

export const progress = changetype<Progress>(memory.data(112));
