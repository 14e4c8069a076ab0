// Nothing outside the root, nothing hidden, nothing that hangs, nobody sent elsewhere.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync, linkSync, mkdirSync, openSync, symlinkSync, unlinkSync, writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, connect, Download, get, head, lines, makeRoot, read, sha256, stopCleanly,
  withServer,
} from "../helpers/fixture.js";
import { has, needing } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const SECRET = "SECRET: outside the root";
const HIDDEN = "HIDDEN: begins with a dot";
const root = makeRoot({
  "hello.txt": "Hello, world!\n",
  "dir/file.txt": "in dir",
  "dir/index.html": "index of dir",
  "evil.example/index.html": "a directory of that name",
  "@evil.example/index.html": "a directory of that name",
  ".hidden": HIDDEN,
  ".git/config": HIDDEN,
  "dir/.htpasswd": HIDDEN,
  ".well-known/security.txt": "Contact: nobody",
  ".well-known/.hidden": HIDDEN,
  "dir/.well-known/file.txt": HIDDEN,
});
const beside = `${root.path}-secret`;
mkdirSync(beside);
for (const name of ["secret.txt", "index.html"]) writeFileSync(join(beside, name), SECRET);
writeFileSync(join(root.path, "..", "secret.txt"), SECRET);
const inside = (name) => join(root.path, name);
symlinkSync("../www-secret/secret.txt", inside("link-out.txt"));
symlinkSync("../www-secret", inside("link-out"));
symlinkSync(join(beside, "secret.txt"), inside("link-absolute-out.txt"));
symlinkSync(join(root.path, "hello.txt"), inside("link-absolute-in.txt"));
symlinkSync("link-out.txt", inside("link-chain.txt"));
symlinkSync("../../www-secret/secret.txt", inside("dir/link-out.txt"));
symlinkSync("hello.txt", inside("link-in.txt"));
symlinkSync("dir", inside("link-dir"));
symlinkSync("../hello.txt", inside("dir/link-parent.txt"));
symlinkSync("dir/../hello.txt", inside("link-dots.txt"));
symlinkSync("loop", inside("loop"));
symlinkSync("/proc/self/cwd", inside("magic-cwd"));
symlinkSync("/proc/self/fd/0", inside("magic-fd"));
symlinkSync("/dev/zero", inside("zero"));
symlinkSync("fifo", inside("link-fifo"));
execFileSync("mkfifo", [inside("fifo")]);
const unix = createServer().listen(inside("socket"));
await once(unix, "listening");
const server = await startServer({ root: root.path });

const security = suite("security");
const noTarget = needing(security, "anyMethod");
security.after(async () => {
  unix.close();
  await stopCleanly(server);
});

/** It is not found, or refused; whatever is said, it is not the secret. */
async function isRefused(target, status, to = server) {
  const response = await ask(to, get(target));
  const text = response.content.toString("latin1");
  assert.not.ok(text.includes("SECRET") || text.includes("HIDDEN"), target);
  if (status) assert.is(response.status, status, target);
  else assert.ok([400, 403, 404].includes(response.status), `${response.status} for ${target}`);
}

const SEGMENTS = ["..", "%2e%2e", ".%2e", "%2E.", "%2e%2E"];

security("no spelling of dots and slashes leaves the root", async () => {
  for (const dots of SEGMENTS) {
    for (const path of ["secret.txt", "www-secret/secret.txt", "etc/passwd", ""]) {
      for (const times of [1, 2, 10]) {
        await isRefused(`/${`${dots}/`.repeat(times)}${path}`);
        await isRefused(`/dir/${dots}/${`${dots}/`.repeat(times)}${path}`);
      }
    }
    await isRefused(`/${dots}`, 400);
    await isRefused(`/dir/${dots}/${dots}`, 400);
  }
});

security("an encoded slash, a backslash and a NUL are no separators", async () => {
  const targets = [
    "/..%2fsecret.txt", "/..%2Fwww-secret%2Fsecret.txt", "/dir%2ffile.txt",
    "/%2f..%2f..%2fetc%2fpasswd",
    "/..%5csecret.txt", "/..\\secret.txt", "/dir\\file.txt", "/dir%5cfile.txt", "/hello.txt%00",
    "/hello.txt%00.html", "/..%00/secret.txt", "/%00", "/..%c0%afsecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/..%252fsecret.txt", "/%252e%252e/secret.txt", "/..;/secret.txt", "/.../secret.txt",
    "/..%u2215secret.txt", "//etc/passwd", "/%2fetc%2fpasswd", "/./%2e./secret.txt",
  ];
  const isAsked = (target) => has("backslashes") || target !== "/dir%5cfile.txt";
  for (const target of targets.filter(isAsked)) await isRefused(target);
});

security("dots that stay inside are resolved", async () => {
  const targets = ["/dir/../hello.txt", "/./hello.txt", "//hello.txt", "/dir/%2e%2e//./hello.txt"];
  for (const target of targets) {
    const response = await ask(server, get(target));
    assert.is(response.content.toString(), "Hello, world!\n", target);
  }
});

noTarget("a sibling whose name begins like the root's is outside", async () => {
  for (const target of ["/../www-secret/secret.txt", "/..%2fwww-secret/", "-secret/secret.txt"]) {
    await isRefused(target);
  }
  await isRefused("/-secret/secret.txt", 404);
});

security("symbolic links are followed inside the root, and never out of it", async () => {
  for (const name of ["link-in.txt", "dir/link-parent.txt", "link-dots.txt"]) {
    assert.is((await ask(server, get(`/${name}`))).content.toString(), "Hello, world!\n", name);
  }
  assert.is((await ask(server, get("/link-dir/file.txt"))).content.toString(), "in dir");
  const out = [
    "link-out.txt", "link-out/secret.txt", "link-out/", "link-out", "link-absolute-out.txt",
    "link-chain.txt", "dir/link-out.txt", "link-dir/link-out.txt", "loop", "loop/x",
  ];
  for (const name of out) await isRefused(`/${name}`, 404);
});

security("a link to an absolute path is not followed, even to the inside", async () => {
  await isRefused("/link-absolute-in.txt", 404);
});

security("magic links of /proc lead nowhere", async () => {
  for (const name of ["magic-cwd/package.json", "magic-cwd/", "magic-fd"]) {
    await isRefused(`/${name}`, 404);
  }
  await withServer({ root: "/proc/self" }, async (other) => {
    for (const name of ["cwd/package.json", "root/etc/passwd", "fd/0", "exe"]) {
      await isRefused(`/${name}`, 404, other);
    }
  });
});

security("FIFO, socket and device are not there, and nobody waits for them", async () => {
  for (const name of ["fifo", "link-fifo", "socket", "zero"]) {
    await isRefused(`/${name}`, 404);
    assert.is((await ask(server, head(`/${name}`))).status, 404);
  }
  await withServer({ root: "/dev" }, async (other) => {
    for (const name of ["null", "zero", "tty", "full"]) await isRefused(`/${name}`, 404, other);
  });
});

security("a FIFO with a writer is not read either", async () => {
  const writer = openSync(inside("fifo"), "r+");
  writeFileSync(writer, "meant for somebody else");
  await isRefused("/fifo", 404);
  closeSync(writer);
});

security("names with a dot are hidden, but .well-known is not", async () => {
  const hidden = [
    ".hidden", ".git/config", ".git/", ".git", "dir/.htpasswd", "%2ehidden", "%2egit/config",
    ".well-known/.hidden", "dir/.well-known/file.txt", "dir/../.hidden", "...", ".well-knownx/",
    "dir%5c.htpasswd", "dir%5c..%5c.hidden",
  ];
  for (const name of hidden) await isRefused(`/${name}`, 404);
  for (const name of [".well-known/security.txt", "%2ewell-known/security.txt"]) {
    assert.is((await ask(server, get(`/${name}`))).status, 200, name);
  }
});

security("--dotfiles shows them, and still nothing outside", async () => {
  await withServer({ root: root.path, args: ["--dotfiles"] }, async (other) => {
    assert.is((await ask(other, get("/.git/config"))).content.toString(), HIDDEN);
    assert.is((await ask(other, get("/dir/.htpasswd"))).content.toString(), HIDDEN);
    for (const dots of SEGMENTS) await isRefused(`/${dots}/secret.txt`, 400, other);
  });
});

security("a redirect never leads to another host", async () => {
  const targets = [
    "//evil.example", "///evil.example", "//evil.example/..", "//evil.example/../dir",
    "/dir/..//evil.example", "/%2fevil.example", "/\\evil.example", "/%5cevil.example",
    "/@evil.example",
    "//evil.example?//a", "//evil.example/../../dir", "/.//evil.example", "/;//evil.example",
  ];
  for (const target of targets) {
    for (const bytes of [get(target), lines(`GET http://a${target} HTTP/1.1`, "Host: a")]) {
      const response = await ask(server, bytes);
      const location = response.get("location");
      if (response.status !== 301) assert.is(location, undefined, target);
      else assert.is(new URL(location, "http://ours").host, "ours", `${target} → ${location}`);
    }
  }
});

security("the host that a client names is not put into a redirect", async () => {
  const bytes = lines("GET /dir HTTP/1.1", "Host: evil.example");
  assert.is((await ask(server, bytes)).get("location"), "/dir/");
});

security("what a client sends does not come back as a field or as markup", async () => {
  for (const target of ["/dir?%0d%0aX-Injected:%20yes", "/%0d%0aX-Injected:%20yes", "/<script>"]) {
    const response = await ask(server, get(target));
    assert.is(response.get("x-injected"), undefined);
    assert.not.match(response.content.toString(), /script|Injected/);
  }
});

security("a directory swapped for a link out of the root shows nothing outside", async () => {
  root.file("swap/secret.txt", "inside");
  const isOver = pause(1000).then(() => true);
  for (let i = 0; !(await Promise.race([isOver, pause(1)])); i++) {
    const swap = "mv swap swap.away && ln -s ../www-secret swap";
    const back = "rm swap && mv swap.away swap";
    execFileSync("sh", ["-c", i % 2 ? back : swap], { cwd: root.path });
    const response = await ask(server, get(`/swap/secret.txt?${i}`));
    assert.not.match(response.content.toString(), /SECRET/);
  }
});

security("a file that was opened before it was moved out is finished, then gone", async () => {
  const content = bytesOf(10 << 20);
  root.file("moved.bin", content);
  const download = await Download.start(server, get("/moved.bin"));
  await download.reaches(1);
  linkSync(inside("moved.bin"), join(beside, "moved.bin"));
  unlinkSync(inside("moved.bin"));
  assert.is(await download.complete(), sha256(content));
  await pause(1000);
  await isRefused("/moved.bin", 404);
});

security("the server is still well", async () => {
  const wire = await connect(server);
  void wire.send(get("/hello.txt"));
  assert.is((await read(wire))[0].status, 200);
  wire.close();
});

security.run();
