// What was looked for and is not there, by path.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("misses", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Misses } from "../../assembly/static/misses";
  const misses = new Misses(new Arena(Misses.ARENA_SIZE));
  export const path: usize = memory.data(512);
  export function note(length: u32, failure: i32, tick: u32): void {
    misses.note(path, length, failure, tick);
  }
  export function failure(length: u32): i32 {
    const miss = misses.find(path, length);
    return miss ? miss.failure : 0;
  }
  export function checked(length: u32): u32 {
    const miss = misses.find(path, length);
    return miss ? miss.checked : 0;
  }`);

const note = (path, failure, tick) => {
  guest.put(guest.path.value, path);
  guest.note(path.length, failure, tick);
};
const find = (path) => {
  guest.put(guest.path.value, path);
  return [guest.failure(path.length), guest.checked(path.length)];
};
const NOTHING = [0, 0];

const misses = suite("misses");

misses("a path that was never noted is not found", () => {
  assert.equal(find("/"), NOTHING);
  assert.equal(find("/never"), NOTHING);
});

misses("a path is found with its failure and the tick of the last time", () => {
  note("/gone.html", -404, 7);
  note("/docs", -301, 8);
  note("/docs", -404, 12);
  assert.equal(find("/gone.html"), [-404, 7]);
  assert.equal(find("/docs"), [-404, 12]);
});

misses("a path that begins or ends like one that was noted is not found", () => {
  note("/a/long/path/to/nothing", -404, 3);
  for (const other of ["/a/long/path/to/nothin", "/a/long/path/to/nothing/", "/b/long/path/to/nothing"]) {
    assert.equal(find(other), NOTHING, other);
  }
});

misses("paths up to 112 bytes are noted, longer ones are not", () => {
  const longest = "/" + "x".repeat(111);
  note(longest, -404, 5);
  note(longest + "x", -404, 5);
  assert.equal(find(longest), [-404, 5]);
  assert.equal(find(longest + "x"), NOTHING);
});

misses("many names push each other out, and never answer for one another", () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `/missing-${i}`);
  names.forEach((name, i) => note(name, -404, i + 1));
  let kept = 0;
  names.forEach((name, i) => {
    const [failure, tick] = find(name);
    if (failure === 0) return;
    kept++;
    assert.equal([failure, tick], [-404, i + 1], name);
  });
  assert.ok(kept > 1000 && kept <= 2048, `${kept} kept`);
});

misses.run();
