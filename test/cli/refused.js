// What a start or a reload that is refused leaves open, which is nothing.

import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { loadShim } from "../../build/host/shim.js";
import { Supervisor } from "../../build/host/supervisor.js";
import { descriptorsOf } from "../helpers/fixture.js";
import { makeFolder } from "../helpers/folder.js";
import { openDescriptors } from "../helpers/proxy.js";
import { canRunUnprivileged, startServer, UNPRIVILEGED } from "../helpers/server.js";

const { path: folder } = makeFolder(test);

test("workers that cannot all have an eventfd leave none open", () => {
  const shim = Object.create(loadShim());
  let left = 3;
  shim.openEventfd = () => (left-- > 0 ? loadShim().openEventfd() : -24);
  const before = openDescriptors();
  const office = { shim, args: [], roots: [], log: assert.unreachable };
  assert.throws(() => new Supervisor(office, [[], [], [], []]),
    (error) => error.message === "cannot open an eventfd: too many open files");
  assert.is(openDescriptors(), before);
});

const isBound = canRunUnprivileged();
if (!isBound) console.log("skipped: only root may read this folder, and root may read anything");

(isBound ? test : test.skip)("a root that may not be searched is not kept open", async () => {
  chmodSync(folder, 0o755);
  const root = join(folder, "root");
  mkdirSync(root, { mode: 0o755 });
  const server = await startServer({ root, ...UNPRIVILEGED });
  renameSync(root, `${root}.old`);
  mkdirSync(root, { mode: 0o744 });
  chmodSync(root, process.getuid() === 0 ? 0o744 : 0o444);
  const refuse = async (nth) => {
    server.process.kill("SIGHUP");
    await server.errors(new RegExp(`(not reloaded: cannot serve [^]*){${nth}}\n$`));
    return descriptorsOf(server);
  };
  const before = await refuse(1); // what the first one loads stays
  assert.is(await refuse(2), before);
  await server.stop();
});

test.run();
