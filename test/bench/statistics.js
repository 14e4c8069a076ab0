/** What the bench makes of its rounds. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareRounds, median, spread, summarise } from "../../bench/statistics.js";

const roundsOf = (...costs) =>
  costs.map((cpu) => ({
    cpu, user: 0, system: cpu, requestsPerSecond: 1, busy: 1, others: 0, unasked: 0, errors: 0,
  }));

const test = suite("statistics of the bench");

test("the median of an even number of values lies between the two in the middle", () => {
  assert.is(median([4, 1, 3, 2]), 2.5);
  assert.is(median([3, 1, 2]), 2);
});

test("the spread is that of the middle half, so an outlier does not count", () => {
  assert.is(spread([10, 11, 12, 13, 14]), 2 / 12);
  assert.is(spread([10, 11, 12, 13, 1000]), 2 / 12);
});

test("a ratio is taken within each round, so a machine that changes its speed does not bend it", () => {
  const { ratio } = compareRounds(roundsOf(2, 20, 200), roundsOf(1, 10, 100));
  assert.is(ratio, 2);
});

test("the median of endless rounds lies within the uncertainty 19 times out of 20", () => {
  // A generator of its own, for the same numbers each time: xorshift32.
  let x = 0x9e3779b9;
  const random = () => ((x ^= x << 13), (x ^= x >>> 17), (x ^= x << 5), (x >>> 0) / 2 ** 32);
  const trials = 2000;
  let inside = 0;
  for (let i = 0; i < trials; i++) {
    // Skewed, as costs are; the median of this distribution is 1 + ln 2.
    const costs = Array.from({ length: 100 }, () => 1 - Math.log(1 - random()));
    const { ratio, uncertainty } = compareRounds(roundsOf(...costs), roundsOf(...costs.map(() => 1)));
    if (Math.abs(ratio - (1 + Math.LN2)) <= uncertainty) inside++;
  }
  assert.ok(inside / trials > 0.93 && inside / trials < 0.98, `${inside} of ${trials}`);
});

test("a few rounds tell no uncertainty", () => {
  assert.is(compareRounds(roundsOf(1, 2, 3), roundsOf(1, 1, 1)).uncertainty, null);
});

test("user and system time are parts of the whole", () => {
  const [{ summary }] = summarise([
    { name: "other", rounds: roundsOf(1, 2, 30).map((round) => ({ ...round, user: round.cpu / 4 })) },
  ]);
  assert.is(summary.cpu, 2);
  assert.is(summary.user, 0.5);
});

test("the best peer is the cheapest that is neither the floor nor ours", () => {
  const results = summarise([
    { name: "other", rounds: roundsOf(4, 4) },
    { name: "epollux", rounds: roundsOf(2, 2) },
    { name: "better", rounds: roundsOf(3, 3) },
    { name: "floor", rounds: roundsOf(1, 1) },
  ]);
  assert.equal(results.map(({ name }) => name), ["floor", "epollux", "better", "other"]);
  const { toFloor, toBestPeer } = results[1].summary;
  assert.is(toFloor.ratio, 2);
  assert.is(toBestPeer.ratio, 2 / 3);
});

test.run();
