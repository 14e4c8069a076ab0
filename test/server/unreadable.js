// Files that can be opened and not read, as on a failing disk or a network file system that is
// away: in sysfs there are some. One such file must not disturb anybody else.

import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, get, makeRoot, read, sha256, stopCleanly, withServer,
} from "../helpers/fixture.js";
import { needing } from "../helpers/other-host.js";
import { canRunUnprivileged, startServer, UNPRIVILEGED } from "../helpers/server.js";

const NETWORK = "/sys/devices/virtual/net/lo";

/** Names of regular files that have a size and answer EINVAL or EIO to whoever reads. */
function unreadableFiles() {
  try {
    return readdirSync(NETWORK).filter((name) => {
      const path = join(NETWORK, name);
      if (!statSync(path).isFile() || !(statSync(path).mode & 0o400)) return false;
      try {
        readFileSync(path);
        return false;
      } catch (error) {
        return ["EINVAL", "EIO"].includes(error.code);
      }
    });
  } catch {
    return [];
  }
}

const unreadable = suite("unreadable files");
const names = unreadableFiles();
const test = names.length > 0 ? needing(unreadable, "readErrors") : unreadable.skip;
if (names.length === 0) console.log("skipped: no file in sysfs that cannot be read");

test("a file that cannot be read ends its connection, and not the worker", async () => {
  await withServer({ root: NETWORK }, async (server) => {
    const other = await connect(server);
    void other.send(get("/no-such-file"));
    await other.next();
    for (const name of names) {
      const wire = await connect(server);
      void wire.send(get(`/${name}`));
      // 500, or a connection that ends short: the length was promised before the reading failed.
      const response = await wire.next();
      if (response) assert.is(response.status, 500);
      wire.close();
    }
    void other.send(get("/no-such-file"));
    const [{ status }] = await read(other);
    assert.is(status, 404, "another connection goes on");
    other.close();
  });
});

unreadable("a file of /proc, whose size is 0, is answered as it says it is", async () => {
  await withServer({ root: "/proc/sys/kernel" }, async (server) => {
    const response = await ask(server, get("/ostype"));
    assert.is(response.status, 200);
    assert.is(response.content.length, Number(response.get("content-length")));
  });
});

const isBound = canRunUnprivileged();
if (!isBound) console.log("skipped: only root may read this folder, and root may read anything");

(isBound ? unreadable : unreadable.skip)("a directory that may only be entered has its index", async () => {
  const root = makeRoot({ "entered/index.html": "index", "entered/file.txt": "x", "bare/file.txt": "x" });
  for (const path of [root.path, dirname(root.path)]) chmodSync(path, 0o755);
  for (const name of ["entered", "bare"]) chmodSync(root.file(name), 0o711);
  const server = await startServer({ root: root.path, ...UNPRIVILEGED });
  const statusOf = async (target) => (await ask(server, get(target))).status;
  assert.is(await statusOf("/entered"), 301);
  assert.is(`${(await ask(server, get("/entered/"))).content}`, "index");
  assert.is(await statusOf("/entered/file.txt"), 200);
  assert.is(await statusOf("/bare"), 403);
  assert.is(await statusOf("/bare/"), 404);
  await stopCleanly(server);
});

unreadable("a directory that may not be entered does not disturb a download", async () => {
  const content = bytesOf(4 << 20);
  const root = makeRoot({ "large.bin": content, "file.txt": "x" });
  const server = await startServer({ root: root.path });
  const download = await Download.start(server, get("/large.bin"));
  assert.is((await ask(server, get("/file.txt/deeper"))).status, 404);
  assert.is(await download.complete(), sha256(content));
  await stopCleanly(server);
});

unreadable.run();
