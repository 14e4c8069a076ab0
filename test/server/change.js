// Files that change while they are served. What the cache holds is compared with its file again
// within a second; what is being sent is never a mix of two versions that replaced each other.

import {
  appendFileSync, chmodSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { readMetrics } from "../../build/host/metrics.js";
import {
  ask, bytesOf, connect, Download, eventually, get, head, makeGuest, makeRoot, read, sha256,
  stopCleanly,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { linksOf } from "../helpers/process.js";
import { canRunUnprivileged, startServer, UNPRIVILEGED } from "../helpers/server.js";

const SECOND = 1000;
const MIB = 1 << 20;
const root = makeRoot();
const server = await startServer({ root: root.path });

const change = suite("change");
const concurrent = needing(change, "concurrency");
const byHand = oursAlone(change, "byHand");
change.after(() => stopCleanly(server));

/**
 * Asks again and again; the answer must satisfy within a second of now. Meanwhile a connection may
 * end short of its answer, because the file has.
 */
async function changesWithinASecond(target, isNew) {
  const start = performance.now();
  for (;;) {
    const asked = performance.now();
    const wire = await connect(server);
    void wire.send(get(target));
    const response = await wire.next();
    wire.close();
    if (response && isNew(response)) return response;
    assert.ok(asked - start < SECOND, `${response?.status} after ${asked - start} ms`);
    await pause(20);
  }
}

const replace = (name, content) => {
  const path = root.file(name);
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
};

let count = 0;

/** A new file that the server has served; its name and the answer. */
async function serveNew(content) {
  const name = `file-${count++}.bin`;
  root.file(name, content);
  const before = await ask(server, get(`/${name}`));
  assert.equal(before.content, content);
  return { name, path: root.file(name), before };
}

const SIZES = { small: 1000, large: 200_000 };

const is = (content) => (response) => response.status === 200 && content.equals(response.content);

/** One test for a small and a large file at once, because most of it is waiting. */
function changeBoth(sentence, check) {
  const lengths = Object.values(SIZES);
  change(sentence, () =>
    Promise.all(lengths.map((length) => check(bytesOf(length, 1), bytesOf(length, 2)))),
  );
}

change("a file that comes after its 404 is served within a second", async () => {
  const content = bytesOf(1000, 1);
  assert.is((await ask(server, get("/late.bin"))).status, 404);
  root.file("late.bin", content);
  await changesWithinASecond("/late.bin", is(content));
});

change("a directory that comes after its 404 is redirected to within a second", async () => {
  assert.is((await ask(server, get("/later"))).status, 404);
  root.file("later/index.html", "here");
  const answer = await changesWithinASecond("/later", ({ status }) => status === 301);
  assert.is(answer.get("location"), "/later/");
});

changeBoth("a file written anew is new within a second, its tag too", async (old, young) => {
  const { name, path, before } = await serveNew(old);
  const tag = before.get("etag");
  writeFileSync(path, young);
  await changesWithinASecond(`/${name}`, (r) => is(young)(r) && r.get("etag") !== tag);
  assert.is((await ask(server, get(`/${name}`, `If-None-Match: ${tag}`))).status, 200);
});

changeBoth("a file replaced by another of the same time and size is new", async (old, young) => {
  const { name, path } = await serveNew(old);
  const when = new Date(1e12);
  utimesSync(path, when, when);
  await changesWithinASecond(`/${name}`, (r) => Date.parse(r.get("last-modified")) === 1e12);
  writeFileSync(`${path}.new`, young);
  utimesSync(`${path}.new`, when, when);
  renameSync(`${path}.new`, path);
  await changesWithinASecond(`/${name}`, is(young));
});

const changing = needing(change, "changeTime");

changing("a file of the old inode, size and time is new within a second, its tag too", async () => {
  for (const length of Object.values(SIZES)) {
    const [old, young] = [bytesOf(length, 1), bytesOf(length, 2)];
    const { name, path } = await serveNew(old);
    const when = new Date(1e12);
    utimesSync(path, when, when);
    const isDated = (r) => Date.parse(r.get("last-modified")) === 1e12;
    const tag = (await changesWithinASecond(`/${name}`, isDated)).get("etag");
    writeFileSync(path, young);
    utimesSync(path, when, when);
    await changesWithinASecond(`/${name}`, (r) => is(young)(r) && r.get("etag") !== tag);
    assert.is((await ask(server, get(`/${name}`, `If-None-Match: ${tag}`))).status, 200);
  }
});

change("a sibling is sent unless it is older than the file by a second or more", async () => {
  for (const [sibling, file, coding] of [
    [8, 313, "gzip"], [313, 8, "gzip"], [313, 1312, "gzip"], [313, 1314, undefined],
    [313, 2312, undefined],
  ]) {
    const { name, path } = await serveNew(bytesOf(100, 1));
    writeFileSync(`${path}.gz`, "compressed");
    utimesSync(`${path}.gz`, 1e9, 1e9 + sibling / 1000);
    utimesSync(path, 1e9, 1e9 + file / 1000);
    const bytes = get(`/${name}`, "Accept-Encoding: gzip");
    await eventually(async () => {
      const response = await ask(server, bytes);
      const isDated = response.get("last-modified").includes(" 2001 ");
      return isDated && response.get("content-encoding") === coding;
    }, `${sibling} ms beside ${file} ms: ${coding}`);
  }
});

changeBoth("a file that grows has its new length within a second", async (old, young) => {
  const { name, path } = await serveNew(old);
  appendFileSync(path, young);
  await changesWithinASecond(`/${name}`, is(Buffer.concat([old, young])));
});

changeBoth("a file that is cut has its new length within a second", async (old) => {
  const { name, path } = await serveNew(old);
  truncateSync(path, 100);
  await changesWithinASecond(`/${name}`, is(old.subarray(0, 100)));
});

changeBoth("a deleted file is gone within a second, and may come back", async (old, young) => {
  const { name, path } = await serveNew(old);
  rmSync(path);
  await changesWithinASecond(`/${name}`, ({ status }) => status === 404);
  writeFileSync(path, young);
  const { status } = await ask(server, get(`/${name}`));
  assert.is(status, 200, "what was missing is not remembered");
});

changeBoth("a file that becomes a directory redirects within a second", async (old) => {
  const { name, path } = await serveNew(old);
  rmSync(path);
  root.file(`${name}/index.html`, "index");
  await changesWithinASecond(`/${name}`, ({ status }) => status === 301);
});

for (const [size, length] of Object.entries(SIZES)) {
  const [old, young] = [bytesOf(length, 1), bytesOf(length, 2)];

  change(`the new content of a ${size} file never comes with the old tag`, async () => {
    const { name, path, before } = await serveNew(old);
    writeFileSync(path, young);
    const after = await ask(server, get(`/${name}`));
    assert.is(after.content.equals(young), after.get("etag") !== before.get("etag"));
  });

  change(`a ${size} file that has been cut is not answered with its old length`, async () => {
    const { name, path } = await serveNew(old);
    truncateSync(path, 100);
    const { content } = await ask(server, get(`/${name}`));
    // A small one may come from memory, as it was.
    assert.ok(content.equals(old.subarray(0, 100)) || content.equals(old));
  });
}

change("a file whose size crosses what the cache keeps is right on both sides", async () => {
  for (const length of [65_536, 65_537, 0]) {
    replace("edge.bin", bytesOf(length, length));
    const isNew = ({ content }) => bytesOf(length, length).equals(content);
    await changesWithinASecond("/edge.bin", isNew);
  }
});

const isBound = canRunUnprivileged();
if (!isBound) console.log("skipped: only root may read this folder, and root may read anything");

(isBound ? change : change.skip)("a file that can no longer be read gets 403", async () => {
  const other = makeRoot({ "private.txt": "private" });
  chmodSync(dirname(other.path), 0o755);
  const bound = await startServer({ root: other.path, ...UNPRIVILEGED });
  assert.is((await ask(bound, get("/private.txt"))).status, 200);
  chmodSync(other.file("private.txt"), 0);
  await eventually(async () => (await ask(bound, get("/private.txt"))).status === 403, "403");
  await bound.stop();
});

concurrent("a download goes on with the file it began with when that is replaced", async () => {
  const [old, young] = [bytesOf(16 * MIB, 1), bytesOf(17 * MIB, 2)];
  root.file("download.bin", old);
  const first = await Download.start(server, get("/download.bin"));
  await first.reaches(MIB);
  first.socket.pause();
  replace("download.bin", young);
  await eventually(async () => {
    const { fields } = await ask(server, head("/download.bin"));
    return fields.some(([, value]) => value === `${young.length}`);
  }, "the new length");
  const second = await Download.start(server, get("/download.bin"));
  first.socket.resume();
  assert.is(await first.complete(), sha256(old));
  assert.is(await second.complete(), sha256(young));
});

concurrent("a download goes on when its file is deleted", async () => {
  const content = bytesOf(20 * MIB, 3);
  root.file("deleted.bin", content);
  const download = await Download.start(server, get("/deleted.bin"));
  await download.reaches(MIB);
  download.socket.pause();
  rmSync(root.file("deleted.bin"));
  await changesWithinASecond("/deleted.bin", ({ status }) => status === 404);
  download.socket.resume();
  assert.is(await download.complete(), sha256(content));
});

concurrent("a deleted file that nobody asks for any more gives its space back", async () => {
  const path = root.file("forgotten.bin", bytesOf(MIB, 5));
  await ask(server, get("/forgotten.bin"));
  rmSync(path);
  const isOpen = (link) => link.startsWith(path); // " (deleted)" may follow
  await eventually(() => !linksOf(server).some(isOpen), "it is closed");
});

change("a file cut while it is sent ends the connection short, and is not padded", async () => {
  root.file("cut.bin", bytesOf(40 * MIB, 4));
  const download = await Download.start(server, get("/cut.bin"));
  await download.reaches(MIB);
  download.socket.pause();
  truncateSync(root.file("cut.bin"), 20 * MIB);
  download.socket.resume();
  await download.ended();
  assert.ok(download.received <= 20 * MIB, `${download.received} bytes came`);
  const sent = bytesOf(40 * MIB, 4).subarray(0, download.received);
  assert.is(download.hash.digest("hex"), sha256(sent));
});

change("a file that grows while it is sent is sent as long as it was announced", async () => {
  const content = bytesOf(12 * MIB, 5);
  root.file("growing.bin", content);
  const wire = await connect(server);
  void wire.send(get("/growing.bin"));
  wire.socket.pause();
  await pause(50);
  appendFileSync(root.file("growing.bin"), bytesOf(MIB, 6));
  wire.socket.resume();
  const [response] = await read(wire);
  assert.is(sha256(response.content), sha256(content));
  void wire.send(get("/probe.txt"));
  assert.is((await read(wire))[0].status, 200);
  wire.close();
});

for (const [size, length] of Object.entries(SIZES)) {
  change(`under constant replacement every answer is one version of a ${size} file`, async () => {
    const versions = [1, 2, 3].map((seed) => bytesOf(length, seed));
    const known = new Set(versions.map((version) => sha256(version)));
    replace(`busy-${size}.bin`, versions[0]);
    let isOver = false;
    const ask50 = async () => {
      const wire = await connect(server);
      for (let i = 0; i < 50 && !isOver; i++) {
        void wire.send(get(`/busy-${size}.bin`));
        const [{ status, content }] = await read(wire);
        assert.is(status, 200);
        assert.ok(known.has(sha256(content)), "a mix");
        await pause(1 + (i % 7) * 5);
      }
      wire.close();
    };
    const readers = Promise.all(Array.from({ length: 8 }, ask50)).finally(() => (isOver = true));
    readers.catch(() => undefined);
    for (let i = 1; !isOver; i++) {
      replace(`busy-${size}.bin`, versions[i % 3]);
      await pause(3);
    }
    await readers;
  });
}

concurrent("a file that grows is sent to all, however many slow clients began before", async () => {
  const path = root.file("recording.bin", bytesOf(16 * MIB, 1));
  const downloads = [];
  for (let i = 0; i < 12; i++) {
    appendFileSync(path, bytesOf(1000, i));
    const download = await Download.start(server, get("/recording.bin"));
    await download.when(() => download.response !== undefined);
    download.socket.pause();
    assert.is(download.response.status, 200, `download ${i + 1}`);
    assert.is(Number(download.response.get("content-length")), 16 * MIB + 1000 * (i + 1));
    downloads.push(download);
  }
  const { status } = await ask(server, get("/recording.bin", "Range: bytes=0-9"));
  assert.is(status, 206);
  for (const { socket } of downloads) socket.destroy();
});

byHand("a file whose time lies in the future is taken into the cache once", async () => {
  const path = root.file("future.bin", bytesOf(1000, 1));
  utimesSync(path, new Date(), new Date(Date.now() + 3_600_000));
  const guest = await makeGuest(root.path);
  const misses = () => readMetrics(guest.guest.accountNow().metrics).misses;
  const response = await guest.run(() => ask(guest, get("/future.bin")));
  assert.ok(Date.parse(response.get("last-modified")) <= Date.now());
  const before = misses();
  await pause(SECOND);
  const later = await guest.run(() => ask(guest, get("/future.bin")));
  assert.is(later.get("last-modified"), response.get("last-modified"));
  assert.is(misses(), before);
  guest.end();
});

byHand("as many large files as are kept open are right after all have changed", async () => {
  const guest = await makeGuest(root.path, ["--max-open-files", "4"]);
  const wire = await connect(guest);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) {
      const content = bytesOf(70_000, 100 * round + i);
      replace(`many-${i}.bin`, content);
      void wire.send(get(`/many-${i}.bin`));
      const [response] = await guest.run(() => read(wire));
      assert.is(response.status, 200, `round ${round}, file ${i}`);
      assert.ok(content.equals(response.content), `content of file ${i} in round ${round}`);
    }
    await pause(SECOND);
  }
  wire.close();
  guest.end();
});

change.run();
