// --help, --version, --print-capabilities: what the command says of itself.

import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { capabilitiesText, checkImports } from "../../build/host/capabilities.js";
import { MODE_LIST } from "../../build/host/modes.js";
import { belongsTo, OPTION_LIST } from "../../build/host/options.js";
import { COMMAND, runCommand, start } from "../helpers/server.js";

const MODULE_FILE = new URL("../../build/server.wasm", import.meta.url);
const TOOLS_FILE = new URL("../../build/tcp.wasm", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));
const sha256 = createHash("sha256").update(readFileSync(MODULE_FILE)).digest("hex");

/** The smallest module that imports `module.name`. */
function importing(module, name) {
  const text = (string) => [string.length, ...Buffer.from(string)];
  const type = [1, 4, 1, 0x60, 0, 0];
  const entry = [1, ...text(module), ...text(name), 0, 0];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...type, 2, entry.length, ...entry];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

async function expectText(...args) {
  const { code, stdout, stderr } = await runCommand(args);
  assert.is(code, 0);
  assert.is(stderr, "");
  return stdout;
}

test("the help of every mode fits into 80 columns", async () => {
  for (const [mode] of MODE_LIST) {
    const help = await expectText(mode, "--help");
    for (const line of help.split("\n")) assert.ok(line.length <= 80, line);
  }
});

test("the help mentions every option of the mode, every default and every limit", async () => {
  for (const [mode] of MODE_LIST) {
    const [, help] = (await expectText(mode, "-h")).split("What and where:");
    for (const [name, option] of OPTION_LIST) {
      const { kind, fallback, short, range, action } = option;
      const sign = fallback === true ? `--no-${name}` : `--${name}`;
      const [entry] = new RegExp(`.* ${sign}\\b[^]*?(?=\\n *(-\\w, )?--|\\n\\n)`).exec(help) ?? [];
      assert.is(entry !== undefined, belongsTo(mode, option), `${sign} in the help of ${mode}`);
      if (!entry) continue;
      if (short) assert.match(entry, `-${short[0]}, ${sign}`);
      if (!action) assert.match(entry, kind === "boolean" ? /\(default no/ : /\(default \S/);
      if (range) assert.match(entry, /; \w+ to \w+/);
    }
  }
});

test("the help names the other modes", async () => {
  for (const [mode] of MODE_LIST) {
    const help = await expectText(mode, "--help");
    const [, list] = /^Other modes.*\n([^]*?)\n\n/m.exec(help);
    for (const [other, { usage, does }] of MODE_LIST) {
      assert.is(list.includes(`  ${usage} `) && list.includes(does), other !== mode, other);
    }
  }
});

test("the help begins with usage and three examples", async () => {
  const help = await expectText("--help");
  assert.match(help, /^Usage: node host\/run\.js \[serve\] \[DIR\] \[options\]\n/);
  assert.match(help, /Examples:\n( {2}node host\/run\.js .*\n){3}\n/);
});

test("the version is one line with the checksum of the module", async () => {
  const digest = sha256.slice(0, 12);
  const line = `epollux ${version} (wasm sha256:${digest}…, node ${process.version})\n`;
  for (const flag of ["--version", "-V", "-v"]) assert.is(await expectText(flag), line);
});

test("the capabilities list exactly what the module imports", async () => {
  const text = await expectText("--print-capabilities");
  const [, list] = /^imports.*\n([\s\S]*?)^grants/m.exec(text);
  let group;
  const listed = [];
  for (const line of list.trimEnd().split("\n")) {
    const [, indent, name, description] = /^( +)(\S+)(?: {2,}(\S.*))?$/.exec(line);
    if (indent.length === 2) group = name;
    else {
      assert.ok(description, `${name} has no description`);
      listed.push(`${group}.${name}`);
    }
  }
  const module = new WebAssembly.Module(readFileSync(MODULE_FILE));
  const imports = WebAssembly.Module.imports(module);
  assert.equal(listed.sort(), imports.map((entry) => `${entry.module}.${entry.name}`).sort());
});

test("the capabilities list every grant and the whole checksum", async () => {
  const text = await expectText(
    "--print-capabilities", "/tmp", "--port", "1234", "--host=127.0.0.1", "--host=::1",
  );
  assert.match(text, `sha256:${sha256}\n`);
  assert.match(text, /listen +127\.0\.0\.1:1234, \[::1\]:1234\n/);
  assert.match(text, /read files +\/tmp and beneath/);
  for (const nothing of ["write files", "environment", "WASI preopens", "random"]) {
    assert.match(text, new RegExp(`${nothing} +none\n`));
  }
  assert.match(text, /arguments +serve --listen 127\.0\.0\.1:1234 --listen \[::1\]:1234 /);
  assert.match(text, /connect +nowhere\n/);
});

test("the TCP tools have a module of their own, and no directory", async () => {
  const tools = createHash("sha256").update(readFileSync(TOOLS_FILE)).digest("hex");
  for (const mode of ["echo", "print"]) {
    const text = await expectText(mode, "--print-capabilities", "--port", "1234");
    assert.match(text, `, tcp.wasm sha256:${tools}\n`);
    assert.match(text, /listen +127\.0\.0\.1:1234\n/);
    assert.match(text, /connect +nowhere\n/);
    assert.match(text, /read files +none\n/);
    assert.match(text, new RegExp(`arguments +${mode} --listen 127\\.0\\.0\\.1:1234 `));
  }
  const text = await expectText("load", "[::1]:1234", "--print-capabilities");
  assert.match(text, /connect +\[::1\]:1234\n/);
  assert.match(text, /listen +nowhere\n/);
});

test("a module that imports anything else is refused", () => {
  for (const [group, name] of [["socket", "bind"], ["constructor", "name"], ["epoll", "open"]]) {
    assert.throws(
      () => checkImports(importing(group, name)),
      `the module imports ${group}.${name}, which the host does not describe`,
    );
  }
  const module = importing("socket", "close");
  checkImports(module);
  const text = capabilitiesText(module, { root: "/", addresses: [], args: [] });
  assert.match(text, / {2}socket\n {4}close {2}close one/);
  assert.not.match(text, "recv");
});

test("a reader that leaves early is no error", async () => {
  const { process, ended, stderr } = start(["--help"]);
  process.stdout.destroy();
  assert.is((await ended).code, 0);
  assert.is(stderr(), "");
});

test("output that cannot be written is an error without a stack", async () => {
  const full = openSync("/dev/full", "w");
  const command = spawn(process.execPath, [COMMAND, "--help"], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  let stderr = "";
  command.stderr.setEncoding("utf8").on("data", (chunk) => (stderr += chunk));
  const [code] = await once(command, "close");
  assert.is(code, 1);
  assert.is(stderr, "error: cannot write to standard output: no space left on device\n");
});

test.run();
