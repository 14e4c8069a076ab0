// The times that stand in log lines, written anew once a second. All are UTC.

import { SLASH } from "../bytes/ascii";
import { writePadded } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { monthAt, writeDate } from "../http/date";

/** `[10/Oct/2000:13:55:36 +0000]` */
export const CLF_TIME = memory.data(48);
export const CLF_TIME_LENGTH: u32 = 28;

/** `2000-10-10T13:55:36.`, to be followed by milliseconds and "Z" (RFC 3339). */
export const TIMESTAMP = memory.data(48);
export const TIMESTAMP_LENGTH: u32 = 20;

/** An HTTP-date, from which both are made. */
const date = memory.data(32);

let written: i64 = -1;

writeText(CLF_TIME, "[../.../....:........ +0000]");
writeText(TIMESTAMP, "....-..-..T.........");

/** Sets the times of all lines written from now on. */
export function setTime(seconds: i64): void {
  if (seconds == written) return;
  written = seconds;
  writeDate(date, seconds);
  const day = load<u16>(date, 5);
  const year = load<u32>(date, 12);
  const timeOfDay = load<u64>(date, 17);

  store<u16>(CLF_TIME, day, 1);
  store<u32>(CLF_TIME, load<u32>(date, 8), 4);
  store<u8>(CLF_TIME, SLASH, 7);
  store<u32>(CLF_TIME, year, 8);
  store<u64>(CLF_TIME, timeOfDay, 13);

  store<u32>(TIMESTAMP, year);
  writePadded(TIMESTAMP + 5, monthAt(date + 8) + 1, 2);
  store<u16>(TIMESTAMP, day, 8);
  store<u64>(TIMESTAMP, timeOfDay, 11);
}
