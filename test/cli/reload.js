// A reload that is stopped while it goes on, in the moments in which it could still do harm. The
// self-test, the sockets and the workers are the real ones.

import { once } from "node:events";
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Sockets } from "../../build/host/listen.js";
import { Reloader } from "../../build/host/reload.js";
import { readRequest, settle } from "../../build/host/settings.js";
import { loadShim } from "../../build/host/shim.js";
import { get, makeRoot } from "../helpers/fixture.js";

const shim = loadShim();
const root = makeRoot({ "index.html": "home" });
const { settings } = settle(readRequest([root.path, "--port", "0"], {}));

const reload = suite("stopped reload");

/** Reloads, and calls these on the way; resolves, once it is stopped, with what it has done. */
async function reloadUntilStopped({ onSettings = () => {}, onOpen = () => {} }) {
  const done = { opened: 0, successors: 0, lines: [] };
  const sockets = new Sockets(shim);
  const watched = {
    open(addresses, manner) {
      const listeners = sockets.open(addresses, manner);
      done.opened++;
      onOpen(stop, listeners.bound[0].port);
      return listeners;
    },
    release: (listeners) => sockets.release(listeners),
  };
  const server = { generation: { settings }, replace: async () => done.successors++ };
  const readSettings = async () => {
    await undefined; // as from a file: `request` has returned
    onSettings(stop);
    return { settings, kept: [] };
  };
  const ground = { mode: "serve", shim, sockets: watched, passed: [] };
  const notifier = { reloading() {}, ready: () => done.lines.push("ready") };
  const say = (line) => done.lines.push(line);
  const reloader = new Reloader(server, ground, readSettings, say, notifier);
  let stopped;
  const isStopped = new Promise((resolve) => (stopped = resolve));
  const stop = () => stopped(reloader.stop());
  reloader.request();
  await isStopped;
  return done;
}

const NOTHING = { successors: 0, lines: [] };

reload("opens no socket if none is open yet", async () => {
  const done = await reloadUntilStopped({ onSettings: (stop) => stop() });
  assert.equal(done, { ...NOTHING, opened: 0 });
});

reload("answers nobody and leaves nothing open if its workers are coming up", async () => {
  let port;
  let received = "";
  let over;
  const onOpen = (stop, actual) => {
    port = actual;
    const client = connect(port, "127.0.0.1").on("error", () => {});
    over = new Promise((resolve) => client.once("close", resolve));
    client.on("data", (chunk) => (received += chunk)).write(get("/"));
    stop();
  };
  const done = await reloadUntilStopped({ onOpen });
  assert.equal(done, { ...NOTHING, opened: 1 });
  await over;
  assert.is(received, "");
  const [error] = await once(connect(port, "127.0.0.1"), "error");
  assert.is(error.code, "ECONNREFUSED");
});

reload.run();
