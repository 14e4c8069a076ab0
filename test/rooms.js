// The direction of imports among the rooms of the guest, as the architecture has it.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join, relative, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const guest = fileURLToPath(new URL("../assembly/", import.meta.url));

/** A room, and the rooms it may import from besides itself. */
const ALLOWED = {
  bytes: [],
  platform: ["bytes"],
  poller: ["platform", "bytes"],
  loop: ["poller", "platform", "bytes"],
  http: ["bytes"],
  static: ["http", "platform", "bytes"],
  connection: ["loop", "poller", "http", "log", "platform", "bytes"],
  tcp: ["loop", "poller", "platform", "bytes"],
  log: ["http", "platform", "bytes"],
  component: ["http", "bytes"],
  handler: ["http", "platform", "bytes"],
};

/** What comes from outside assembly/, and who may use it. */
const OUTSIDE = {
  platform: [/^@assemblyscript\/wasi-shim\//],
  static: [/^build\/media-types$/],
};

/** Entries, and a room, that are compiled for the platform "wasi": see scripts/compile-wasm.js. */
const WASI_ENTRIES = ["command.ts", "handler.ts"];
const WASI_ROOM = "handler/";

const files = readdirSync(guest, { recursive: true }).filter((name) => name.endsWith(".ts"));

/** Each import line: the file, its room, and what it names. */
function importsOf(file) {
  const source = readFileSync(join(guest, file), "utf8");
  return [...source.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gm)].map((match) => match[1]);
}

function violation(file, specifier) {
  const room = file.includes("/") ? file.split("/")[0] : "entry";
  if (room === "entry") return undefined;
  const inside = specifier.startsWith(".")
    ? relative(guest, resolve(guest, dirname(file), specifier))
    : specifier;
  if (!specifier.startsWith(".") || inside.startsWith("..")) {
    const name = inside.replace(/^\.\.\//, "");
    return (OUTSIDE[room] ?? []).some((allowed) => allowed.test(name)) ? undefined : name;
  }
  const target = inside.split("/")[0];
  return target === room || ALLOWED[room].includes(target) ? undefined : target;
}

const rooms = suite("rooms");

rooms("every file of the guest is in a known room, or is an entry", () => {
  const entries =
    "arguments.ts command-arguments.ts command.ts config.ts handler-settings.ts handler.ts " +
    "parser-component.ts parser.ts serve.ts server.ts tcp-config.ts tcp.ts units.ts";
  const strays = files.filter((file) => !entries.split(" ").includes(file) && !(file.split("/")[0] in ALLOWED));
  assert.equal(strays, []);
});

rooms("no file imports from a room that its own may not know", () => {
  const forbidden = [];
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      const target = violation(file, specifier);
      if (target) forbidden.push(`${file} → ${target}`);
    }
  }
  assert.equal(forbidden, []);
});

rooms("a forbidden arrow is noticed", () => {
  assert.is(violation("http/parse.ts", "../platform/imports"), "platform");
  assert.is(violation("static/site.ts", "../connection/http"), "connection");
  assert.is(violation("bytes/hex.ts", "../../build/media-types"), "build/media-types");
  assert.is(violation("static/site.ts", "../http/reply"), undefined);
});

rooms("imports from the host are declared in platform/imports.ts, and of WASI in bindings, only", () => {
  const declaring = files.filter((file) => /@external/.test(readFileSync(join(guest, file), "utf8")));
  const others = declaring.filter((file) => !file.startsWith("platform/wasi/bindings/"));
  assert.equal(others, ["platform/imports.ts"]);
});

rooms("what there is for WASI alone is imported by what is for WASI alone, and by its entries", () => {
  const isForWasi = (file) => file.includes("/wasi/") || file.startsWith(WASI_ROOM);
  const importing = files.filter((file) => importsOf(file).some((name) => isForWasi(`${name}/`)));
  const strays = importing.filter((file) => !isForWasi(file) && !WASI_ENTRIES.includes(file));
  assert.equal(strays, []);
});

rooms.run();
