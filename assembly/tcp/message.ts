// What the load client says: a random number in decimal and a newline, 11 bytes at most. The numbers
// are a function of connection and place, so that what comes back can be compared without having
// been kept.

import { writeDecimal } from "../bytes/decimal";

/** The finalizer of MurmurHash3: every bit of the result depends on every bit of `value`. */
function scatter(value: u32): u32 {
  value = (value ^ (value >> 16)) * 0x85ebca6b;
  value = (value ^ (value >> 13)) * 0xc2b2ae35;
  return value ^ (value >> 16);
}

/** Writes message `number` of a connection at `at`; returns the position behind it. */
export function writeMessage(at: usize, seed: u32, connection: u32, number: u32): usize {
  const end = writeDecimal(at, scatter(scatter(seed ^ connection) + number));
  store<u8>(end, 0x0a);
  return end + 1;
}
