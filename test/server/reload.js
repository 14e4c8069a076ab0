// SIGHUP: fresh workers, with the module and the root as they are now, take the place of the old
// ones; no request fails by it, and what cannot take their place is refused.

import binaryen from "binaryen";
import { execFileSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { withTerminal } from "../helpers/available.js";
import {
  ask, bytesOf, connect, Download, eventually, get, makeRoot, read, sha256, stopCleanly, withServer,
} from "../helpers/fixture.js";
import { Installation } from "../helpers/installation.js";
import { oursAlone } from "../helpers/other-host.js";
import { descriptorsOf } from "../helpers/process.js";
import { start, startServer } from "../helpers/server.js";

const MIB = 1 << 20;
const LARGE = bytesOf(24 * MIB);
const FILES = { "hello.txt": "Hello, world!\n", "index.html": "<!doctype html><title>Home</title>" };
const root = makeRoot({ ...FILES, "large.bin": LARGE });
const CLIENTS = 16;

const reloads = suite("reload");
const reloading = oursAlone(reloads, "reload");

/** Sends SIGHUP; resolves with the line that tells how it went, the `nth` of its kind. */
async function reload(server, nth = 1) {
  server.process.kill("SIGHUP");
  const line = /^reloaded: .*\n/gm;
  await eventually(() => server.stdout().match(line)?.length >= nth, "the reload");
  return server.stdout().match(line)[nth - 1];
}

/** The same, if it must go wrong. */
async function failToReload(server) {
  const before = server.stderr().length;
  server.process.kill("SIGHUP");
  await eventually(() => server.stderr().slice(before).endsWith("\n"), "the refusal");
  return server.stderr().slice(before);
}

/** A client that asks again and again; it connects anew when it has been told to. */
class Client {
  constructor(server) {
    this.server = server;
    this.answers = 0;
    this.connections = 0;
    this.isDone = false;
    this.end = this.run();
  }

  async run() {
    let wire;
    while (!this.isDone) {
      if (!wire) {
        wire = await connect(this.server);
        this.connections++;
      }
      void wire.send(get("/hello.txt"));
      const [response] = await read(wire);
      assert.is(response.status, 200);
      this.answers++;
      if (response.get("connection") !== "close") continue;
      wire.close();
      wire = undefined;
    }
    wire?.close();
  }
}

for (const workers of ["1", "2"]) {
  reloading(`no request fails while ${workers} worker(s) are replaced again and again`, async () => {
    await withServer({ root: root.path, args: ["--workers", workers] }, async (server) => {
      const clients = Array.from({ length: CLIENTS }, () => new Client(server));
      for (let nth = 1; nth <= 5; nth++) {
        assert.match(await reload(server, nth), /^reloaded: serving \/.* at http:.*\(\d worker/);
        // Each generation has its share of the work.
        const before = clients.map(({ answers }) => answers);
        await eventually(
          () => clients.every(({ answers }, i) => answers > before[i] + 3), "answers to everybody",
        );
      }
      for (const client of clients) client.isDone = true;
      await Promise.all(clients.map(({ end }) => end));
      for (const { connections } of clients) assert.ok(connections > 1);
    });
  });
}

reloading("a connection that is idle gets one more answer, which says that it is the last", async () => {
  await withServer({ root: root.path }, async (server) => {
    const wire = await connect(server);
    void wire.send(get("/hello.txt"));
    const [before] = await read(wire);
    assert.is(before.get("connection"), undefined);
    await reload(server);
    void wire.send(get("/hello.txt"));
    const [after] = await read(wire);
    assert.is(after.status, 200);
    assert.is(after.get("connection"), "close");
    assert.is(await wire.ended(), "closed");
  });
});

reloading("one that stays idle is closed after the grace period", async () => {
  await withServer({ root: root.path, args: ["--grace-period", "300ms"] }, async (server) => {
    const wire = await connect(server);
    void wire.send(get("/hello.txt"));
    await read(wire);
    await reload(server);
    assert.is(await wire.ended(), "closed");
    assert.is((await ask(server, get("/hello.txt"))).status, 200);
  });
});

reloading("a download that began before is completed", async () => {
  await withServer({ root: root.path }, async (server) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(MIB);
    download.socket.pause();
    await reload(server);
    download.socket.resume();
    assert.is(await download.complete(), sha256(LARGE));
  });
});

reloading("one that takes more than twice the grace period is cut off, and that is said", async () => {
  const server = await startServer({ root: root.path, args: ["--grace-period", "100ms"] });
  try {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    await reload(server);
    const line = "warning: reload: 1 request in flight cut off after 200ms, twice --grace-period\n";
    await server.errors(new RegExp(`^${line}$`));
    download.socket.destroy();
    assert.equal(await server.stop(), { code: 0, signal: null });
    assert.match(server.stdout(), /^stopped: .*, 1 cut off\n$/m);
  } finally {
    server.process.kill("SIGKILL");
  }
});

reloading("the root is opened anew: what has its name now is served", async () => {
  const folder = makeRoot({ "site/which.txt": "old\n", "next/which.txt": "new\n" });
  await withServer({ root: `${folder.path}/site` }, async (server) => {
    renameSync(`${folder.path}/site`, `${folder.path}/previous`);
    renameSync(`${folder.path}/next`, `${folder.path}/site`);
    assert.is((await ask(server, get("/which.txt"))).content.toString(), "old\n");
    await reload(server);
    assert.is((await ask(server, get("/which.txt"))).content.toString(), "new\n");
  });
});

reloading("a root that has gone is refused, and the old one served on", async () => {
  const folder = makeRoot({ "site/which.txt": "old\n" });
  const path = `${folder.path}/site`;
  const server = await startServer({ root: path });
  try {
    renameSync(path, `${path}.gone`);
    const line = `error: not reloaded: cannot serve ${path}: no such file or directory\n`;
    assert.is(await failToReload(server), line);
    assert.is((await ask(server, get("/which.txt"))).content.toString(), "old\n");
    renameSync(`${path}.gone`, path);
    await reload(server);
  } finally {
    assert.equal(await server.stop(), { code: 0, signal: null });
  }
});

const inUtf16 = (text) => Buffer.from(text, "utf16le");
const APOLOGY = "There is no such page here.";

/** The module with another sentence on its page for 404. */
function reworded(bytes, sentence) {
  const at = bytes.indexOf(inUtf16(APOLOGY));
  assert.ok(at > 0);
  const changed = Buffer.from(bytes);
  inUtf16(sentence.padEnd(APOLOGY.length)).copy(changed, at);
  return changed;
}

/** The module with a function that traps in the place of the export. */
function trappingIn(name, bytes) {
  const module = binaryen.readBinary(bytes);
  const { params, results } = binaryen.getFunctionInfo(
    module.getFunction(binaryen.getExportInfo(module.getExport(name)).value),
  );
  module.addFunction("trap", params, results, [], module.unreachable());
  module.removeExport(name);
  module.addFunctionExport("trap", name);
  const changed = module.emitBinary();
  module.dispose();
  return changed;
}

reloading("a new module takes over; one that is damaged or fails its self-test does not", async () => {
  const installation = new Installation();
  const original = Installation.original();
  const server = await startServer({ root: root.path, command: installation.command });
  const apology = async () => (await ask(server, get("/none"))).content.toString();
  try {
    assert.match(await apology(), APOLOGY);
    installation.install(reworded(original, "It went thataway."));
    await reload(server);
    assert.match(await apology(), "It went thataway.");

    installation.install(original.subarray(0, original.length / 2));
    assert.match(await failToReload(server), /^error: not reloaded: .*server\.wasm is damaged: .*\n$/);
    installation.install(trappingIn("start", original));
    assert.is(
      await failToReload(server), "error: not reloaded: trial worker trapped: unreachable\n",
    );
    installation.install(trappingIn("turn", original));
    assert.match(
      await failToReload(server),
      /^error: not reloaded: self-test: trial worker trapped: unreachable; not replaced; .*\n$/,
    );
    assert.match(await apology(), "It went thataway.");

    installation.install(original);
    await reload(server, 2);
    assert.match(await apology(), APOLOGY);
  } finally {
    assert.equal(await server.stop(), { code: 0, signal: null });
  }
});

reloading("many reloads leave no descriptor open, and their work is in the summary", async () => {
  const server = await startServer({ root: root.path, args: ["--workers", "2"] });
  try {
    const answers = 9;
    await ask(server, get("/hello.txt"));
    await reload(server, 1); // what the first one loads stays
    const before = descriptorsOf(server);
    for (let nth = 2; nth < answers; nth++) {
      await ask(server, get("/hello.txt"));
      await reload(server, nth);
    }
    await ask(server, get("/hello.txt"));
    await eventually(() => descriptorsOf(server) <= before, "descriptors as before");
    await stopCleanly(server);
    // Each self-test is one as well, but not of the server's clients.
    assert.match(server.stdout(), `stopped: ${answers} requests, `);
  } finally {
    server.process.kill("SIGKILL");
  }
});

reloading("many signals at once, and then the end, leave nothing behind", async () => {
  for (const delay of [0, 10, 40]) {
    const server = await startServer({ root: root.path });
    for (let i = 0; i < 10; i++) server.process.kill("SIGHUP");
    await new Promise((resolve) => setTimeout(resolve, delay));
    await stopCleanly(server);
    assert.match(server.stdout(), /^stopped: 0 requests/m);
  }
});

withTerminal(reloading)("SIGHUP because the terminal has gone ends the server", async () => {
  const terminal = start(["--port", "0"], { terminal: true, cwd: root.path });
  await terminal.output(/http:\/\//);
  const [pid] = execFileSync("pgrep", ["-P", terminal.process.pid], { encoding: "utf8" }).split("\n");
  assert.ok(existsSync(`/proc/${pid}`));
  terminal.process.kill("SIGKILL");
  await eventually(() => !existsSync(`/proc/${pid}`), "the end of the server");
});

reloads.run();
