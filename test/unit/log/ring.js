// Lines that wait, against a model: they come out in their order, whole, in batches that are not
// too long, and as many find room as there is room for.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const SIZE = 16384;
const MAX_LINE = 4096;
const MAX_BATCH = 4096;
/** What the ring may leave unused: in front of its start, and at its end, for a line to be whole. */
const LOSS = 2 * (MAX_LINE + 64);

const guest = compileGuest("log-ring", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Ring } from "../../assembly/log/ring";
  let ring = changetype<Ring>(0);
  export function begin(size: u32): void { ring = new Ring(new Arena(size + 64), size); }
  export function reserve(length: u32): usize { return ring.reserve(length); }
  export function add(end: usize): void { ring.add(end); }
  export function front(): usize { return ring.front; }
  export function batch(most: u32): u32 { return ring.batch(most); }
  export function drop(length: u32): void { ring.drop(length); }
  export function length(): u32 { return ring.length; }
  export function countLines(): u32 { return ring.countLines(); }`);

/** Adds a line as the log does, with some bytes written behind its end; false without room. */
function add(line) {
  const at = guest.reserve(line.length + 10);
  if (at === 0) return false;
  guest.put(at, line + "#".repeat(15));
  guest.add(at + line.length);
  return true;
}

const ring = suite("log ring");
ring.before.each(() => guest.begin(SIZE));

/** Lines of random lengths, added and taken at random; how much of a batch is taken, `mostTaken` says. */
function run(seed, steps, mostTaken) {
  guest.begin(SIZE);
  const dice = roll(seed);
  const lines = [];
  let [waiting, taken, refused, number] = ["", "", 0, 0];
  for (let step = 0; step < steps; step++) {
    if (dice(2) === 0) {
      const body = `${number++}:${"x".repeat(dice(4) === 0 ? dice(MAX_LINE - 100) : dice(200))}\n`;
      if (add(body)) {
        lines.push(body);
        waiting += body;
      } else {
        refused++;
        assert.ok(waiting.length > SIZE - LOSS, `refused with ${waiting.length} bytes`);
      }
    } else if (waiting !== "") {
      const length = guest.batch(MAX_BATCH);
      assert.ok(length > 0 && length <= MAX_BATCH);
      const bytes = guest.text(guest.front(), guest.front() + length);
      assert.ok(bytes.endsWith("\n"), "whole lines");
      const part = Math.min(length, mostTaken(dice));
      guest.drop(part);
      taken += bytes.slice(0, part);
      waiting = waiting.slice(part);
    }
    assert.is(guest.length(), waiting.length);
  }
  assert.is(taken + waiting, lines.join(""));
  return { refused, waiting };
}

ring("gives back every line whole and in order, however they come and go", () => {
  for (let seed = 1; seed <= 20; seed++) run(seed, 2000, () => Infinity);
});

ring("goes on in the middle of a line that was taken in part", () => {
  for (let seed = 21; seed <= 30; seed++) run(seed, 2000, (dice) => 1 + dice(3000));
});

ring("that is full refuses lines, and has room again when some are taken", () => {
  const line = `${"y".repeat(999)}\n`;
  let count = 0;
  while (add(line)) count++;
  assert.ok(count >= (SIZE - LOSS) / 1000 && count <= SIZE / 1000, `${count} lines`);
  assert.not(add(line));
  guest.drop(guest.batch(MAX_BATCH));
  assert.ok(add(line));
  assert.ok(add(line));
});

ring("counts the lines it forgets", () => {
  let count = 0;
  while (add(`${"z".repeat(50)}\n`)) count++;
  guest.drop(guest.batch(MAX_BATCH));
  count -= Math.floor(MAX_BATCH / 51);
  while (add("short\n")) count++;
  assert.is(guest.countLines(), count);
  assert.is(guest.length(), 0);
});

ring.run();
