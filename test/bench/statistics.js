/** What the bench makes of its rounds. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareRounds, median, spread, summarise } from "../../bench/statistics.js";

const roundsOf = (...costs) =>
  costs.map((cpu) => ({
    cpu, user: 0, system: cpu, requestsPerSecond: 1, busy: 1, others: 0, errors: 0,
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
  const { ratio, uncertainty } = compareRounds(roundsOf(2, 20, 200), roundsOf(1, 10, 100));
  assert.is(ratio, 2);
  assert.is(uncertainty, 0);
});

test("a ratio is the less certain the more it changes, and the surer the more rounds there are", () => {
  const uncertaintyOf = (rounds) =>
    compareRounds(rounds, rounds.map(() => ({ cpu: 1 }))).uncertainty;
  const calm = uncertaintyOf(roundsOf(1, 1.1, 1.2, 1.3));
  const wild = uncertaintyOf(roundsOf(1, 2, 3, 4));
  const longer = uncertaintyOf(roundsOf(1, 1, 2, 2, 3, 3, 4, 4));
  assert.ok(calm < wild, `${calm} < ${wild}`);
  assert.ok(longer < wild, `${longer} < ${wild}`);
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
