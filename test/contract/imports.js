// The border is written down four times: in docs/abi.md, in the modules, in the shim and in the
// descriptions of the host. Here the four are held together, and the embedders of examples/ to them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { capabilitiesText, checkImports } from "../../build/host/capabilities.js";
import { SHIM_PATH } from "../helpers/proxy.js";

const abi = readFileSync(new URL("../../docs/abi.md", import.meta.url), "utf8");
const compile = (name) =>
  new WebAssembly.Module(readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url)));
const server = compile("server");
const tcp = compile("tcp");
const MODULES = { "server.wasm": server, "tcp.wasm": tcp };

/** The text of a section of docs/abi.md, its heading left out. */
function section(heading) {
  const start = abi.indexOf(`\n${heading}\n`);
  assert.ok(start >= 0, `docs/abi.md has no section ${heading}`);
  const text = abi.slice(start + heading.length + 2);
  const level = heading.match(/^#+/)[0].length;
  const end = text.search(new RegExp(`^#{2,${level}} `, "m"));
  return end < 0 ? text : text.slice(0, end);
}

/** First words of the rows of a table: the names it describes. */
function describedNames(text) {
  return [...text.matchAll(/^\| `(\w+)/gm)].map((match) => match[1]).sort();
}

function importedNames(module, group) {
  return WebAssembly.Module.imports(module)
    .filter((entry) => entry.module === group)
    .map((entry) => entry.name)
    .sort();
}

const GROUPS = ["epoll", "socket", "file"];
const WASI = "wasi_snapshot_preview1";

const imports = suite("imports");

/** The names that docs/abi.md describes in a group, those left out that are another module's. */
function describedFor(module, group) {
  const text = section(`### \`${group}\``);
  const rows = text.split("\n").filter((row) => !row.includes("`tcp.wasm` only") || module === tcp);
  return describedNames(rows.join("\n"));
}

imports("of server.wasm are those that docs/abi.md describes, group by group", () => {
  for (const group of GROUPS) {
    assert.equal(importedNames(server, group), describedFor(server, group), group);
  }
});

imports("of server.wasm are those that the demo site lists, and as many as the documents say", () => {
  const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const rows = read("html/limits/index.html").matchAll(/<th scope="row">(.*?)<\/th>/g);
  const listed = [...rows].flatMap(([, names]) => names.split(/,(?: |<br>)/));
  const own = GROUPS.flatMap((group) => importedNames(server, group));
  const missing = [...own, ...importedNames(server, WASI)].filter((name) => !listed.includes(name));
  assert.equal(missing, []);
  assert.is(own.length, 21);
  for (const path of ["README.md", "RATIONALE.md", "docs/hosts.md"]) {
    assert.match(read(path), /\btwenty-one\b/, path);
  }
});

imports("of tcp.wasm are those that docs/abi.md describes, and of some groups fewer", () => {
  const text = section("## Exports of `tcp.wasm`").replaceAll("\n", " ");
  const [, few] = text.match(/imports of `socket` only (.*?), and nothing of `file`\./);
  const socket = [...few.matchAll(/`(\w+)`/g)].map((match) => match[1]).sort();
  assert.equal(importedNames(tcp, "socket"), socket);
  for (const name of socket) assert.ok(describedFor(tcp, "socket").includes(name), name);
  assert.equal(importedNames(tcp, "epoll"), describedFor(tcp, "epoll"));
  assert.equal(importedNames(tcp, "file"), []);
});

imports("of WASI are those that docs/abi.md names", () => {
  const names = (text) => [...text.matchAll(/`(\w+_\w+)`/g)].map((match) => match[1]);
  const [both, more] = section(`### \`${WASI}\``).split("; `tcp.wasm` also");
  assert.equal(importedNames(server, WASI), names(both).sort());
  assert.equal(importedNames(tcp, WASI), [...names(both), ...names(more)].sort());
});

imports("come from these groups and from nowhere else", () => {
  for (const [name, module] of Object.entries(MODULES)) {
    const groups = new Set(WebAssembly.Module.imports(module).map((entry) => entry.module));
    for (const group of groups) assert.ok([...GROUPS, WASI].includes(group), `${name}: ${group}`);
  }
});

imports("are all given by the shim, which gives nothing else", () => {
  const shim = createRequire(import.meta.url)(SHIM_PATH);
  const eventfd = shim.openEventfd();
  const instance = shim.createInstance({ listeners: [], roots: [], eventfd });
  try {
    assert.equal(Object.keys(instance.imports).sort(), [...GROUPS].sort());
    for (const group of GROUPS) {
      const used = new Set([...importedNames(server, group), ...importedNames(tcp, group)]);
      assert.equal(Object.keys(instance.imports[group]).sort(), [...used].sort());
    }
  } finally {
    instance.close();
    shim.closeDescriptor(eventfd);
  }
});

imports("are all described to the user, and one that is not is refused", () => {
  for (const module of Object.values(MODULES)) {
    checkImports(module);
    const text = capabilitiesText(module, { root: "/", addresses: [], args: [] });
    for (const { name } of WebAssembly.Module.imports(module)) assert.match(text, ` ${name} `);
  }
  // (module (import "file" "unlink" (func)))
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 15, 1];
  const names = [4, ...Buffer.from("file"), 6, ...Buffer.from("unlink"), 0, 0];
  const other = new WebAssembly.Module(new Uint8Array([...bytes, ...names]));
  assert.throws(() => checkImports(other), /imports file\.unlink/);
});

imports("of the parser there are none", () => {
  for (const name of ["parser", "parser-scalar"]) {
    assert.equal(WebAssembly.Module.imports(compile(name)), []);
  }
});

const EMBEDDERS = {
  "python-host/imports.py": (name) => `    def ${name}(self`,
  "go-host/imports.go": (name) => `"${name}": `,
};

for (const [file, definition] of Object.entries(EMBEDDERS)) {
  imports(`of server.wasm are all given by examples/${file}`, () => {
    const text = readFileSync(new URL(`../../examples/${file}`, import.meta.url), "utf8");
    const names = GROUPS.flatMap((group) => importedNames(server, group));
    assert.equal(names.filter((name) => !text.includes(definition(name))), []);
  });
}

imports.run();

const exports = suite("exports");

const exportedNames = (module) => WebAssembly.Module.exports(module).map((e) => e.name).sort();

exports("of server.wasm are those that docs/abi.md describes", () => {
  assert.equal(exportedNames(server), describedNames(section("## Exports of `server.wasm`")
    .split("Counters record")[0]));
});

exports("of tcp.wasm are those that docs/abi.md describes", () => {
  assert.equal(exportedNames(tcp), describedNames(section("## Exports of `tcp.wasm`")
    .split("Arguments:")[0]));
});

exports("of both builds of the parser are those that docs/abi.md describes", () => {
  const described = describedNames(section("## Exports of `parser.wasm`").split("All parameters")[0]);
  for (const name of ["parser", "parser-scalar"]) {
    assert.equal(exportedNames(compile(name)), described);
  }
});

exports.run();
