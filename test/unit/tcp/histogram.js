// Quantiles beside those of the sorted values themselves.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("histogram", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Histogram } from "../../assembly/tcp/histogram";
  const histogram = new Histogram(new Arena(Histogram.arenaSize()));
  export function add(value: u32): void { histogram.add(value); }
  export function clear(): void { histogram.clear(); }
  export function quantile(share: f64): f64 { return histogram.quantile(share); }
  export function count(): u32 { return histogram.count; }
  export function max(): u32 { return histogram.max; }`);

const HIGHEST = 2 ** 32 - 1;

const fill = (values) => {
  guest.clear();
  for (const value of values) guest.add(value);
};

/** The value that `share` of the values do not exceed. */
function exactQuantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];
}

const histogram = suite("histogram");

histogram("has no quantile while it is empty", () => {
  guest.clear();
  assert.equal([0, 0.5, 1].map(guest.quantile), [-1, -1, -1]);
});

histogram("is exact below 128", () => {
  fill(Array.from({ length: 128 }, (_, i) => i));
  for (let i = 0; i < 128; i++) assert.is(guest.quantile((i + 1) / 128), i);
});

histogram("is never below the value, and above it by no more than 1 in 64", () => {
  const powers = Array.from({ length: 33 }, (_, i) => 2 ** i);
  const edges = powers.flatMap((power) => [power - 1, power, power + 1, Math.floor(power * 1.4)]);
  for (const value of edges.filter((edge) => edge <= HIGHEST)) {
    fill([value, HIGHEST]);
    const found = guest.quantile(0.5);
    assert.ok(found >= value && found <= value + value / 64, `${value}: ${found}`);
  }
});

histogram("never tells more than the greatest value", () => {
  fill([1000]);
  assert.equal([guest.quantile(0.5), guest.quantile(1), guest.max()], [1000, 1000, 1000]);
  fill([HIGHEST]);
  assert.is(guest.quantile(1), HIGHEST);
});

histogram("finds the quantiles of random values", () => {
  const dice = roll(7);
  for (const scale of [100, 10_000, 5_000_000]) {
    const values = Array.from({ length: 2000 }, () => dice(1 + dice(scale)));
    fill(values);
    assert.is(guest.count(), 2000);
    assert.is(guest.max() >>> 0, Math.max(...values));
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = exactQuantile(values, share);
      const found = guest.quantile(share);
      assert.ok(found >= exact && found <= exact + exact / 64, `${share}: ${exact}, ${found}`);
    }
  }
});

histogram.run();
