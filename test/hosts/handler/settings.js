// What handler.wasm makes of its surroundings: the directory, the settings, a client that takes
// nothing. EPOLLUX_HOST is an engine (test/hosts/handler.js).

import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, get, makeRoot, statuses, withServer,
} from "../../helpers/fixture.js";
import { startServer } from "../../helpers/server.js";

const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "large.bin": bytesOf(64 << 20),
});

const settings = suite("the handler");

/** What one that cannot serve answers, and says on standard error, which is one line. */
async function faultOf(options) {
  const server = await startServer(options);
  const { status } = await ask(server, get("/hello.txt"));
  const [said] = await server.errors(/error: .*\n/);
  await server.stop("SIGKILL");
  return { status, said: said.trimEnd() };
}

settings("says what is missing when no directory is mounted", async () => {
  const { status, said } = await faultOf({ root: "-" });
  assert.is(status, 500);
  assert.is(said, "error: no directory to serve: mount one, for instance by --dir ./html::/");
});

settings("says what is wrong with a setting, and answers nothing with it", async () => {
  for (const [name, value, form] of [
    ["CACHE_SIZE", "3x", "a size from 1m to 512m (units k, m, g)"],
    ["MAX_FIELDS", "257", "a number from 1 to 256"],
    ["WRITE_TIMEOUT", "25h", "a duration from 100ms to 24h (units ms, s, m, h)"],
    ["INDEX", "a/b", "a list of file names such as index.html,index.htm"],
  ]) {
    const env = { [`EPOLLUX_${name}`]: value };
    const { status, said } = await faultOf({ root: root.path, env });
    assert.is(status, 500);
    assert.is(said, `error: EPOLLUX_${name}: '${value}' is not ${form}`);
  }
});

settings("knows no setting but its own, and lets those pass that Kubernetes makes up", async () => {
  const { said } = await faultOf({ root: root.path, env: { EPOLLUX_WORKERS: "2" } });
  assert.is(said, "error: EPOLLUX_WORKERS is not a setting of the handler");
  const env = { EPOLLUX_SERVICE_HOST: "10.0.0.1", EPOLLUX_PORT: "tcp://10.0.0.1:80" };
  await withServer({ root: root.path, env }, async (server) => {
    assert.is((await ask(server, get("/hello.txt"))).status, 200);
  });
});

settings("refuses targets, heads and fields above its limits", async () => {
  const args = ["--max-target", "300", "--max-head", "2k", "--max-fields", "20"];
  await withServer({ root: root.path, args }, async (server) => {
    const lines = (count) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
    const requests = {
      [get(`/hello.txt?${"q".repeat(200)}`)]: 200,
      [get(`/hello.txt?${"q".repeat(300)}`)]: 414,
      [get("/hello.txt", `X: ${"v".repeat(1800)}`)]: 200,
      [get("/hello.txt", `X: ${"v".repeat(2000)}`)]: 431,
      [get("/hello.txt", ...lines(15))]: 200,
      [get("/hello.txt", ...lines(20))]: 431,
    };
    for (const [bytes, status] of Object.entries(requests)) {
      assert.is((await ask(server, bytes)).status, status, bytes.slice(0, 40));
    }
  });
});

settings("gives up a response that its client takes nothing of", async () => {
  const args = ["--write-timeout", "300ms"];
  await withServer({ root: root.path, args }, async (server) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    // An engine that runs one request at a time answers when it has given that one up.
    const wire = await connect(server);
    void wire.send(get("/hello.txt"));
    assert.equal(statuses([await wire.next()]), [200]);
    wire.close();
    download.socket.destroy();
  });
});

settings.run();
