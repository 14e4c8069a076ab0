// A guest that traps, as it does when a call fails in a way that only a fault of our own explains:
// here shutdown, which a faulty shim answers with −EBADF. The guest calls it after an error.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, eventually, get, lines, makeDirectory, makeRoot, read, sha256,
  statuses,
} from "../helpers/fixture.js";
import { oursAlone } from "../helpers/other-host.js";
import { descriptorsOf } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const LARGE = bytesOf(24 << 20);
const root = makeRoot({ "hello.txt": "Hello, world!\n", "large.bin": LARGE });

/** To be required before the host: some imports of the shim answer what they are told to. */
function faultyShim(answers) {
  const path = join(makeDirectory(), "faulty-shim.cjs");
  writeFileSync(path, `
    const { dlopen } = process;
    const answers = ${JSON.stringify(answers)};
    process.dlopen = (addon, file) => {
      dlopen.call(process, addon, file);
      const shim = addon.exports;
      addon.exports = { __proto__: shim, createInstance };
      function createInstance(grants) {
        const instance = shim.createInstance(grants);
        for (const [group, functions] of Object.entries(answers)) {
          for (const [name, answer] of Object.entries(functions)) {
            instance.imports[group][name] = () => answer;
          }
        }
        return instance;
      }
    };`);
  return path;
}

const EBADF = 9;
const EIO = 5;

async function withShim(answers, args, use) {
  const env = { NODE_OPTIONS: `--require ${faultyShim(answers)}` };
  const server = await startServer({ root: root.path, args, env });
  try {
    await use(server);
    assert.equal(await server.stop(), { code: 0, signal: null });
  } finally {
    server.process.kill("SIGKILL");
  }
}

const TRAPPING = { socket: { shutdown: -EBADF } };

/** Makes a worker trap, and waits until that has been told. */
async function provoke(server) {
  const before = server.stderr().length;
  const wire = await connect(server);
  void wire.send(lines("broken"));
  await wire.ended().catch(() => undefined);
  wire.close();
  await eventually(() => {
    assert.is(server.process.signalCode, null, "the process lives on");
    return /trapped.*\n/.test(server.stderr().slice(before));
  }, "the trap is told");
}

const trap = suite("trap");
const test = oursAlone(trap, "shim");

test("the process survives a trap, and a fresh worker serves", async () => {
  await withShim(TRAPPING, [], async (server) => {
    for (let round = 0; round < 3; round++) {
      await provoke(server);
      assert.is((await ask(server, get("/hello.txt"))).content.toString(), "Hello, world!\n");
    }
    assert.match(server.stderr(), /fatal: shutdown\(\d+\): errno 9/);
    assert.match(server.stderr(), /worker 1 trapped: .*; replaced\n/);
  });
});

test("the connections of a worker that trapped are closed, and its descriptors too", async () => {
  await withShim(TRAPPING, [], async (server) => {
    await provoke(server);
    await ask(server, get("/hello.txt"));
    const before = descriptorsOf(server);
    const wires = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
    for (const wire of wires) void wire.send(get("/hello.txt"));
    await Promise.all(wires.map((wire) => read(wire)));
    await provoke(server);
    for (const wire of wires) assert.match(await wire.ended(), /^(closed|reset)$/);
    await ask(server, get("/hello.txt"));
    await eventually(() => descriptorsOf(server) <= before, `back to ${before} descriptors`);
  });
});

test("the other workers do not notice", async () => {
  await withShim(TRAPPING, ["--workers", "2"], async (server) => {
    const downloads = await Promise.all(
      Array.from({ length: 16 }, () => Download.start(server, get("/large.bin"))),
    );
    await Promise.all(downloads.map((download) => download.reaches(1)));
    for (const { socket } of downloads) socket.pause();
    await provoke(server);
    for (const { socket } of downloads) socket.resume();
    const endOf = (download) => download.complete().catch(() => "cut");
    const ends = await Promise.all(downloads.map(endOf));
    assert.ok(ends.includes(sha256(LARGE)), "those of the other worker are completed");
    assert.ok(ends.every((end) => end === "cut" || end === sha256(LARGE)));
  });
});

test("a file that fails to be read ends its own connection, and nothing else", async () => {
  await withShim({ socket: { sendfile: -EIO } }, [], async (server) => {
    const other = await connect(server);
    for (let round = 0; round < 3; round++) {
      void other.send(get("/hello.txt"));
      assert.equal(statuses(await read(other)), [200]);
      const wire = await connect(server);
      void wire.send(get("/large.bin"));
      assert.is(await wire.next(), null);
      assert.match(wire.end, /^(closed|reset)$/);
    }
    assert.is(server.stderr(), "");
    other.close();
  });
});

trap.run();
