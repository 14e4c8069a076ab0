import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const build = suite("build");

build.before.each((context) => {
  const folder = mkdtempSync(join(tmpdir(), "epollux-"));
  cpSync(join(repository, "scripts/build-shim.js"), join(folder, "scripts/build-shim.js"));
  cpSync(join(repository, "src"), join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  context.folder = folder;
  context.run = (env) => {
    const script = join(folder, "scripts/build-shim.js");
    return spawnSync(process.execPath, [script], { env, encoding: "utf8" });
  };
});
build.after.each(({ folder }) => rmSync(folder, { recursive: true }));

/** A "compiler" that fails as the real one does. */
function fakeCompiler(folder, message) {
  const path = join(folder, "fake-cc");
  const script = `case "$*" in *--version) exit;; esac; echo "${message}" >&2; exit 1`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

build("says in one line which package to install when there is no compiler", ({ run }) => {
  for (const env of [{ PATH: "/nowhere" }, { PATH: process.env.PATH, CC: "no-such-compiler" }]) {
    const { status, stdout, stderr } = run(env);
    assert.is(status, 1);
    assert.is(stdout, "");
    assert.match(stderr, /^error: no C compiler found: install gcc \(.*apt install gcc.*\)\n$/);
  }
});

build("says in one line which package to install when the headers of libc are missing", (t) => {
  const message = "src/x.c:1:10: fatal error: errno.h: No such file or directory";
  const { status, stderr } = t.run({ PATH: process.env.PATH, CC: fakeCompiler(t.folder, message) });
  assert.is(status, 1);
  assert.match(stderr, /^error: the C compiler does not find <errno\.h>: install .*libc6-dev.*\n$/);
});

build("shows what the compiler says about anything else", ({ folder, run }) => {
  const CC = `${fakeCompiler(folder, "internal compiler error")} -m64`;
  const { status, stderr } = run({ PATH: process.env.PATH, CC });
  assert.is(status, 1);
  assert.is(stderr, "error: the C compiler failed:\ninternal compiler error\n");
});

build("compiles once, and needs no compiler until a source changes", ({ folder, run }) => {
  assert.is(run({ PATH: process.env.PATH }).stderr, "");
  assert.is(run({ PATH: "/nowhere" }).status, 0);
  writeFileSync(join(folder, "src/record.h"), "// changed\n");
  assert.is(run({ PATH: "/nowhere" }).status, 1);
});

build.run();
