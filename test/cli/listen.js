// Where a server listens: addresses, Unix sockets, and sockets that it inherits.

import { once } from "node:events";
import {
  existsSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { hasIPv6, shim } from "../helpers/proxy.js";
import { runCommand, start } from "../helpers/server.js";

let directory, path;

test.before.each(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "epollux-")));
  writeFileSync(join(directory, "index.html"), "here");
  path = join(directory, "a.sock");
});

test.after.each(() => rmSync(directory, { recursive: true }));

/** Starts a server of the directory that listens there, and waits for its banner. */
async function serve(args, options) {
  const server = start([directory, ...args], options);
  await server.output(/ at /);
  return server;
}

/** All that comes back for a request, on a connection of its own. */
async function ask(where, request = "GET / HTTP/1.0\r\n\r\n") {
  const client = connect(where).setEncoding("latin1");
  client.write(request);
  let text = "";
  client.on("data", (chunk) => (text += chunk));
  await once(client, "close");
  return text;
}

const isServed = async (where) => /^HTTP\/1\.1 200 .*\r\n\r\nhere$/s.test(await ask(where));

async function expectRefusal(listen, reason, options) {
  const { code, stdout, stderr } = await runCommand([`--listen=${listen}`], options);
  assert.is(stderr, `error: cannot listen on ${listen}: ${reason}\n`);
  assert.is(stdout, "");
  assert.is(code, 1);
}

/** The places in the banner. */
const placesOf = (server) => / at (.*) \(/.exec(server.stdout())[1].split(" ");
const portIn = (place) => Number(/:(\d+)\/?$/.exec(place)[1]);

test("--listen takes several addresses, of all kinds", async () => {
  const args = ["127.0.0.1:0", `unix:${path}`, "localhost:0", "127.0.0.2:0"];
  const server = await serve(args.flatMap((address) => ["--listen", address]));
  const places = placesOf(server);
  assert.ok(places.includes(`unix:${path}`));
  assert.ok(await isServed({ path }));
  for (const place of places.filter((place) => place.startsWith("http://127."))) {
    assert.ok(await isServed({ host: new URL(place).hostname, port: portIn(place) }), place);
  }
  assert.is((await server.stop()).code, 0);
});

test("a bare port is one on every interface", async () => {
  for (const form of ["0", ":0", "*:0"]) {
    const server = await serve(["--listen", form]);
    const [place] = placesOf(server);
    assert.match(place, /^http:\/\/127\.0\.0\.1:/);
    assert.ok(await isServed({ host: "127.0.0.3", port: portIn(place) }));
    if (hasIPv6) assert.ok(await isServed({ host: "::1", port: portIn(place) }));
    await server.stop();
  }
});

test("an address that is given twice is opened once", async () => {
  const { port, fd } = freePort();
  shim.closeDescriptor(fd);
  const server = await serve(["--listen", `127.0.0.1:${port}`, "--listen", `127.0.0.1:${port}`]);
  assert.equal(placesOf(server), [`http://127.0.0.1:${port}/`]);
  await server.stop();
});

test("a Unix socket has its permissions, whatever the umask, and goes with the server", async () => {
  for (const [args, mode] of [[[], 0o660], [["--unix-socket-mode", "0606"], 0o606]]) {
    const server = await serve(["--listen", `unix:${path}`, "--workers", "2", ...args]);
    assert.is(statSync(path).mode & 0o777, mode);
    for (let i = 0; i < 10; i++) assert.ok(await isServed({ path }));
    assert.is((await server.stop()).code, 0);
    assert.not(existsSync(path));
  }
});

test("a worker that is full leaves those who wait at a shared socket to the others", async () => {
  for (const trigger of ["edge", "level"]) {
    const args = ["--workers", "4", "--max-connections", "4", "--trigger", trigger];
    const server = await serve(["--listen", `unix:${path}`, ...args]);
    const clients = [];
    for (let i = 0; i < 4; i++) {
      const client = connect({ path }).setEncoding("latin1");
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assert.match((await once(client, "data"))[0], /^HTTP\/1\.1 200 /);
      clients.push(client);
    }
    for (const client of clients) client.destroy();
    await server.stop();
  }
});

test("echo and print listen on Unix sockets too", async () => {
  for (const mode of ["echo", "print"]) {
    const server = start([mode, "--listen", `unix:${path}`]);
    await server.output(new RegExp(`${mode} at unix:${path} `));
    const client = connect({ path }).setEncoding("latin1");
    client.write("hello\n");
    if (mode === "echo") assert.equal(await once(client, "data"), ["hello\n"]);
    else await server.output(/\nnew client \(unix\)\nunix: hello\\n\n/);
    client.destroy();
    assert.is((await server.stop()).code, 0);
  }
});

test("a second signal does not leave the socket behind", async () => {
  const server = await serve(["--listen", `unix:${path}`]);
  const client = connect({ path }).on("error", () => {});
  // Who has the answer to the first request knows that half of the second has come with it.
  client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\n");
  await once(client, "data");
  server.process.kill("SIGTERM");
  await server.output(/^stopping: 1 request /m);
  assert.is((await server.stop()).code, 130);
  assert.not(existsSync(path));
  client.destroy();
});

test("what a killed server has left behind is replaced", async () => {
  const killed = await serve(["--listen", `unix:${path}`]);
  await killed.stop("SIGKILL");
  assert.ok(existsSync(path));
  const server = await serve(["--listen", `unix:${path}`]);
  assert.ok(await isServed({ path }));
  await server.stop();
});

test("a socket on which somebody listens is left alone", async () => {
  const other = createServer((socket) => socket.on("error", () => {}).end("other")).listen(path);
  await once(other, "listening");
  await expectRefusal(`unix:${path}`, "address already in use");
  assert.is(await ask({ path }), "other");
  other.close();
});

test("what is no socket is left alone", async () => {
  writeFileSync(path, "precious");
  await expectRefusal(`unix:${path}`, "file already exists, and is no socket");
  assert.is(statSync(path).size, "precious".length);
});

test("a file that has taken the socket's place is left alone", async () => {
  const server = await serve(["--listen", `unix:${path}`]);
  renameSync(path, `${path}.old`);
  writeFileSync(path, "precious");
  await server.stop();
  assert.ok(existsSync(path));
});

test("a socket whose path is too long, or without a directory, exits with 1", async () => {
  await expectRefusal(`unix:/${"x".repeat(107)}`, "name too long (107 bytes at most)");
  await expectRefusal(`unix:${directory}/none/a`, "no such file or directory");
});

test("an abstract name takes no file", async () => {
  const name = `@epollux-${process.pid}`.padEnd(108, "-"); // Node 20 fills it up to that
  const server = await serve(["--listen", `unix:${name}`, "--workers", "2"]);
  assert.equal(placesOf(server), [`unix:${name}`]);
  assert.ok(await isServed({ path: name.replace("@", "\0") }));
  await expectRefusal(`unix:${name}`, "address already in use");
  await server.stop();
});

function freePort() {
  const fd = shim.openListener("127.0.0.1", 0, 16, 0);
  return { fd, port: shim.listenerPort(fd) };
}

test("an inherited socket is served by all workers", async () => {
  const { fd, port } = freePort();
  const server = await serve(["--listen", "fd:3", "--workers", "2"], { inherited: [fd] });
  assert.equal(placesOf(server), [`http://127.0.0.1:${port}/`]);
  for (let i = 0; i < 10; i++) assert.ok(await isServed({ host: "127.0.0.1", port }));
  await server.stop();
  // It is still open here: who comes now waits for whoever takes it up.
  const late = ask({ host: "127.0.0.1", port });
  const next = await serve(["--listen", "fd:3"], { inherited: [fd] });
  assert.match(await late, /^HTTP\/1\.1 200 /);
  await next.stop();
  shim.closeDescriptor(fd);
});

test("a descriptor that cannot be listened on exits with 1", async () => {
  await expectRefusal("fd:0", "not a socket");
  await expectRefusal("fd:999", "not open");
  const bound = connect(freePort().port, "127.0.0.1");
  await once(bound, "connect");
  await expectRefusal("fd:3", "not a listening socket", { inherited: [bound._handle.fd] });
  bound.destroy();
});

test("sockets of a service manager are used when nothing else is asked for", async () => {
  const { fd, port } = freePort();
  const local = shim.openUnixListener(path, 0o600, 16);
  const options = {
    inherited: [fd, local], isActivated: true, env: { LISTEN_FDS: "2", LISTEN_FDNAMES: "web:local" },
  };
  const server = await serve(["--workers", "2"], options);
  assert.equal(placesOf(server).sort(), [`http://127.0.0.1:${port}/`, `unix:${path}`]);
  assert.ok(await isServed({ host: "127.0.0.1", port }));
  assert.ok(await isServed({ path }));
  await server.stop();
  assert.ok(existsSync(path), "it is not ours to remove");
  assert.is(server.stderr(), "");

  const other = await serve(["--port", "0"], options);
  assert.not.match(placesOf(other)[0], `:${port}/`);
  await other.stop();
  assert.is(other.stderr(), "warning: --port: given, so the sockets of LISTEN_FDS are not used\n");
  for (const descriptor of [fd, local]) shim.closeDescriptor(descriptor);
});

test("sockets of a service manager that cannot be used are named", async () => {
  const env = { LISTEN_FDS: "1", LISTEN_FDNAMES: "web" };
  const wrong = await runCommand([], { env, isActivated: true, inherited: ["ignore"] });
  assert.is(wrong.stderr, "error: cannot listen on fd:3 (web): not a socket\n");
  assert.is(wrong.code, 1);
  const unclear = await runCommand([], { env: { LISTEN_FDS: "x" }, isActivated: true });
  assert.is(unclear.stderr, "error: LISTEN_FDS: 'x' is not a number\n");
  assert.is(unclear.code, 2);
  const many = await runCommand([], { env: { LISTEN_FDS: "99999999999" }, isActivated: true });
  assert.is(many.stderr, "error: LISTEN_FDS: 99999999999 is more than are open\n");
  assert.is(many.code, 2);
});

test("sockets that are meant for another process are not", async () => {
  const { fd, port } = freePort();
  const env = { LISTEN_FDS: "1", LISTEN_PID: "1", PORT: "0" };
  const server = await serve([], { inherited: [fd], env });
  assert.not.match(placesOf(server)[0], `:${port}/`);
  await server.stop();
  shim.closeDescriptor(fd);
});

test.run();
