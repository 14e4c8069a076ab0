// The selected representation, over a file system of our own: what becomes of it when the cache's
// memory is short, or a file cannot be read.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compile } from "../../helpers/asc.js";
import { E } from "../../helpers/proxy.js";

const CACHE_SIZE = 1 << 20;
const module = compile("select", `
  import { Arena } from "../../assembly/bytes/arena";
  import { parse } from "../../assembly/http/parse";
  import { Request, REQUEST_SIZE } from "../../assembly/http/request";
  import { Clock } from "../../assembly/platform/clock";
  import { Cache } from "../../assembly/static/cache";
  import { configureOpen } from "../../assembly/static/open";
  import { Resource } from "../../assembly/static/resource";
  import { Selector } from "../../assembly/static/select";

  let cache = changetype<Cache>(0);
  let selector = changetype<Selector>(0);
  let clock = changetype<Clock>(0);
  const record: usize = heap.alloc(REQUEST_SIZE + 4096);

  export function begin(size: u32, maxOpenFiles: i32): void {
    configureOpen("index.html", false);
    cache = new Cache(new Arena(Cache.arenaSize(size)), size, maxOpenFiles);
    clock = new Clock();
    selector = new Selector(cache, clock);
  }
  export function endTurn(): i32 {
    clock.read();
    cache.closeUnused(clock.tick);
    return cache.waitTime(-1, clock.tick);
  }
  export function input(): usize { return record + REQUEST_SIZE; }
  export function select(length: u32): Resource | null {
    const request = changetype<Request>(record);
    request.clear();
    request.maxFields = 100;
    request.maxTarget = 4096;
    request.maxHead = 4096;
    const input = record + REQUEST_SIZE;
    if (parse(request, input, length) <= 0) unreachable();
    return selector.select(request, input, input + request.pathStart, request.pathLength);
  }
  export function failure(): i32 { return selector.failure; }
  export function retain(resource: Resource): void { cache.retain(resource); }
  export function release(resource: Resource): void { cache.release(resource); }
  export function state(resource: Resource): i32 { return resource.state; }
  export function coding(resource: Resource): i32 { return resource.coding; }
  export function fd(resource: Resource): i32 { return resource.fd; }
  export function size(resource: Resource): f64 { return resource.size; }
  export function content(resource: Resource): usize { return resource.content; }`,
["--runtime", "stub", "--enable", "simd"]);

const VALID = 1;
const FIRST_FD = 3;

/** Files by path beneath the root: `{ ino, size, byte, isUnreadable }`; open ones by descriptor. */
let files = new Map();
let open = [];
let guest;
let milliseconds = 0;

const view = () => new DataView(guest.memory.buffer);
const bytes = (at, length) => new Uint8Array(guest.memory.buffer, at, length);
const fileOf = (fd) => open[fd - FIRST_FD];

/** What the guest imports; what this test has no use for fails. */
const fakes = {
  openat2(root, path, length) {
    const name = Buffer.from(bytes(path, length)).toString();
    const isDirectory = name.endsWith("/");
    const file = isDirectory ? { ino: 0, size: 0, mode: 0o40755 } : files.get(name);
    return file ? open.push(file) + FIRST_FD - 1 : E.ENOENT;
  },
  fstat(fd, at) {
    const { ino, size, mode = 0o100644 } = fileOf(fd);
    view().setBigUint64(at + 8, BigInt(ino), true);
    view().setFloat64(at + 16, size, true);
    view().setFloat64(at + 24, 1_700_000_000, true);
    view().setUint32(at + 36, mode, true);
    return 0;
  },
  pread(fd, buffer, length, offset) {
    const { size, byte, isUnreadable } = fileOf(fd);
    if (isUnreadable) return E.EIO;
    const count = Math.min(length, size - offset);
    bytes(buffer, count).fill(byte);
    return count;
  },
  close(fd) {
    assert.ok(fileOf(fd), "only an open file is closed");
    open[fd - FIRST_FD] = undefined;
    return 0;
  },
  clock_time_get(clock, precision, at) {
    view().setBigUint64(at, BigInt(milliseconds) * 1_000_000n, true);
    return 0;
  },
};

function addFile(path, size, isUnreadable = false) {
  const ino = files.size + 1;
  files.set(path, { ino, size, byte: ino & 255, isUnreadable });
}

/** A cache of this size, and no files. */
function begin(size = CACHE_SIZE, maxOpenFiles = 16) {
  files = new Map();
  open = [];
  milliseconds = 1_800_000_000_000;
  const imports = {};
  for (const { module: group, name } of WebAssembly.Module.imports(module)) {
    (imports[group] ??= {})[name] = fakes[name] ?? (() => assert.unreachable(name));
  }
  guest = new WebAssembly.Instance(module, imports).exports;
  guest.begin(size, maxOpenFiles);
}

/** The resource for the path, 0 if there is none. */
function select(path, ...fields) {
  const text = [`GET ${path} HTTP/1.1`, "Host: a", ...fields, "", ""].join("\r\n");
  return guest.select(Buffer.from(text).copy(bytes(guest.input(), 4096)));
}

/** It is what the file is, and its content where that is kept. */
function check(resource, path) {
  const { size, byte } = files.get(path);
  assert.is.not(resource, 0, path);
  assert.is(guest.state(resource), VALID);
  assert.is(guest.size(resource), size);
  const fd = guest.fd(resource);
  if (fd >= 0) assert.is(fileOf(fd), files.get(path));
  else assert.ok(bytes(guest.content(resource), size).every((value) => value === byte), path);
}

const BROTLI = "Accept-Encoding: br";

const selection = suite("select");

selection("a file whose coded sibling cannot be read is sent as it is", () => {
  begin();
  addFile("app.js", 300_000);
  addFile("app.js.br", 60_000, true);
  check(select("/app.js"), "app.js");
  // What comes next in the cache's memory is the block of app.js.
  for (let i = 0; i < 17; i++) {
    addFile(`${i}.bin`, 60_000);
    check(select(`/${i}.bin`), `${i}.bin`);
  }
  check(select("/app.js", BROTLI), "app.js");
});

selection("a file whose coded sibling finds no room in the cache is still one of the two", () => {
  begin();
  addFile("app.js", 300_000);
  addFile("app.js.br", 60_000);
  check(select("/app.js"), "app.js");
  for (let i = 0; i < 17; i++) {
    addFile(`${i}.bin`, 60_000);
    guest.retain(select(`/${i}.bin`));
  }
  const resource = select("/app.js", BROTLI);
  check(resource, guest.coding(resource) === 0 ? "app.js" : "app.js.br");
});

selection("however a path is written, a file is in the cache once", () => {
  begin();
  addFile("docs/a.bin", 60_000);
  const resource = select("/docs/a.bin");
  check(resource, "docs/a.bin");
  for (const path of [
    "/./docs/a.bin", "//docs/a.bin", "/docs//a.bin", "/docs/./a.bin", "/docs/../docs/a.bin",
    "/docs/%61.bin", "/%64ocs/a.bin", "/a-folder-with-a-long-name/../docs/a.bin",
  ]) {
    assert.is(select(path), resource, path);
  }
});

selection("a name with a percent sign is not decoded twice", () => {
  begin();
  addFile("ab.bin", 1000);
  addFile("a%62.bin", 2000);
  for (let round = 0; round < 2; round++) {
    check(select("/a%2562.bin"), "a%62.bin");
    check(select("/a%62.bin"), "ab.bin");
    check(select("/ab.bin"), "ab.bin");
    assert.is(select("/a%252562.bin"), 0);
    assert.is(guest.failure(), -404);
  }
});

selection("a directory and what is hidden are that in every spelling", () => {
  begin();
  addFile("docs/index.html", 1000);
  addFile(".hidden", 1000);
  for (const path of ["/docs/", "/docs/.", "//docs/", "/docs/x/..", "/%64ocs/"]) {
    check(select(path), "docs/index.html");
  }
  for (const path of ["/.hidden", "/%2ehidden", "//.hidden", "/docs/../.hidden"]) {
    assert.is(select(path), 0, path);
    assert.is(guest.failure(), -404);
  }
});

selection("a content that finds no room is sent from its open file", () => {
  begin();
  for (let i = 0; i < 30; i++) addFile(`${i}.bin`, 60_000);
  for (let i = 0; i < 30; i++) {
    const resource = select(`/${i}.bin`);
    check(resource, `${i}.bin`);
    guest.retain(resource);
    assert.is(guest.fd(resource) >= 0, i >= 17, `${i}`);
  }
});

selection("when no file more can be kept open, that passes", () => {
  begin(CACHE_SIZE, 2);
  for (let i = 0; i < 3; i++) addFile(`${i}.bin`, 300_000);
  const lent = [0, 1].map((i) => select(`/${i}.bin`));
  lent.forEach((resource) => guest.retain(resource));
  assert.is(select("/2.bin"), 0);
  assert.is(guest.failure(), -503);
  assert.is(open.filter(Boolean).length, 2);
  guest.release(lent[0]);
  check(select("/2.bin"), "2.bin");
});

selection("a file is closed when nobody has asked for it for a while", () => {
  begin();
  addFile("asked.bin", 300_000);
  addFile("lent.bin", 300_000);
  addFile("left.bin", 300_000);
  assert.is(guest.endTurn(), -1, "nothing to wait for");
  const [, lent] = ["asked", "lent", "left"].map((name) => select(`/${name}.bin`));
  guest.retain(lent);
  const isOpen = (name) => open.includes(files.get(name));
  for (let second = 0; second < 5; second++) {
    assert.is(guest.endTurn(), 5000 - second * 1000);
    milliseconds += 1000;
    guest.endTurn();
    check(select("/asked.bin"), "asked.bin");
  }
  assert.equal([isOpen("asked.bin"), isOpen("lent.bin"), isOpen("left.bin")], [true, true, false]);
  guest.release(lent);
  let waited = 0;
  for (let wait; (wait = guest.endTurn()) !== -1; waited += wait) milliseconds += wait;
  assert.is(waited, 5000, "since the last one was asked for");
  assert.not.ok(open.some(Boolean));
  check(select("/left.bin"), "left.bin");
});

selection("a cache may have any size", () => {
  for (let more = 1; more <= 16; more++) {
    begin(CACHE_SIZE + more);
    for (let i = 0; i < 40; i++) {
      addFile(`${i}.bin`, 60_000 - 4 * i);
      check(select(`/${i}.bin`), `${i}.bin`);
    }
  }
});

selection.run();
