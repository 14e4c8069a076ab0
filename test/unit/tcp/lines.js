// Lines on their way to a standard output that takes a part, nothing for now, or nothing any more.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileSandbox, Sandbox } from "../../helpers/sandbox.js";

const module = compileSandbox("lines", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Lines } from "../../assembly/tcp/lines";
  const lines = new Lines(new Arena(64), 64);
  export function hasRoom(length: u32): bool { return lines.hasRoom(length); }
  export function next(): usize { return lines.next; }
  export function add(end: usize): void { lines.add(end); }
  export function flush(): void { lines.flush(); }
  export function isEmpty(): bool { return lines.isEmpty; }
  export function isClosed(): bool { return lines.isClosed; }`);

const WASI_EAGAIN = 6;
const WASI_EPIPE = 64;
const WASI_EIO = 29;

const lines = suite("lines");

lines.before.each(async (context) => {
  context.sandbox = await Sandbox.create(module);
  context.exports = context.sandbox.exports;
  /** Adds text, if there is room for it. */
  context.add = (text) => {
    if (!context.exports.hasRoom(text.length)) return false;
    const at = context.exports.next();
    context.exports.add(at + Buffer.from(text).copy(context.sandbox.memory, at));
    return true;
  };
});
lines.after.each(({ sandbox }) => sandbox.end());

lines("are written with the next flush, together", ({ sandbox, exports, add }) => {
  add("one\n");
  add("two\n");
  assert.is(sandbox.written[1], "");
  exports.flush();
  assert.is(sandbox.written[1], "one\ntwo\n");
  assert.ok(exports.isEmpty());
});

lines("are written earlier when the room is needed", ({ sandbox, add }) => {
  const text = "x".repeat(40);
  assert.ok(add(text) && add(text));
  assert.is(sandbox.written[1], text);
});

lines("stay while nothing is taken; then there is no room", ({ sandbox, exports, add }) => {
  sandbox.room = () => -WASI_EAGAIN;
  assert.ok(add("x".repeat(40)));
  assert.not.ok(add("y".repeat(40)));
  exports.flush();
  assert.not.ok(exports.isEmpty() || exports.isClosed());
  sandbox.room = () => Infinity;
  assert.ok(add("y".repeat(40)));
  exports.flush();
  assert.is(sandbox.written[1], "x".repeat(40) + "y".repeat(40));
});

lines("lose no byte when they are taken in pieces", ({ sandbox, exports, add }) => {
  let time = 0;
  sandbox.room = () => (time++ % 3 === 0 ? -WASI_EAGAIN : (time % 5) + 1);
  let all = "";
  for (let i = 0; i < 500; i++) {
    const line = `line ${i}${".".repeat(i % 40)}\n`;
    while (!add(line));
    all += line;
  }
  while (!exports.isEmpty()) exports.flush();
  assert.is(sandbox.written[1], all);
});

lines("are dropped once nobody reads them", ({ sandbox, exports, add }) => {
  sandbox.room = () => -WASI_EPIPE;
  add("one\n");
  exports.flush();
  assert.ok(exports.isClosed() && exports.isEmpty());
  for (let i = 0; i < 100; i++) assert.ok(add("x".repeat(50)));
});

lines("that cannot be written for another reason are a fault", ({ sandbox, exports, add }) => {
  sandbox.room = (fd) => (fd === 1 ? -WASI_EIO : Infinity);
  add("one\n");
  assert.throws(() => exports.flush(), (error) => error instanceof WebAssembly.RuntimeError);
  assert.match(sandbox.written[2], /^fatal: fd_write\(1\): errno 5\n$/);
});

lines.run();
