// HTTP-date (RFC 9110 §5.6.7). Dates are seconds since 1970, UTC.

import { writePadded } from "../bytes/decimal";
import { writeText } from "../bytes/text";
import { SP, COLON, HYPHEN, isDigit } from "../bytes/ascii";

/** Length of an IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`. */
export const DATE_LENGTH: usize = 29;

/** The result of `parseDate` for anything that is no HTTP-date. */
export const NO_DATE: i64 = i64.MIN_VALUE;

const SECONDS_PER_DAY: i64 = 86400;
const DAYS_TO_1970: i64 = 719468;
const DAYS_PER_ERA: i64 = 146097;

const weekdays = memory.data(24);
const months = memory.data(36);
writeText(weekdays, "SunMonTueWedThuFriSat");
writeText(months, "JanFebMarAprMayJunJulAugSepOctNovDec");

/** Writes `seconds` as an IMF-fixdate at `at` and returns the position behind it. */
export function writeDate(at: usize, seconds: i64): usize {
  const days = floorDivide(seconds, SECONDS_PER_DAY);
  const rest = <u32>(seconds - days * SECONDS_PER_DAY);

  // Civil date from days: years begin in March, so the leap day is the last of the year.
  const shifted = days + DAYS_TO_1970;
  const era = floorDivide(shifted, DAYS_PER_ERA);
  const dayOfEra = <u32>(shifted - era * DAYS_PER_ERA);
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const marchMonth = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
  const month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10;
  const year = <u32>(<i64>yearOfEra + era * 400) + (month < 2 ? 1 : 0);
  const weekday = <u32>(days + 4 - floorDivide(days + 4, 7) * 7);

  memory.copy(at, weekdays + <usize>weekday * 3, 3);
  store<u16>(at, 0x202c, 3);
  at = writePadded(at + 5, day, 2);
  store<u8>(at++, SP);
  memory.copy(at, months + <usize>month * 3, 3);
  store<u8>(at, SP, 3);
  at = writePadded(at + 4, year, 4);
  store<u8>(at++, SP);
  at = writePadded(at, rest / 3600, 2);
  store<u8>(at++, COLON);
  at = writePadded(at, (rest / 60) % 60, 2);
  store<u8>(at++, COLON);
  at = writePadded(at, rest % 60, 2);
  store<u32>(at, 0x544d4720);
  return at + 4;
}

/**
 * The date in [at, end) in one of the three forms that a recipient must accept, or NO_DATE.
 * `now` settles the century of the two-digit years of RFC 850.
 */
export function parseDate(at: usize, end: usize, now: i64): i64 {
  const length = end - at;
  if (length == DATE_LENGTH && load<u8>(at, 3) == 0x2c) return parseImfFixdate(at);
  if (length == 24) return parseAsctime(at);
  return parseRfc850(at, end, now);
}

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
function parseImfFixdate(at: usize): i64 {
  if (indexOf(weekdays, 7, at) < 0 || load<u16>(at, 3) != 0x202c || !isGmt(at + 25)) return NO_DATE;
  if (load<u8>(at, 7) != SP || load<u8>(at, 11) != SP || load<u8>(at, 16) != SP) return NO_DATE;
  const month = monthAt(at + 8);
  return compose(number(at + 12, 4), month, number(at + 5, 2), timeOfDay(at + 17));
}

/** `Sun Nov  6 08:49:37 1994` */
function parseAsctime(at: usize): i64 {
  if (indexOf(weekdays, 7, at) < 0 || load<u8>(at, 3) != SP || load<u8>(at, 7) != SP) return NO_DATE;
  if (load<u8>(at, 10) != SP || load<u8>(at, 19) != SP) return NO_DATE;
  const month = monthAt(at + 4);
  const day = load<u8>(at, 8) == SP ? number(at + 9, 1) : number(at + 8, 2);
  return compose(number(at + 20, 4), month, day, timeOfDay(at + 11));
}

/** `Sunday, 06-Nov-94 08:49:37 GMT` */
function parseRfc850(at: usize, end: usize, now: i64): i64 {
  let comma = at;
  while (comma < end && load<u8>(comma) != 0x2c) comma++;
  if (end - comma != 24 || !isDayName(at, comma) || load<u8>(comma, 1) != SP) return NO_DATE;
  const date = comma + 2;
  if (load<u8>(date, 2) != HYPHEN || load<u8>(date, 6) != HYPHEN) return NO_DATE;
  if (load<u8>(date, 9) != SP || !isGmt(date + 18)) return NO_DATE;
  const month = monthAt(date + 3);
  const short = number(date + 7, 2);
  if (short < 0) return NO_DATE;
  const time = timeOfDay(date + 10);
  const day = number(date, 2);
  // More than 50 years ahead means the last century with these digits.
  const thisYear = <i32>(1970 + now / 31556952);
  let year = thisYear - (thisYear % 100) + short;
  if (year > thisYear + 50) year -= 100;
  return compose(year, month, day, time);
}

function isDayName(at: usize, end: usize): bool {
  const index = end - at > 3 ? indexOf(weekdays, 7, at) : -1;
  if (index < 0) return false;
  const tail = end - 3;
  if (load<u8>(tail) != 0x64 || load<u16>(tail, 1) != 0x7961) return false;
  // Sunday 6, Monday 6, Tuesday 7, Wednesday 9, Thursday 8, Friday 6, Saturday 8.
  return end - at == ((0x8689766 >> (index << 2)) & 15);
}

/** The number of the month, from 0, whose name is at `at`; −1 if none is. */
export function monthAt(at: usize): i32 {
  return indexOf(months, 12, at);
}

/** Position of the three letters at `at` in a table of `count` such names, or −1. */
function indexOf(table: usize, count: i32, at: usize): i32 {
  for (let i = 0; i < count; i++) {
    const name = table + <usize>i * 3;
    if (load<u16>(name) == load<u16>(at) && load<u8>(name, 2) == load<u8>(at, 2)) return i;
  }
  return -1;
}

function isGmt(at: usize): bool {
  return load<u32>(at) == 0x544d4720;
}

/** `count` digits as a number, or −1. */
function number(at: usize, count: usize): i32 {
  let value = 0;
  for (let i: usize = 0; i < count; i++) {
    const byte: u32 = load<u8>(at + i);
    if (!isDigit(byte)) return -1;
    value = value * 10 + <i32>(byte - 0x30);
  }
  return value;
}

/** `08:49:37` in seconds, or −1; a leap second counts as the second before it. */
function timeOfDay(at: usize): i32 {
  const hour = number(at, 2);
  const minute = number(at + 3, 2);
  const second = number(at + 6, 2);
  if (load<u8>(at, 2) != COLON || load<u8>(at, 5) != COLON) return -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  return hour * 3600 + minute * 60 + min(second, 59);
}

/** Months count from 0. Negative parts, and days that no month has, make it NO_DATE. */
function compose(year: i32, month: i32, day: i32, time: i32): i64 {
  if (year < 0 || month < 0 || time < 0 || day < 1 || day > daysIn(year, month)) return NO_DATE;
  const y = <i64>(month < 2 ? year - 1 : year);
  const era = floorDivide(y, 400);
  const yearOfEra = y - era * 400;
  const marchMonth = <i64>(month < 2 ? month + 10 : month - 2);
  const dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  const days = era * DAYS_PER_ERA + dayOfEra - DAYS_TO_1970;
  return days * SECONDS_PER_DAY + time;
}

function daysIn(year: i32, month: i32): i32 {
  if (month == 1) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
}

function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}
