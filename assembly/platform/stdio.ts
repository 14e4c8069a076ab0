// Standard output and standard error, as bytes of memory: nothing is allocated. WASI has error
// numbers of its own; those of Linux leave this file.

import {
  errno,
  fd_write,
} from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";
import { EAGAIN, EIO, EPIPE } from "./errno";

export const STDOUT: i32 = 1;
export const STDERR: i32 = 2;

/** A WASI ciovec, pointer and length, and behind it the number of bytes that were written. */
const call = memory.data(12);

/** Writes up to `length` bytes: how many, or −errno (−EPIPE: nobody reads any more). */
export function write(fd: i32, pointer: usize, length: u32): i32 {
  store<usize>(call, pointer);
  store<u32>(call, length, 4);
  const result = fd_write(fd, call, 1, call + 8);
  switch (result) {
    case errno.SUCCESS:
      return load<i32>(call, 8);
    case errno.AGAIN:
    case errno.INTR:
      return -EAGAIN;
    case errno.PIPE:
      return -EPIPE;
    default:
      return -EIO;
  }
}
