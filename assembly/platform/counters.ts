// What the server counts, as the host reads it (docs/abi.md).

/**
 * ```
 * 0          8             16      24     32     40        48           56
 * ├ requests ┼ connections ┼ bytes ┼ open ┼ busy ┼ refused ┼ logDropped ┤
 * ```
 */
@unmanaged
export class Counters {
  requests: f64;
  connections: f64;
  bytes: f64;
  open: f64;
  busy: f64;
  refused: f64;
  logDropped: f64;
}

export const counters = changetype<Counters>(memory.data(56));
