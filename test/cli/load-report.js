// What the load client says of a run, from the numbers alone.

import { test } from "uvu";
import * as assert from "uvu/assert";

import { faults, progressLine, summary } from "../../build/host/load-report.js";

const WELL = {
  wanted: 1000, up: 1000, failed: 0, lost: 0, sent: 3000, echoed: 3000, sentBytes: 30_720,
  receivedBytes: 30_720, wrong: 0, p50: 0.0421, p90: 0.1, p99: 1.234, max: 42.1234, errno: 0,
};
const MUTE = { ...WELL, echoed: 0, receivedBytes: 0, p50: -1, p90: -1, p99: -1, max: -1 };

test("the line of the moment counts messages since the last", () => {
  assert.is(
    progressLine(WELL, { ...WELL, sent: 1000 }, 2),
    "1,000 up, 1,000 sent/s, 60 KiB, 0 errors, p50 0.042 p99 1.23 max 42.1 ms",
  );
  assert.is(
    progressLine({ ...MUTE, up: 998, failed: 1, lost: 1 }, undefined, 1),
    "998 of 1,000 up, 3,000 sent/s, 30 KiB, 2 errors",
  );
});

test("the line of the moment fits on a terminal", () => {
  const many = { ...WELL, wanted: 10_000, up: 10_000, sent: 10_000, sentBytes: 60_123_123 };
  assert.ok(progressLine(many, undefined, 1).length < 80);
});

test("the summary has a line for each thing", () => {
  assert.is(summary({ ...WELL, up: 0 }, 1000, 30_000), `\
connections  1,000 up, 0 failed, 0 lost
messages     3,000 sent, 3,000 echoed in 30 s
bytes        30 KiB sent, 30 KiB received, 0 wrong
round trip   p50 0.042 ms, p90 0.1 ms, p99 1.23 ms, max 42.1 ms`);
  assert.match(summary(MUTE, 1000, 30_000), "3,000 sent, none echoed in 30 s");
  assert.not.match(summary(MUTE, 1000, 30_000), "round trip");
});

test("a run without fault has none", () => {
  assert.equal(faults({ ...WELL, up: 0 }, 1000), []);
  assert.equal(faults(MUTE, 1000), []);
});

test("every fault has its line", () => {
  const cases = [
    [{ ...WELL, failed: 1000, sent: 0, echoed: 0, errno: 111 }, 0,
      "1,000 of 1,000 connections failed: connection refused"],
    [{ ...WELL, lost: 2, errno: 104 }, 998,
      "2 of 1,000 connections lost: connection reset by peer"],
    [{ ...WELL, lost: 2 }, 998, "2 of 1,000 connections lost: closed by the server"],
    [WELL, 900, "100 of 1,000 connections had not come up yet"],
    [{ ...WELL, wrong: 1 }, 1000, "1 byte received that had not been sent"],
    [{ ...WELL, echoed: 2999 }, 1000, "1 of 3,000 messages not echoed"],
  ];
  for (const [end, up, line] of cases) assert.equal(faults(end, up), [line]);
  const all = { ...WELL, failed: 1, lost: 1, wrong: 2, echoed: 0, errno: 104 };
  assert.is(faults(all, 997).length, 4);
});

test.run();
