// What the web server counts besides counters.ts, as the host reads it (docs/abi.md). Counting is
// one addition; what the connections and the cache hold is looked at only when somebody asks.

import { counters } from "./counters";

/** Replies are counted by method (http/method.ts) and by class of status, 2xx to 5xx. */
const CLASSES: u32 = 4;
const REPLIES: usize = 96;
const DURATIONS: usize = 416;
/** Upper bounds of the durations: 10 µs, 20, 50, 100, 200, 500, … 100 s; the last has none. */
const LAST_DURATION: u32 = 22;

/**
 * ```
 * 0      8               16       24             32          40
 * ├ hits ┼ revalidations ┼ misses ┼ negativeHits ┼ evictions ┼ durationSum ┤
 * 48     56          64        72          80        88           96
 * ├ idle ┼ receiving ┼ sending ┼ lingering ┼ entries ┼ entryBytes ┤
 * 96                         416                          600
 * ├ replies (10 methods × 4) ┼ durations (23, in buckets) ┤
 * ```
 */
@unmanaged
export class Metrics {
  hits: f64;
  revalidations: f64;
  misses: f64;
  negativeHits: f64;
  evictions: f64;
  /** Of all durations, in nanoseconds. */
  durationSum: f64;
  idle: f64;
  receiving: f64;
  sending: f64;
  lingering: f64;
  entries: f64;
  entryBytes: f64;
}

export const metrics = changetype<Metrics>(memory.data(600));

/** A request is answered, as far as the handler is concerned. */
export function countReply(method: u32, status: u32): void {
  counters.requests++;
  add(REPLIES, method * CLASSES + status / 100 - 2, 1);
}

/** Counts `count` replies that took so long each. */
export function countDurations(nanoseconds: u64, count: u32): void {
  const spent = <f64>nanoseconds;
  metrics.durationSum += spent * count;
  let bucket: u32 = 0;
  let step: u32 = 0;
  for (let bound: f64 = 10000; spent > bound && bucket < LAST_DURATION; bucket++) {
    bound *= step == 1 ? 2.5 : 2;
    step = step == 2 ? 0 : step + 1;
  }
  add(DURATIONS, bucket, count);
}

function add(table: usize, index: u32, count: f64): void {
  const at = changetype<usize>(metrics) + table + (<usize>index << 3);
  store<f64>(at, load<f64>(at) + count);
}
