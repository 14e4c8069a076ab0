// Standard output and standard error, as bytes of memory: nothing is allocated.

import { EPIPE } from "../errno";
import { get_stderr, get_stdout } from "./bindings/cli";
import { output_stream_blocking_write_and_flush } from "./bindings/io";
import { isError, result } from "./canonical";
import { streamFailure } from "./streams";

export const STDOUT: i32 = 1;
export const STDERR: i32 = 2;

/** The most that one call of wasi:io takes. */
const MOST: u32 = 4096;

/** Handles of the streams, once somebody has written. */
let stdout: u32 = 0;
let stderr: u32 = 0;

/**
 * Writes up to `length` bytes, and waits until they have gone: how many, or −errno (−EPIPE: nobody
 * reads any more).
 */
export function write(fd: i32, pointer: usize, length: u32): i32 {
  const count = min(length, MOST);
  output_stream_blocking_write_and_flush(streamOf(fd), pointer, count, result);
  return isError() ? streamFailure(4, -EPIPE) : <i32>count;
}

function streamOf(fd: i32): u32 {
  if (fd == STDOUT) {
    if (stdout == 0) stdout = get_stdout();
    return stdout;
  }
  if (stderr == 0) stderr = get_stderr();
  return stderr;
}
