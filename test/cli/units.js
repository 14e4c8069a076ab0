import { test } from "uvu";
import * as assert from "uvu/assert";

import * as units from "../../build/host/units.js";

test("a duration is milliseconds, seconds, minutes or hours; a bare number is seconds", () => {
  assert.is(units.parseDuration("500ms"), 500);
  assert.is(units.parseDuration("10"), 10_000);
  assert.is(units.parseDuration("10s"), 10_000);
  assert.is(units.parseDuration("1.5m"), 90_000);
  assert.is(units.parseDuration("2h"), 7_200_000);
});

test("a size is bytes with units of 1024", () => {
  assert.is(units.parseSize("300"), 300);
  assert.is(units.parseSize("300B"), 300);
  assert.is(units.parseSize("64k"), 65_536);
  assert.is(units.parseSize("64KiB"), 65_536);
  assert.is(units.parseSize("1.5m"), 1_572_864);
  assert.is(units.parseSize("1GiB"), 2 ** 30);
});

test("what is not quite a number is none", () => {
  for (const text of ["", " 1", "1 ", "-1", "+1", "1e3", "0x10", "1,5", ".5", "5.", "10 s", "١"]) {
    assert.is(units.parseCount(text), undefined, text);
    assert.is(units.parseDuration(text), undefined, text);
    assert.is(units.parseSize(text), undefined, text);
  }
  assert.is(units.parseDuration("10d"), undefined);
  assert.is(units.parseSize("10kb"), undefined, "1000 or 1024? not for us to guess");
  assert.is(units.parseCount("9".repeat(16)), undefined);
});

test("a shown duration or size reads back as the same number", () => {
  for (const ms of [0, 1, 500, 1000, 1500, 60_000, 90_000, 3_600_000, 86_400_000]) {
    assert.is(units.parseDuration(units.showDuration(ms)), ms);
  }
  for (const bytes of [0, 1, 1023, 1024, 65_535, 65_536, 2 ** 20, 2 ** 30]) {
    assert.is(units.parseSize(units.showSize(bytes)), bytes);
  }
});

test("numbers for people have units, plurals and separators", () => {
  assert.is(units.describeSize(1), "1 byte");
  assert.is(units.describeSize(1000), "1,000 bytes");
  assert.is(units.describeSize(43_306_189), "41.3 MiB");
  assert.is(units.describeDuration(420), "0.4 s");
  assert.is(units.describeDuration(42_000), "42 s");
  assert.is(units.describeDuration(200_000), "3 min 20 s");
  assert.is(units.describeDuration(7_500_000), "2 h 5 min");
  assert.is(units.count(1, "request"), "1 request");
  assert.is(units.count(12_345, "request"), "12,345 requests");
  for (const number of [0, 999, 1000, 100_000, 1_234_567, Number.MAX_SAFE_INTEGER]) {
    assert.is(units.grouped(number), number.toLocaleString("en-US"));
  }
});

test.run();
