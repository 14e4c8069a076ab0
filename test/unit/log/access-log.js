// When lines leave, and what becomes of those that cannot: with a clock and a log of our own.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { createWasi, WASI_MODULE, wasiImports } from "../../../build/host/wasi.js";
import { compile } from "../../helpers/asc.js";

const module = compile("access-log", `
  import { Arena } from "../../assembly/bytes/arena";
  import { Request } from "../../assembly/http/request";
  import { AccessLog } from "../../assembly/log/access-log";
  import { Entry } from "../../assembly/log/entry";
  import { Clock } from "../../assembly/platform/clock";
  import { counters } from "../../assembly/platform/counters";
  const clock = new Clock();
  let log = changetype<AccessLog>(0);
  export function make(size: u32): void {
    log = new AccessLog(new Arena(size + 64), "common", size, clock);
  }
  const entry = changetype<Entry>(heap.alloc(8192));
  const request = changetype<Request>(heap.alloc(2144));
  const client = memory.data<u8>([3, 0x61, 0x2e, 0x62]);
  /** A line of 47 bytes. */
  export function add(): void {
    request.clear();
    log.line.begin(entry, request, 0, client, 400);
    entry.left = 0;
    entry.content = 0;
    log.add(entry);
  }
  export function read(): void { clock.read(); }
  export function endTurn(): void { log.endTurn(); }
  export function waitTime(timeoutMs: i32): i32 { return log.waitTime(timeoutMs); }
  export function end(): bool { return log.end(); }
  export function stop(): void { log.stop(); }
  export function dropped(): f64 { return counters.logDropped; }`, ["--target", "tcp"]);

const LINE = 'a.b - - [10/Oct/2000:13:55:36 +0000] "-" 400 0\n';
const START = Date.UTC(2000, 9, 10, 13, 55, 36);
const EAGAIN = -11;
const ENOSPC = -28;
const EMSGSIZE = -90;

/** A log whose time stands still, with what it wrote, and how much is taken: bytes or −errno. */
async function makeLog(size = 16384) {
  const state = { now: 0, writes: [], told: "", attempts: 0, room: () => size >> 2 };
  const wasi = await createWasi(["test"]);
  let memory;
  const own = {
    clock_time_get(clock, _, at) {
      const ms = clock === 0 ? START + (state.now % 1000) : 5000 + state.now;
      memory.writeBigUInt64LE(BigInt(ms) * 1_000_000n, at);
      return 0;
    },
    fd_write(fd, vector, count, result) {
      const [at, length] = [memory.readUInt32LE(vector), memory.readUInt32LE(vector + 4)];
      assert.is(fd, 2);
      state.told += memory.toString("latin1", at, at + length);
      memory.writeUInt32LE(length, result);
      return 0;
    },
  };
  const write = (log, at, length) => {
    assert.is(log, 0);
    assert.ok(length <= size >> 2);
    state.attempts++;
    const result = Math.min(state.room(length), length);
    if (result > 0) state.writes.push(memory.toString("latin1", at, at + result));
    return result;
  };
  const imports = { file: { write }, [WASI_MODULE]: { ...wasiImports(wasi), ...own } };
  const instance = new WebAssembly.Instance(module, imports);
  memory = Buffer.from(instance.exports.memory.buffer);
  wasi.initialize(instance);
  const { exports } = instance;
  exports.make(size);
  memory = Buffer.from(exports.memory.buffer);
  const addLines = (count) => {
    for (let i = 0; i < count; i++) exports.add();
  };
  /** Lets time pass, and a turn end. */
  const pass = (ms) => {
    state.now += ms;
    exports.read();
    exports.endTurn();
  };
  exports.read();
  return Object.assign(state, exports, { addLines, pass });
}

const log = suite("access log");

log("a line alone leaves after a second, and until then the loop sleeps", async () => {
  const it = await makeLog();
  assert.is(it.waitTime(-1), -1, "without lines for ever");
  it.addLines(1);
  assert.is(it.waitTime(-1), 1000);
  assert.is(it.waitTime(10), 10);
  it.pass(999);
  assert.equal([it.writes.length, it.waitTime(-1)], [0, 1]);
  it.pass(1);
  assert.equal(it.writes, [LINE]);
  assert.is(it.waitTime(-1), -1);
});

log("lines leave in batches of whole lines as soon as there is enough for one", async () => {
  const it = await makeLog();
  const inBatch = Math.floor(4096 / LINE.length);
  it.addLines(inBatch);
  assert.is(it.writes.length, 0);
  it.addLines(1);
  assert.equal(it.writes, [LINE.repeat(inBatch)]);
  it.addLines(3 * inBatch);
  it.pass(1000);
  assert.is(it.writes.join(""), LINE.repeat(4 * inBatch + 1));
  assert.ok(it.writes.every((text) => text.endsWith("\n")));
});

log("batches have up to 64 KiB, and no more than 4 KiB where that is refused", async () => {
  const it = await makeLog(262144);
  const inLarge = Math.floor(65536 / LINE.length);
  it.addLines(inLarge + 1);
  assert.equal(it.writes, [LINE.repeat(inLarge)]);
  it.pass(1000);
  it.writes.length = 0;
  it.room = (length) => (length > 4096 ? EMSGSIZE : length);
  it.addLines(inLarge + 1);
  const inSmall = Math.floor(4096 / LINE.length);
  assert.ok(it.writes.length > 1);
  assert.equal(new Set(it.writes.map((text) => text.length / LINE.length)), new Set([inSmall]));
  const attempts = it.attempts;
  it.addLines(inSmall);
  it.pass(1000);
  assert.is(it.attempts, attempts + 2, "the large batch is not tried again");
});

log("one that takes nothing is tried again after 5 ms, 10 ms and so on, up to a second", async () => {
  const it = await makeLog();
  it.room = () => EAGAIN;
  it.addLines(1);
  it.pass(1000);
  const pauses = [];
  for (let i = 0; i < 11; i++) {
    const wait = it.waitTime(-1);
    pauses.push(wait);
    it.addLines(1);
    it.pass(wait - 1);
    assert.is(it.attempts, i + 1, "not before that");
    it.pass(1);
    assert.is(it.attempts, i + 2);
  }
  assert.equal(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
  it.room = () => 4096;
  it.pass(1000);
  assert.is(it.writes.join(""), LINE.repeat(12));
  it.addLines(1);
  assert.is(it.waitTime(-1), 1000, "as before");
});

log("lines that find no room are dropped and counted, which is told when it works again", async () => {
  const it = await makeLog();
  it.room = () => ENOSPC;
  it.addLines(1000);
  const dropped = it.dropped();
  assert.ok(dropped >= 1000 - 16384 / LINE.length && dropped < 1000, `${dropped}`);
  assert.is(it.attempts, 1, "not once for each");
  assert.is(it.told, "");
  it.room = () => 4096;
  it.pass(5);
  assert.is(it.writes.join(""), LINE.repeat(1000 - dropped));
  assert.is(it.told, `warning: access log: lines dropped: ${dropped}\n`);
  it.addLines(200);
  it.pass(1000);
  assert.is(it.told.split("\n").length, 2, "told once");
  assert.is(it.dropped(), dropped);
});

log("one that takes a part of a batch gets the rest later", async () => {
  const it = await makeLog();
  let room = 100;
  it.room = () => {
    const result = room || EAGAIN;
    room = 0;
    return result;
  };
  it.addLines(5);
  it.pass(1000);
  assert.equal(it.writes, [LINE.repeat(5).slice(0, 100)]);
  room = 4096;
  it.pass(5);
  assert.is(it.writes.join(""), LINE.repeat(5));
});

log("in the end all is written at once", async () => {
  const it = await makeLog();
  it.addLines(3);
  assert.ok(it.end());
  assert.is(it.writes.join(""), LINE.repeat(3));
  assert.ok(it.end());
});

log("in the end one that takes nothing has a second, then its lines are dropped and told", async () => {
  const it = await makeLog();
  it.room = () => EAGAIN;
  it.addLines(3);
  assert.not(it.end());
  let passed = 0;
  while (passed < 1000) {
    assert.not(it.end());
    const wait = it.waitTime(-1);
    assert.ok(wait > 0 && wait <= 1000);
    it.pass(Math.min(wait, 1000 - passed));
    passed += Math.min(wait, 1000 - passed);
  }
  assert.ok(it.end());
  assert.is(it.dropped(), 3);
  assert.is(it.told, "warning: access log: lines dropped: 3\n");
});

log("one that is stopped is tried once more, blocked or not", async () => {
  const it = await makeLog();
  it.room = () => EAGAIN;
  it.addLines(200);
  it.room = () => 4096;
  it.stop();
  assert.is(it.writes.join(""), LINE.repeat(200));
  it.room = () => EAGAIN;
  it.addLines(2);
  it.stop();
  assert.is(it.told, "warning: access log: lines dropped: 2\n");
});

log.run();
