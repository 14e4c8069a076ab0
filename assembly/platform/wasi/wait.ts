// Waiting for pollables of wasi:io.

import { poll } from "./bindings/io";
import { expectLists, result } from "./canonical";

/** Waits for any of `count` pollables: how many are ready, whose indices are at `indices` then. */
export function waitAny(pollables: usize, count: i32, indices: usize): i32 {
  expectLists(indices, <usize>count << 2);
  poll(pollables, count, result);
  return load<i32>(result, 4);
}
