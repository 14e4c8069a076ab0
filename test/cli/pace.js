import { test } from "uvu";
import * as assert from "uvu/assert";

import * as pace from "../../build/host/pace.js";

const { FAILURE_LIMIT, FAILURE_WINDOW_MS, FIRST_DELAY_MS, LONGEST_DELAY_MS } = pace;

test("failures now and then are put right at once, for ever", () => {
  const calm = new pace.Pace();
  const interval = FAILURE_WINDOW_MS / FAILURE_LIMIT;
  for (let i = 0; i < 100; i++) assert.is(calm.next(i * (interval + 1)), 0);
});

test("a burst is put right at once up to the limit, then ever more slowly", () => {
  const burst = new pace.Pace();
  let now = 0;
  for (let i = 0; i < FAILURE_LIMIT; i++) assert.is(burst.next(now++), 0);
  const delays = Array.from({ length: 8 }, () => {
    const delay = burst.next(now);
    now += delay + 1;
    return delay;
  });
  assert.equal(delays.slice(0, 3), [FIRST_DELAY_MS, 2 * FIRST_DELAY_MS, 4 * FIRST_DELAY_MS]);
  assert.is(delays.at(-1), LONGEST_DELAY_MS);
});

test("a worker that has run calmly for long enough is forgiven", () => {
  const forgiven = new pace.Pace();
  for (let i = 0; i <= FAILURE_LIMIT; i++) forgiven.next(i);
  const calmUntil = FAILURE_LIMIT + FIRST_DELAY_MS + FAILURE_WINDOW_MS + 1;
  assert.is(forgiven.next(calmUntil), 0);
});

test.run();
