// What a start or a reload that is refused leaves open, which is nothing; and that there are
// descriptors for a reload.

import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { loadShim } from "../../build/host/shim.js";
import { Supervisor } from "../../build/host/supervisor.js";
import { asNobody } from "../helpers/available.js";
import { connect, get, read } from "../helpers/fixture.js";
import { makeFolder } from "../helpers/folder.js";
import { descriptorsOf } from "../helpers/process.js";
import { openDescriptors } from "../helpers/proxy.js";
import { runCommand, start, startServer, UNPRIVILEGED } from "../helpers/server.js";

const { path: folder, write } = makeFolder(test);
const shim = loadShim();
const { EMFILE } = constants.errno;
const CONNECTIONS = 8;

test("workers that cannot all have an eventfd leave none open", () => {
  const failing = Object.create(shim);
  let left = 3;
  failing.openEventfd = () => (left-- > 0 ? shim.openEventfd() : -EMFILE);
  const before = openDescriptors();
  const office = { shim: failing, args: [], roots: [], log: assert.unreachable };
  assert.throws(() => new Supervisor(office, [[], [], [], []]),
    (error) => error.message === "cannot open an eventfd: too many open files");
  assert.is(openDescriptors(), before);
});

asNobody(test)("a root that may not be searched is not kept open", async () => {
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

test("a start that is refused leaves no log", async () => {
  const file = join(folder, "access.log");
  const taken = shim.openListener("127.0.0.1", 0, 16, 0);
  const port = shim.listenerPort(taken);
  const args = [folder, "--log-file", file];
  for (const where of [["--port", `${port}`], ["--port", "0", "--admin", `${port}`]]) {
    const { code, stderr } = await runCommand([...args, ...where]);
    assert.match(stderr, "address already in use");
    assert.is(code, 1);
    assert.not(existsSync(file));
  }
  shim.closeDescriptor(taken);
});

test("any number of sockets and reloads is no reason for a warning", async () => {
  const args = Array.from({ length: 12 }, (_, i) => ["--listen", `unix:${folder}/${i}.sock`]);
  const server = start([folder, ...args.flat()]);
  await server.output(/serving/);
  server.process.kill("SIGHUP");
  await server.output(/reloaded: /);
  await server.stop();
  assert.is(server.stderr(), "");
});

test("with as many descriptors as are asked for, a reload finds what it takes", async () => {
  const root = join(folder, "files");
  for (let i = 0; i < CONNECTIONS; i++) write(`files/${i}.bin`, Buffer.alloc(300_000));
  const args = [
    "--workers=8", `--max-connections=${CONNECTIONS}`, "--max-open-files=1",
  ];
  const refused = await runCommand([root, "--port=0", ...args], { descriptors: 60 });
  const [, descriptors] = refused.stderr.match(/`ulimit -n (\d+)`/);
  const server = await startServer({ root, args, descriptors });
  assert.is(server.stderr(), "");
  const wires = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const wire = await connect(server);
    void wire.send(get(`/${i}.bin`));
    await read(wire);
    wires.push(wire);
  }
  server.process.kill("SIGHUP");
  await Promise.race([server.output(/reloaded: /), server.errors(/not reloaded/)]);
  assert.is(server.stderr(), "");
  for (const wire of wires) wire.close();
  await server.stop();
});

test.run();
