// Linux error numbers and the classes the server tells apart: would-block is a state; exhausted
// pauses; a fault is our own bug and ends the instance; anything else is the doing of the peer, the
// network or the disk, and ends what was being done.

export const EPERM: i32 = 1;
export const ENOENT: i32 = 2;
export const EIO: i32 = 5;
export const ENXIO: i32 = 6;
export const EBADF: i32 = 9;
export const EAGAIN: i32 = 11;
export const ENOMEM: i32 = 12;
export const EACCES: i32 = 13;
export const EFAULT: i32 = 14;
export const EINVAL: i32 = 22;
export const ENFILE: i32 = 23;
export const EMFILE: i32 = 24;
export const ENOSPC: i32 = 28;
export const EPIPE: i32 = 32;
export const ENOTSOCK: i32 = 88;
export const EMSGSIZE: i32 = 90;
export const EOPNOTSUPP: i32 = 95;
export const EADDRINUSE: i32 = 98;
export const EADDRNOTAVAIL: i32 = 99;
export const ECONNRESET: i32 = 104;
export const ENOBUFS: i32 = 105;

export function isWouldBlock(result: i32): bool {
  return result == -EAGAIN;
}

/** The process, the system or the kernel's memory is full; it may pass. */
export function isExhausted(result: i32): bool {
  switch (-result) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:
      return true;
    default:
      return false;
  }
}

/**
 * Only a mistake of ours can have caused it. The list is of faults and not of what peers can do:
 * an ICMP message can put almost any error number on a socket.
 */
export function isFault(result: i32): bool {
  switch (-result) {
    case EBADF:
    case EFAULT:
    case EINVAL:
    case ENOTSOCK:
      return true;
    default:
      return false;
  }
}
