// Error codes of WASI as the numbers that Linux has for them.

import { EACCES, EAGAIN, EBADF, EINVAL, EIO, ENOMEM, ENOSPC, EPIPE } from "../errno";

const EXDEV: u8 = 18;

/** Of wasi:filesystem, in the order of its enum `error-code`. */
const filesystem = memory.data<u8>([
  <u8>EACCES,
  <u8>EAGAIN,
  114, // already
  <u8>EBADF,
  16, // busy
  35, // deadlock
  122, // quota
  17, // exist
  27, // file-too-large
  84, // illegal-byte-sequence
  115, // in-progress
  4, // interrupted
  <u8>EINVAL,
  <u8>EIO,
  21, // is-directory
  40, // loop
  31, // too-many-links
  90, // message-size
  36, // name-too-long
  19, // no-device
  2, // no-entry
  37, // no-lock
  <u8>ENOMEM,
  <u8>ENOSPC,
  20, // not-directory
  39, // not-empty
  131, // not-recoverable
  95, // unsupported
  25, // no-tty
  6, // no-such-device
  75, // overflow
  EXDEV, // not-permitted: what a host answers to a path that leaves the directory
  <u8>EPIPE,
  30, // read-only
  29, // invalid-seek
  26, // text-file-busy
  EXDEV, // cross-device
]);

export function errnoOfFilesystem(code: u32): i32 {
  return load<u8>(filesystem + code);
}
