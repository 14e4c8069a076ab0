// What the host's clocks read, in nanoseconds.

import {
  clock_time_get,
  clockid,
} from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";
import { EIO } from "./errno";
import { panic } from "./panic";

const time = memory.data(8);

function read(clock: u32): u64 {
  if (clock_time_get(clock, 1000, time) != 0) panic("clock_time_get", -EIO, clock);
  return load<u64>(time);
}

/** Time that only ever goes on, from no point in particular. */
export function monotonicTime(): u64 {
  return read(clockid.MONOTONIC);
}

/** Time since 1970. */
export function realTime(): u64 {
  return read(clockid.REALTIME);
}
