// What the host's clocks read, in nanoseconds.

import { monotonic_clock_now, wall_clock_now } from "./bindings/clocks";
import { result } from "./canonical";

const NS_PER_SECOND: u64 = 1000000000;

/** Time that only ever goes on, from no point in particular. */
export function monotonicTime(): u64 {
  return monotonic_clock_now();
}

/** Time since 1970. */
export function realTime(): u64 {
  wall_clock_now(result);
  return load<u64>(result) * NS_PER_SECOND + load<u32>(result, 8);
}
