// epollux.wasm under `wasmtime run`: its own arguments, and what it says of grants that are missing.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { makeRoot } from "../../helpers/fixture.js";
import { withIPv6 } from "../../helpers/available.js";
import { run } from "../helpers/command.js";

const COMPONENT = fileURLToPath(new URL("../../../build/epollux.wasm", import.meta.url));
const NETWORK = ["-S", "inherit-network"];
const root = makeRoot({ "index.html": "home", "large.bin": Buffer.alloc(30_000_000) });
const other = makeRoot({ "index.html": "another" });
const mount = ({ path }, at) => ["--dir", `${path}::${at}`];

const children = new Set();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

const words = (grants, args) => ["run", ...grants, COMPONENT, ...args];

/** Runs the command to its end: its code and what it wrote. */
async function ended(grants, ...args) {
  const { code, stdout, output } = await run("wasmtime", words(grants, args));
  return { code, stdout, stderr: output.slice(stdout.length) };
}

/** Starts a server; resolves with its URL, its process, and a function that tells what it wrote. */
async function started(grants, ...args) {
  const child = spawn("wasmtime", words(grants, ["--port", "0", ...args]));
  children.add(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  while (!text.includes("\n")) await once(child.stdout, "data");
  const [, url] = /^epollux serving (http:\S+)\n/.exec(text);
  return { child, url, stdout: () => text };
}

async function contentOf(url) {
  const [response] = await once(get(url, { agent: false }), "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

const command = suite("command under wasmtime");

command("--help says what there is, and ends with 0", async () => {
  const { code, stdout, stderr } = await ended([], "--help");
  assert.equal([code, stderr], [0, ""]);
  for (const name of ["--port N", "--host ADDRESS", "--help", "wasmtime run"]) {
    assert.ok(stdout.includes(name), name);
  }
});

const GRANTED = [...NETWORK, ...mount(root, "/")];
for (const [what, grants, args, line] of [
  ["no network", mount(root, "/"), [],
    "cannot listen on 127.0.0.1:7788: not allowed: -S inherit-network of wasmtime grants the " +
      "network, not every port"],
  ["no directory", NETWORK, [], "no directory is granted: --dir DIR::/ of wasmtime grants one"],
  ["a port that is none", GRANTED, ["--port", "65536"],
    "cannot listen on 127.0.0.1:65536: no IPv4 or IPv6 address and port"],
  ["a host that is none", GRANTED, ["--host", "localhost"],
    "cannot listen on localhost:7788: no IPv4 or IPv6 address and port"],
  ["an address that is not this machine's", GRANTED, ["--host", "192.0.2.1"],
    "cannot listen on 192.0.2.1:7788: no address of this machine"],
  ["an argument that is none", GRANTED, ["--bogus", "1"], "--bogus: 1 is not allowed"],
  ["a value that is out of range", GRANTED, ["--max-fields", "0"], "--max-fields: 0 is not allowed"],
  ["a name without a value", GRANTED, ["--port"], "--port needs a value"],
  ["another poller", GRANTED, ["--poller", "epoll"], "--poller: epoll is not allowed"],
  ["an address of the server's own", GRANTED, ["--listen", "127.0.0.1:1"],
    "--listen: it is --host and --port here"],
  ["a word", GRANTED, ["html"], "html: what is served is what the host grants (--help)"],
]) {
  command(`${what}: one line, and 1`, async () => {
    const { code, stdout, stderr } = await ended(grants, ...args);
    assert.equal([code, stdout, stderr], [1, "", `error: ${line}\n`]);
  });
}

command("a port in use: one line, and 1", async () => {
  const { url, child } = await started(GRANTED);
  const { port } = new URL(url);
  const { code, stderr } = await ended(GRANTED, "--port", port);
  assert.equal([code, stderr], [1, `error: cannot listen on 127.0.0.1:${port}: the port is in use\n`]);
  child.kill();
});

command("of several directories that at / is served, else the first", async () => {
  const both = [...NETWORK, ...mount(other, "/srv"), ...mount(root, "/")];
  const first = [...NETWORK, ...mount(other, "/srv"), ...mount(root, "/www")];
  for (const [grants, text] of [[both, "home"], [first, "another"]]) {
    const { url, child } = await started(grants);
    assert.is(await contentOf(url), text);
    child.kill();
  }
});

withIPv6(command)("--host takes an IPv6 address, as in a URL too", async () => {
  for (const host of ["::1", "[::1]"]) {
    const { url, child } = await started(GRANTED, "--host", host);
    assert.match(url, /^http:\/\/\[::1\]:\d+\/$/);
    assert.is(await contentOf(url), "home");
    child.kill();
  }
});

command("--log-format writes the access log to standard output", async () => {
  const { url, child, stdout } = await started(GRANTED, "--log-format", "common");
  await contentOf(url);
  await once(child.stdout, "data");
  const line = stdout().split("\n")[1].replace(/\[[^\]]*\]/, "[time]");
  assert.is(line, '127.0.0.1 - - [time] "GET / HTTP/1.1" 200 4');
  child.kill();
});

/** A client that asks for the large file and reads none of it. */
async function stall(url) {
  const { hostname, port } = new URL(url);
  const socket = connect(port, hostname);
  socket.pause();
  await once(socket, "connect");
  socket.write("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return socket;
}

command("those that were given up keep others waiting, and nobody is thrown out", async () => {
  const limits = ["--max-connections", "4", "--write-timeout", "200", "--min-rate", "0"];
  const { url, child } = await started(GRANTED, ...limits);
  // Four that are closing and cannot end, in the places of which come four more that are open.
  const stalled = await Promise.all(Array.from({ length: 8 }, () => stall(url)));
  // Whoever comes before all of them have been given up finds a place.
  let isServed = true;
  const answers = [];
  while (isServed) {
    const answer = contentOf(url);
    answers.push(answer);
    isServed = await Promise.race([answer, pause(3000, false)]);
  }
  for (const socket of stalled) socket.destroy();
  assert.equal(new Set(await Promise.all(answers)), new Set(["home"]));
  child.kill();
});

command.run();
