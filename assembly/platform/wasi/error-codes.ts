// Error codes of WASI as the numbers that Linux has for them.

import {
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  EBADF,
  ECONNRESET,
  EINVAL,
  EIO,
  EMFILE,
  ENOENT,
  ENOMEM,
  ENOSPC,
  ENXIO,
  EPIPE,
} from "../errno";

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
  <u8>ENOENT,
  37, // no-lock
  <u8>ENOMEM,
  <u8>ENOSPC,
  20, // not-directory
  39, // not-empty
  131, // not-recoverable
  95, // unsupported
  25, // no-tty
  <u8>ENXIO,
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

/** WASI has no code for want of descriptors: of what needs one, `io` is that as a rule. */
export function errnoOfOpening(code: u32): i32 {
  const errno = errnoOfFilesystem(code);
  return errno == EIO ? EMFILE : errno;
}

/** Of wasi:sockets, in the order of its enum `error-code`; those of name look-up cannot come. */
const network = memory.data<u8>([
  <u8>EIO, // unknown
  <u8>EACCES,
  95, // not-supported
  <u8>EINVAL,
  <u8>ENOMEM,
  110, // timeout
  114, // concurrency-conflict
  <u8>EINVAL, // not-in-progress
  <u8>EAGAIN,
  107, // invalid-state: not connected any more, as a rule
  <u8>EMFILE, // new-socket-limit
  <u8>EADDRNOTAVAIL,
  <u8>EADDRINUSE,
  113, // remote-unreachable
  111, // connection-refused
  <u8>ECONNRESET,
  103, // connection-aborted
  90, // datagram-too-large
  <u8>EIO, // name-unresolvable
  <u8>EIO, // temporary-resolver-failure
  <u8>EIO, // permanent-resolver-failure
]);

export function errnoOfNetwork(code: u32): i32 {
  return load<u8>(network + code);
}

/** Likewise, of accepting, `unknown`. */
export function errnoOfAccepting(code: u32): i32 {
  const errno = errnoOfNetwork(code);
  return errno == EIO ? EMFILE : errno;
}
