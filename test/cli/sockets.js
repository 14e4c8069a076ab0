// The listening sockets, which outlive the workers that accept from them. The workers are real ones
// that echo.

import { once } from "node:events";
import { connect } from "node:net";
import { constants } from "node:os";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { Sockets } from "../../build/host/listen.js";
import { loadProgram } from "../../build/host/program.js";
import { loadShim } from "../../build/host/shim.js";
import { Supervisor } from "../../build/host/supervisor.js";
import { openDescriptors } from "../helpers/proxy.js";

const LOCAL = { type: "tcp", ips: ["127.0.0.1"], port: 0 };
const CLIENTS = 40;

const shim = loadShim();
const supervisors = [];

test.after.each(() => {
  for (const supervisor of supervisors.splice(0)) supervisor.halt();
});

const manner = (workers) => ({ workers, backlog: 64, isDeferred: false, unixMode: 0o660 });
const descriptorsOf = ({ byWorker }) => byWorker.flat().map(({ descriptor }) => descriptor);

/** Sets workers to echo on the listeners. */
async function employ(sockets, { byWorker }) {
  const module = await loadProgram("tcp");
  const release = sockets.release.bind(sockets);
  const log = (line) => console.error(line);
  const office = { shim, module, args: ["echo"], roots: [], log, release };
  const supervisor = new Supervisor(office, byWorker);
  supervisors.push(supervisor);
  await supervisor.start();
  return supervisor;
}

/** Connections that have said something, and may wait for somebody to accept them. */
async function sayHello(port) {
  const clients = Array.from({ length: CLIENTS }, () => connect(port, "127.0.0.1"));
  await Promise.all(clients.map((client) => once(client, "connect")));
  for (const client of clients) client.setEncoding("latin1").write("hello");
  return clients;
}

/** What each of them is answered. */
async function hear(clients) {
  const answers = await Promise.all(clients.map((client) => once(client, "data")));
  for (const client of clients) client.destroy();
  return answers.flat();
}

const HELLOS = Array(CLIENTS).fill("hello");

test("an address that is open already is the same sockets, until nobody has them", () => {
  const before = openDescriptors();
  const sockets = new Sockets(shim);
  const first = sockets.open([LOCAL], manner(2));
  const second = sockets.open([LOCAL], manner(2));
  assert.equal(second, first);
  for (const listeners of [...first.byWorker, second.byWorker[0]]) sockets.release(listeners);
  assert.is(openDescriptors(), before + 1);
  sockets.release(second.byWorker[1]);
  assert.is(openDescriptors(), before);
});

test("one address that cannot be had leaves everything as it was", () => {
  const sockets = new Sockets(shim);
  const { bound: [{ port }], ...old } = sockets.open([LOCAL], manner(1));
  const before = openDescriptors();
  const foreign = { ...LOCAL, ips: ["192.0.2.1"], port: 7788 }; // TEST-NET-1, RFC 5737
  assert.throws(
    () => sockets.open([LOCAL, { ...LOCAL, ips: ["127.0.0.2"] }, foreign], manner(3)),
    /^cannot listen on 192\.0\.2\.1:7788: address not available$/,
  );
  assert.is(openDescriptors(), before);
  assert.is(shim.listenerPort(descriptorsOf(old)[0]), port);
  sockets.release(old.byWorker[0]);
});

test("port 0 is the same port on all addresses of one request, another of each request", () => {
  const sockets = new Sockets(shim);
  const pair = { ...LOCAL, ips: ["127.0.0.1", "127.0.0.2"] };
  const { bound, byWorker } = sockets.open([pair, { ...LOCAL, ips: ["127.0.0.3"] }], manner(1));
  assert.is(bound[0].port, bound[1].port);
  assert.ok(bound[2].port > 0);
  sockets.release(byWorker[0]);
});

test("a port that we listen on is nobody else's, with however many workers", () => {
  for (const [ours, theirs] of [[1, 2], [2, 1], [2, 2]]) {
    const [mine, other] = [new Sockets(shim), new Sockets(shim)];
    const { bound: [{ port }], byWorker } = mine.open([LOCAL], manner(ours));
    assert.throws(() => other.open([{ ...LOCAL, port }], manner(theirs)), /address already in use/);
    byWorker.forEach((listeners) => mine.release(listeners));
  }
});

test("more workers than before share the port, and who waits there is served", async () => {
  const sockets = new Sockets(shim);
  const one = sockets.open([LOCAL], manner(1));
  const clients = await sayHello(one.bound[0].port);
  const three = sockets.open([LOCAL], manner(3));
  assert.is(new Set(descriptorsOf(three)).size, 3);
  assert.ok(descriptorsOf(three).includes(descriptorsOf(one)[0]));
  const supervisor = await employ(sockets, three);
  clients.push(...(await sayHello(three.bound[0].port)));
  assert.equal(await hear(clients), [...HELLOS, ...HELLOS]);
  one.byWorker.forEach((listeners) => sockets.release(listeners));
  await supervisor.drain();
  await supervisor.finish(5000);
});

test("a worker that stops does not shut others out of a socket that they share", async () => {
  const sockets = new Sockets(shim);
  const shared = { type: "unix", path: `@epollux-${process.pid}`.padEnd(108, "-") };
  const [one, other] = [sockets.open([shared], manner(1)), sockets.open([shared], manner(1))];
  assert.equal(descriptorsOf(one), descriptorsOf(other));
  const first = await employ(sockets, one);
  const second = await employ(sockets, other);
  await first.drain();
  await first.finish(5000);
  const where = { path: shared.path.replace("@", "\0") };
  const clients = Array.from({ length: CLIENTS }, () => connect(where).setEncoding("latin1"));
  for (const client of clients) client.write("hello");
  assert.equal(await hear(clients), HELLOS);
  await second.drain();
  await second.finish(5000);
  assert.is(shim.probeUnix(shared.path), -constants.errno.ECONNREFUSED);
});

test("fewer workers than before take over the sockets of the others", async () => {
  const sockets = new Sockets(shim);
  const three = sockets.open([LOCAL], manner(3));
  const [{ port }] = three.bound;
  const old = await employ(sockets, three);
  assert.equal(await hear(await sayHello(port)), HELLOS);
  const two = sockets.open([LOCAL], manner(2));
  assert.equal(
    two.byWorker.map((listeners) => listeners.map(({ address }) => address)),
    [[`127.0.0.1:${port}`, `127.0.0.1:${port}#2`], [`127.0.0.1:${port}`]],
  );
  assert.equal(descriptorsOf(two).sort(), descriptorsOf(three).sort());
  await old.drain();
  await old.finish(5000);
  const clients = await sayHello(port); // Nobody accepts now, and the kernel divides them by three.
  const supervisor = await employ(sockets, two);
  assert.equal(await hear(clients), HELLOS);
  const before = openDescriptors();
  await supervisor.drain();
  assert.ok(openDescriptors() <= before - 3);
  await supervisor.finish(5000);
  const [refused] = await once(connect(port, "127.0.0.1"), "error");
  assert.is(refused.code, "ECONNREFUSED");
});

test.run();
