// When descriptors run out: there are never more connections than leave room for files, and when a
// descriptor cannot be had all the same, nothing spins, nothing wrong is said, and it passes.

import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { available } from "../helpers/available.js";
import {
  ask, bytesOf, connect, Download, get, makeRoot, read, sha256, statuses, withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { cpuMsOf, descriptorsOf } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const LARGE = bytesOf(300_000);
const root = makeRoot({
  "index.html": "home",
  "hello.txt": "Hello, world!\n",
  "other.txt": "other",
  "large.bin": LARGE,
  ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`large/${i}.bin`, LARGE])),
});
const HALF = "GET /hello.txt HTTP/1.1\r\nHost: ";
const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

const descriptors = suite("descriptors");
const fitted = oursAlone(descriptors, "fitted");
const shortage = available(
  needing(descriptors, "shortage"), hasPrlimit, "descriptors that run out (no prlimit)",
);

/** How busy a CPU is with the server while this happens; 1 is one core. */
async function loadDuring(server, work) {
  const [cpuBefore, before] = [cpuMsOf(server), performance.now()];
  await work;
  return (cpuMsOf(server) - cpuBefore) / (performance.now() - before);
}

const connectAll = (server, count) =>
  Promise.all(Array.from({ length: count }, () => connect(server, 20_000)));

fitted("with 64 descriptors, 200 clients are all answered", async () => {
  const args = ["--header-timeout", "200ms"];
  const server = await startServer({ root: root.path, args, descriptors: 64 });
  const wires = await connectAll(server, 200);
  for (const [i, wire] of wires.entries()) {
    void wire.send(i % 10 === 0 ? HALF : get(i % 2 ? "/hello.txt" : `/large/${i % 40}.bin`));
  }
  const all = Promise.all(wires.map((wire) => read(wire)));
  const load = await loadDuring(server, all);
  const answers = (await all).map(([{ status }]) => status);
  // Who keeps others waiting is told so, everybody else served; and nobody is in between.
  assert.equal(answers, wires.map((_, i) => (i % 10 === 0 ? 408 : 200)));
  assert.ok(load < 0.2, `${load} of a core`);
  for (const wire of wires) wire.close();
  for (let i = 0; i < 20; i++) {
    const download = await Download.start(server, get(`/large/${i}.bin`));
    assert.is(await download.complete(), sha256(LARGE));
  }
  const { code } = await server.stop();
  assert.is(code, 0);
  assert.match(server.stderr(), new RegExp(
    "^warning: --max-connections lowered to \\d+, --max-open-files lowered to \\d+, because a " +
      "process may have 64 descriptors here: raise the limit, as root with `ulimit -n \\d+`\\n$",
  ));
});

/** Lets the server have no more descriptors for as long as `use` takes. */
async function withoutDescriptors(server, use) {
  const limit = (soft) =>
    execFileSync("prlimit", ["--pid", `${server.process.pid}`, `--nofile=${soft}:`]);
  const field = ["--pid", `${server.process.pid}`, "--nofile", "--output=SOFT", "--noheadings"];
  const before = execFileSync("prlimit", field, { encoding: "utf8" }).trim();
  limit(1);
  try {
    return await use();
  } finally {
    limit(before);
  }
}

for (const trigger of ["edge", "level"]) {
  shortage(`who cannot be accepted waits, and nothing spins (${trigger})`, async () => {
    const args = ["--trigger", trigger];
    await withServer({ root: root.path, args }, async (server) => {
      const busy = await connect(server);
      void busy.send(`${get("/hello.txt")}${HALF}`);
      assert.equal(statuses(await read(busy)), [200]);
      const before = descriptorsOf(server);
      const wires = await withoutDescriptors(server, async () => {
        const waiting = await connectAll(server, 30);
        for (const wire of waiting) await wire.send(get("/hello.txt"));
        // Longer than the pause, so that there are attempts to be seen.
        const load = await loadDuring(server, pause(1100));
        assert.ok(load < 0.2, `${load} of a core`);
        assert.is(descriptorsOf(server), before);
        void busy.send("a\r\n\r\n");
        assert.equal(statuses(await read(busy)), [200]);
        return waiting;
      });
      for (const wire of wires) {
        assert.equal(statuses(await read(wire)), [200]);
        wire.close();
      }
      busy.close();
    });
  });
}

shortage("a file that cannot be opened for want of one is 503 and not remembered", async () => {
  await withServer({ root: root.path }, async (server) => {
    const wire = await connect(server);
    const answer = async (path) => {
      void wire.send(get(path));
      const [{ status, content }] = await read(wire);
      return { status, text: `${content}` };
    };
    const HELLO = { status: 200, text: "Hello, world!\n" };
    for (const path of ["/hello.txt", "/", "/large.bin"]) {
      assert.is((await answer(path)).status, 200);
    }
    // What is in the cache is looked at again after this long.
    await pause(1100);
    await withoutDescriptors(server, async () => {
      // Of what has been seen lately there is a copy, or the open file.
      assert.equal(await answer("/hello.txt"), HELLO);
      assert.equal(await answer("/"), { status: 200, text: "home" });
      assert.is((await answer("/large.bin")).status, 200);
      for (const path of ["/other.txt", "/large/1.bin", "/nowhere", "/large/"]) {
        void wire.send(get(path));
        const [response] = await read(wire);
        assert.is(response.status, 503);
        assert.match(response.get("retry-after"), /^\d+$/);
      }
    });
    assert.equal(await answer("/other.txt"), { status: 200, text: "other" });
    assert.equal(statuses([await ask(server, get("/large/1.bin"))]), [200]);
    assert.is((await answer("/nowhere")).status, 404);
    assert.is((await answer("/large/")).status, 404);
    assert.equal(await answer("/hello.txt"), HELLO);
    wire.close();
  });
});

shortage("a copy that was used for want of one is compared again at once", async () => {
  await withServer({ root: root.path }, async (server) => {
    const wire = await connect(server);
    const text = async () => {
      void wire.send(get("/changing.txt"));
      const [{ content }] = await read(wire);
      return `${content}`;
    };
    root.file("changing.txt", "first");
    assert.is(await text(), "first");
    await pause(1100);
    await withoutDescriptors(server, async () => {
      root.file("changing.txt", "second, and longer");
      assert.is(await text(), "first");
    });
    assert.is(await text(), "second, and longer");
    wire.close();
  });
});

descriptors.run();
