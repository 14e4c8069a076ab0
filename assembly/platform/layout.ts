// The records that cross the border, in layouts of our own (docs/abi.md); shared with C by
// test/contract/layout.js.

/**
 * One entry of the ready list. (The kernel's struct epoll_event is packed on x86-64 only.)
 * ```
 * 0        4       8
 * ├ events ┼ token ┤
 * ```
 */
@unmanaged
export class ReadyRecord {
  events: u32;
  token: u32;
}

/**
 * One descriptor that poll(2) waits for; a negative one is skipped. (The kernel's struct pollfd is
 * the same everywhere.)
 * ```
 * 0    4        6         8
 * ├ fd ┼ events ┼ revents ┤
 * ```
 */
@unmanaged
export class PollRecord {
  fd: i32;
  events: u16;
  revents: u16;
}

export const AF_UNIX: u16 = 1;
export const AF_INET: u16 = 2;
export const AF_INET6: u16 = 10;

/**
 * The address of a peer. `family` is AF_UNIX 1, AF_INET 2 or AF_INET6 10; an IPv4 address fills the
 * first four bytes.
 * ```
 * 0        2      4                    20
 * ├ family ┼ port ┼ address (16 bytes) ┤
 * ```
 */
@unmanaged
export class PeerRecord {
  family: u16;
  port: u16;
  address0: u32;
  address1: u32;
  address2: u32;
  address3: u32;
}

/**
 * What fstat tells of a file; `mtime` in seconds since 1970, `ctimeNs` in nanoseconds.
 * ```
 * 0     8     16     24      32        36     40        48
 * ├ dev ┼ ino ┼ size ┼ mtime ┼ mtimeNs ┼ mode ┼ ctimeNs ┤
 * ```
 */
@unmanaged
export class StatRecord {
  dev: u64;
  ino: u64;
  size: f64;
  mtime: f64;
  mtimeNs: u32;
  mode: u32;
  ctimeNs: u64;

  isDirectory(): bool {
    return (this.mode & 0o170000) == 0o040000;
  }

  isRegular(): bool {
    return (this.mode & 0o170000) == 0o100000;
  }
}

/**
 * One piece of a gathered send.
 * ```
 * 0         4        8
 * ├ pointer ┼ length ┤
 * ```
 */
@unmanaged
export class Vector {
  pointer: u32;
  length: u32;
}

/**
 * One of several sends.
 * ```
 * 0    4         8        12       16
 * ├ fd ┼ pointer ┼ length ┼ result ┤
 * ```
 */
@unmanaged
export class SendRecord {
  fd: i32;
  pointer: u32;
  length: u32;
  /** What send has answered. */
  result: i32;
}
