// Linux error numbers and the four classes the server tells apart: would-block is a state, a peer
// that is gone closes quietly, exhausted pauses, and anything else is a fault of our own.

export const EPERM: i32 = 1;
export const EIO: i32 = 5;
export const EAGAIN: i32 = 11;
export const ENOMEM: i32 = 12;
export const EACCES: i32 = 13;
export const ENFILE: i32 = 23;
export const EMFILE: i32 = 24;
export const ENOSPC: i32 = 28;
export const EPIPE: i32 = 32;
export const EPROTO: i32 = 71;
export const ENETDOWN: i32 = 100;
export const ENETUNREACH: i32 = 101;
export const ECONNABORTED: i32 = 103;
export const ECONNRESET: i32 = 104;
export const ENOBUFS: i32 = 105;
export const ENOTCONN: i32 = 107;
export const ETIMEDOUT: i32 = 110;
export const EHOSTDOWN: i32 = 112;
export const EHOSTUNREACH: i32 = 113;

export function isWouldBlock(result: i32): bool {
  return result == -EAGAIN;
}

/** The other side, or the way to it, has gone: accept(2) lists the network errors among them. */
export function isPeerGone(result: i32): bool {
  switch (-result) {
    case EPIPE:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case ECONNABORTED:
    case ECONNRESET:
    case ENOTCONN:
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
      return true;
    default:
      return false;
  }
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
