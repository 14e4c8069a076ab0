import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("schedule", `
  import { Schedule } from "../../assembly/tcp/schedule";
  let schedule = changetype<Schedule>(0);
  export function create(interval: f64, count: f64, now: u32): void {
    schedule = new Schedule(interval, count);
    schedule.begin(now);
  }
  export function next(now: u32): i32 { return schedule.next(now); }
  export function untilNext(now: u32): f64 { return schedule.untilNext(now); }`);

/** Everybody whose time has come. */
function due(now) {
  const places = [];
  for (let place = guest.next(now); place >= 0; place = guest.next(now)) places.push(place);
  return places;
}

const schedule = suite("schedule");

schedule("gives each its turn once an interval, at even distances", () => {
  guest.create(1000, 4, 5000);
  assert.equal(due(5000), [0]);
  assert.equal([due(5249), due(5250), due(5250)], [[], [1], []]);
  assert.equal([due(5999), due(6000), due(7000)], [[2, 3], [0], [1, 2, 3, 0]]);
});

schedule("tells how long it is until the next turn", () => {
  guest.create(1000, 4, 5000);
  assert.is(guest.untilNext(5000), 0);
  due(5000);
  assert.equal([guest.untilNext(5000), guest.untilNext(5200)], [250, 50]);
  assert.is(guest.untilNext(5300), -50);
});

schedule("does not make up for rounds that were missed altogether", () => {
  guest.create(1000, 4, 0);
  due(0);
  const places = due(10_100);
  assert.ok(places.length <= 5, `${places}`);
  assert.equal(due(10_250), [1]);
});

schedule("goes on evenly when the distance is no whole number", () => {
  guest.create(1000, 3, 0);
  let turns = 0;
  for (let now = 0; now < 1_000_000; now++) turns += due(now).length;
  assert.is(turns, 3000);
});

schedule.run();
