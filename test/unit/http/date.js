// HTTP-date in its three forms (RFC 9110 §5.6.7), against JavaScript's own calendar.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { asctimeDate, imfFixdate, rfc850Date } from "../../conformance/dates.js";
import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("date", `
  export { parseDate, writeDate, NO_DATE } from "../../assembly/http/date";
  export const room = heap.alloc(256);`);
const room = guest.room.value;
const NO_DATE = null;
const NOW = Date.UTC(2026, 5, 15);

/** Milliseconds, or NO_DATE. */
function parse(text, now = NOW) {
  // What follows must not matter.
  guest.put(room, `${text} GMT 2026 00:00:00`);
  const seconds = guest.parseDate(room, room + text.length, BigInt(now / 1000));
  return seconds === guest.NO_DATE.value ? NO_DATE : Number(seconds) * 1000;
}

const write = (ms) => guest.text(room, guest.writeDate(room, BigInt(ms / 1000)));

const date = suite("date");

const YEARS = [
  1, 4, 99, 100, 400, 1600, 1899, 1900, 1969, 1970, 1999, 2000, 2001, 2024, 2100, 2400, 9999,
];

/** Times with something about them, and random ones: whole seconds from year 0 to 9999. */
function* times() {
  for (const year of YEARS) {
    for (let month = 0; month < 12; month++) {
      const first = new Date(0).setUTCFullYear(year, month, 1);
      const next = new Date(0).setUTCFullYear(year, month + 1, 1);
      yield* [first, first + 43_199_000, next - 1000];
    }
  }
  const dice = roll(1);
  const [low, high] = [new Date(0).setUTCFullYear(0, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59)];
  const seconds = (high - low) / 1000;
  const random = () => dice(2 ** 32) / 2 ** 32;
  for (let i = 0; i < 20_000; i++) yield low + Math.floor(random() * seconds) * 1000;
}

date("every second is written as an IMF-fixdate, and read back", () => {
  for (const ms of times()) {
    const text = imfFixdate(ms);
    assert.is(write(ms), text);
    assert.is(parse(text), ms, text);
  }
});

date("the form of asctime is read", () => {
  for (const ms of times()) assert.is(parse(asctimeDate(ms)), ms, asctimeDate(ms));
});

date("the form of RFC 850 is read within 50 years of now", () => {
  for (let year = 1977; year <= 2076; year++) {
    for (let month = 0; month < 12; month++) {
      const ms = Date.UTC(year, month, 1 + ((year * 7 + month) % 28), 1, 2, 3);
      assert.is(parse(rfc850Date(ms)), ms, `${year}: ${rfc850Date(ms)}`);
    }
  }
});

date("a year of two digits more than 50 years ahead is one of the last century", () => {
  const of = (year) => rfc850Date(Date.UTC(year, 0, 1));
  assert.is(parse(of(2077)), Date.UTC(1977, 0, 1));
  assert.is(parse(of(2076)), Date.UTC(2076, 0, 1));
  assert.is(parse(of(1999), Date.UTC(1998, 5, 1)), Date.UTC(1999, 0, 1));
  assert.is(parse(of(1994), Date.UTC(2051, 5, 1)), Date.UTC(2094, 0, 1));
});

date("a leap second is read, as the second before it", () => {
  assert.is(parse("Sat, 31 Dec 2016 23:59:60 GMT"), Date.UTC(2016, 11, 31, 23, 59, 59));
});

date("days that no month has are no dates", () => {
  for (let month = 0; month < 12; month++) {
    for (const year of [1900, 2000, 2023, 2024, 2100]) {
      const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      const text = imfFixdate(Date.UTC(year, month, last));
      assert.not.equal(parse(text), NO_DATE);
      for (const day of ["00", `${last + 1}`, "32", "99"]) {
        assert.is(parse(text.slice(0, 5) + day + text.slice(7)), NO_DATE, `${day} of ${text}`);
      }
    }
  }
});

date("one byte wrong anywhere makes it no date, or the date it then is", () => {
  const ms = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (const form of [imfFixdate, rfc850Date, asctimeDate]) {
    const text = form(ms);
    for (let at = 0; at < text.length; at++) {
      for (const letter of "x \x00-:,9\xff") {
        if (letter === text[at] || (/\d| /.test(text[at]) && /\d| /.test(letter))) continue;
        const wrong = text.slice(0, at) + letter + text.slice(at + 1);
        assert.is(parse(wrong), NO_DATE, JSON.stringify(wrong));
      }
      assert.is(parse(text.slice(0, at)), NO_DATE, text.slice(0, at));
    }
    assert.is(parse(`${text}x`), NO_DATE);
    assert.is(parse(` ${text}`), NO_DATE);
  }
});

date("what only resembles a date is none", () => {
  const others = [
    "", ",", "GMT", "Sunday", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
    "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 NOV 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
    "Sundays, 06-Nov-94 08:49:37 GMT", "Tuesay, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
    "Sun Nov 06 08:49:37 1994 ", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 +0000",
    "784111777", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
  ];
  for (const text of others) assert.is(parse(text), NO_DATE, text);
});

date.run();
