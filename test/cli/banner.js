// What a server says when it is up: where it can be reached, and that this is true.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

import {
  bannerBlock, bannerLine, describePoller, stoppingLine, summaryLine,
} from "../../build/host/banner.js";
import { belongsTo, OPTION_LIST } from "../../build/host/options.js";
import { listUrls } from "../../build/host/urls.js";
import { withTerminal } from "../helpers/available.js";
import { freePort } from "../helpers/modes.js";
import { hasIPv6 } from "../helpers/proxy.js";
import { fetchText, runCommand, start, startServer } from "../helpers/server.js";


let directory;

test.before(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "epollux-")));
  mkdirSync(join(directory, "without"));
  mkdirSync(join(directory, "with/html"), { recursive: true });
  writeFileSync(join(directory, "with/html/index.html"), "html");
  writeFileSync(join(directory, "without/index.html"), "here");
});

test.after(() => rmSync(directory, { recursive: true }));

const textOf = async (url) => (await fetchText(url)).text;

const urlsIn = (text) => text.match(/http:\/\/\S+\//g);

test("without a terminal the banner is one line with the root and the URL", async () => {
  const root = join(directory, "without");
  const server = await startServer({ root });
  assert.match(
    server.stdout(),
    new RegExp(
      `^epollux \\d+\\.\\d+\\.\\d+ serving ${root} at http://127\\.0\\.0\\.1:${server.port}/ ` +
        "\\(1 worker, [\\d.]+ MiB at most\\)\n$",
    ),
  );
  assert.is(await textOf(server.url), "here");
  await server.stop();
});

test("the default directory is ./html if there is one, else the current one", async () => {
  const cases = [["with", "with/html", "html"], ["without", "without", "here"]];
  for (const [place, root, content] of cases) {
    const server = await startServer({ cwd: join(directory, place) });
    assert.match(server.stdout(), `serving ${join(directory, root)} (default) at`);
    assert.is(await textOf(server.url), content);
    await server.stop();
  }
});

test("the classic form with a bare port", async () => {
  const port = await freePort();
  const server = start([String(port)], { cwd: join(directory, "without") });
  await server.output(new RegExp(`at http://127\\.0\\.0\\.1:${port}/ `));
  assert.is(await textOf(`http://127.0.0.1:${port}/`), "here");
  await server.stop();
});

test("PORT and EPOLLUX_HOST are obeyed", async () => {
  const port = await freePort();
  const env = { PORT: String(port), EPOLLUX_HOST: "127.0.0.2" };
  const server = start([join(directory, "without")], { env });
  await server.output(new RegExp(`at http://127\\.0\\.0\\.2:${port}/ `));
  assert.is(await textOf(`http://127.0.0.2:${port}/`), "here");
  await server.stop();
});

test("--host alone serves every interface, and every URL of the banner works", async () => {
  const root = join(directory, "without");
  const server = await startServer({ root, args: ["--host", "--workers", "2"] });
  const urls = urlsIn(server.stdout());
  assert.is(urls[0], `http://127.0.0.1:${server.port}/`);
  for (const url of urls) assert.is(await textOf(url), "here", url);
  await server.stop();
});

test("a host name is resolved", async () => {
  const root = join(directory, "without");
  const server = await startServer({ root, args: ["--host", "localhost"] });
  for (const url of urlsIn(server.stdout())) assert.is(await textOf(url), "here", url);
  await server.stop();
});

test("several hosts share the port that was free, and all are served", async () => {
  const hosts = ["127.0.0.1", "127.0.0.2", ...(hasIPv6 ? ["::1"] : [])];
  for (const workers of ["1", "2"]) {
    const args = [...hosts.map((host) => `--host=${host}`), "--workers", workers];
    const server = await startServer({ root: join(directory, "without"), args });
    const urls = urlsIn(server.stdout());
    assert.equal(new Set(urls.map((url) => new URL(url).port)).size, 1);
    assert.is(urls.length, hosts.length);
    for (const url of urls) assert.is(await textOf(url), "here", url);
    await server.stop();
  }
});

test("the least and the greatest value of every limit start a server", async () => {
  const numbers = OPTION_LIST.filter(([name, option]) =>
    option.range && belongsTo("serve", option) && !/port|workers/.test(name));
  const isWarning = new RegExp(
    "^warning: --max-connections lowered to \\d+(, --max-open-files lowered to \\d+)?, because a " +
      "process may have \\d+ descriptors here: raise the limit, as root with `ulimit -n \\d+`\n$",
  );
  for (const end of [0, 1]) {
    const args = numbers.map(([name, { kind, range }]) =>
      `--${name}=${range[end]}${kind === "duration" ? "ms" : ""}`,
    );
    // All memory limits at their greatest are more than there is.
    if (end === 1) args.splice(0, args.length, ...args.filter((arg) => !/buffers/.test(arg)));
    const server = await startServer({ root: join(directory, "without"), args });
    await server.stop();
    if (server.stderr()) assert.match(server.stderr(), end === 1 ? isWarning : /^$/);
  }
});

test("limits that need more memory than there can be are refused in words", async () => {
  const args = ["--max-buffers=16384", "--cache-size=512m", "--max-head=65535", "--port=0"];
  const { code, stdout, stderr } = await runCommand([join(directory, "without"), ...args]);
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.match(stderr, /^error: more than 1 GiB of memory: lower --max-connections, /);
});

test("--quiet silences banner and summary", async () => {
  const port = await freePort();
  const server = start([join(directory, "without"), "-q", "--port", String(port)]);
  await untilListening(port);
  await server.stop();
  assert.is(server.stdout() + server.stderr(), "");
});

test("a reader of the banner that leaves does not end the server", async () => {
  const server = await startServer({ root: join(directory, "without") });
  server.process.stdout.destroy();
  assert.is(await textOf(server.url), "here");
  const { code } = await server.stop();
  assert.is(code, 0);
  assert.is(server.stderr(), "");
});

const testOnTerminal = withTerminal(test);

testOnTerminal("a terminal gets a line for each thing, in colour unless NO_COLOR", async () => {
  const plain = await onTerminal({ NO_COLOR: "1" });
  assert.match(plain, /^epollux \S+\r\n\r\n/);
  assert.match(plain, new RegExp(`\r\n {2}Root {6}${directory}/without\r\n`));
  assert.match(plain, /\r\n {2}Local {5}http:\/\/127\.0\.0\.1:\d+\/\r\n/);
  assert.match(plain, /\r\n {2}Workers {3}1, with [\d.]+ MiB of memory at most\r\n/);
  assert.match(plain, /\r\n {2}Press Ctrl-C to stop\r\n/);
  assert.match(plain, /\rstopping: 0 requests in flight, Ctrl-C again to force\r\nstopped: /);
  assert.not.match(plain, "\x1b");
  assert.match(await onTerminal({ NO_COLOR: "" }), "\x1b[36mhttp://127.0.0.1:");
});

/** Runs a server on a terminal of its own and presses Ctrl-C there; resolves with what it shows. */
async function onTerminal(env) {
  const server = start([join(directory, "without"), "--port", "0"], {
    terminal: true, env: { SHELL: "/bin/sh", ...env },
  });
  await server.output(/Press Ctrl-C/);
  server.type("\x03");
  assert.is((await server.ended).code, 0);
  return server.stdout();
}

async function untilListening(port) {
  for (;;) {
    const isUp = await textOf(`http://127.0.0.1:${port}/`).then(() => true, () => false);
    if (isUp) return;
  }
}

test("the URLs of a wildcard are those of the interfaces, local ones first", () => {
  const urls = (...ips) => listUrls(ips.map((ip) => ({ type: "tcp", ip, port: 80, isDualStack: ip === "::" })));
  const reaches = urls("0.0.0.0").map(({ reach }) => reach);
  assert.is(reaches[0], "Local");
  assert.not(reaches.slice(1).includes("Local"));
  assert.is(urls("0.0.0.0")[0].name, "http://127.0.0.1:80/");
  assert.is(urls("::")[0].name, "http://127.0.0.1:80/");
  assert.equal(
    urls("192.0.2.7", "::1", "127.0.0.1").map(({ name }) => name),
    ["http://[::1]:80/", "http://127.0.0.1:80/", "http://192.0.2.7:80/"],
  );
});

test("the worst case of memory counts every worker", () => {
  const facts = {
    name: "epollux 1.2.3",
    mode: "serve",
    root: { path: "/srv", isDefault: false },
    places: [{ reach: "Local", name: "http://127.0.0.1:1/" }],
    workers: 3,
    memoryBytes: 2 ** 20,
  };
  assert.is(
    bannerLine(facts),
    "epollux 1.2.3 serving /srv at http://127.0.0.1:1/ (3 workers, 3 MiB at most)",
  );
  assert.match(bannerBlock(facts, false), "Workers   3, with 1 MiB of memory each at most");
});

test("a server without a root has its mode in the banner, and its poller", () => {
  const facts = {
    name: "epollux 1.2.3",
    mode: "echo",
    places: [{ reach: "Local", name: "127.0.0.1:7788" }],
    poller: describePoller("busy", "level", 1),
    workers: 1,
    memoryBytes: 2 ** 20,
  };
  assert.is(
    bannerLine(facts),
    "epollux 1.2.3 echo at 127.0.0.1:7788 (1 worker, 1 MiB at most, " +
      "poller busy: spins, one CPU is always busy)",
  );
  const block = bannerBlock(facts, false);
  assert.match(block, "\n  Mode      echo\n  Local     127.0.0.1:7788\n");
  assert.match(block, "\n  Poller    busy: spins, one CPU is always busy\n  Workers ");
});

test("a poller is described by what distinguishes it", () => {
  assert.is(describePoller("epoll", "level", 2), "epoll, level-triggered");
  assert.is(describePoller("epoll", "edge", 2), "epoll, edge-triggered");
  assert.is(describePoller("select", "level", 1), "select");
  assert.is(describePoller("busy", "level", 3), "busy: spins, 3 CPUs are always busy");
});

test("the summary counts in plain words", () => {
  const counters = { requests: 1, connections: 1, bytes: 1536, open: 0, busy: 0, refused: 0 };
  assert.is(
    summaryLine("serve", counters, 42_000), "stopped: 1 request, 1.5 KiB on 1 connection in 42 s",
  );
  assert.is(summaryLine("echo", counters, 42_000), "stopped: 1.5 KiB on 1 connection in 42 s");
  const cut = { ...counters, busy: 2 };
  assert.match(summaryLine("serve", cut, 1), /, 2 cut off$/);
  assert.is(stoppingLine("serve", cut), "stopping: 2 requests in flight, Ctrl-C again to force");
  assert.is(stoppingLine("echo", cut), "stopping: 2 connections in flight, Ctrl-C again to force");
});

test.run();
