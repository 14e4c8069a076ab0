// The clock of the guest over clocks of our own: WASI does not say where a monotonic one begins.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileSandbox } from "../../helpers/sandbox.js";

const MONOTONIC = 1;
const REAL_MS = Date.UTC(2024, 1, 29, 23, 59, 58);

const module = compileSandbox("clock", `
  import { Clock } from "../../assembly/platform/clock";

  const clock = new Clock();

  export function read(): void { clock.read(); }
  export function tick(): u32 { return clock.tick; }
  export function seconds(): f64 { return <f64>clock.seconds; }`);

/** A clock that is made at `started` milliseconds of monotonic time; `at` lets time pass. */
function makeClock(started) {
  const time = { now: started, real: REAL_MS };
  const clockTime = (clock, precision, at) => {
    const milliseconds = clock === MONOTONIC ? time.now : time.real;
    const { buffer } = instance.exports.memory;
    new DataView(buffer).setBigUint64(at, BigInt(milliseconds) * 1_000_000n, true);
    return 0;
  };
  const refuse = () => assert.unreachable("only clocks are read");
  const imports = {};
  for (const { module: group, name } of WebAssembly.Module.imports(module)) {
    (imports[group] ??= {})[name] = name === "clock_time_get" ? clockTime : refuse;
  }
  const instance = new WebAssembly.Instance(module, imports);
  instance.exports._initialize();
  return { time, ...instance.exports };
}

const clock = suite("clock");

for (const started of [0, 1, 999, 1000, 5_000_000_000]) {
  clock(`real time is right from the start when monotonic time starts at ${started} ms`, () => {
    assert.is(makeClock(started).seconds(), REAL_MS / 1000);
  });
}

clock("real time that is set is noticed within a second, time that passes at once", () => {
  const { time, read, seconds } = makeClock(0);
  time.now += 400;
  time.real += 7_000_400;
  read();
  assert.is(seconds(), REAL_MS / 1000, "not asked for yet");
  time.now += 600;
  time.real += 600;
  read();
  assert.is(seconds(), REAL_MS / 1000 + 7001);
});

clock("ticks count from 1, whatever becomes of real time", () => {
  const { time, read, tick } = makeClock(12_345);
  assert.is(tick(), 1);
  time.now += 250;
  time.real = 0;
  read();
  assert.is(tick(), 3);
});

clock.run();
