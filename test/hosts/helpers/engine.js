// handler.wasm in an engine, as a command that looks to the server tests like another host of our own
// (test/helpers/other-host.js):
//
//   node test/hosts/helpers/engine.js ENGINE --port PORT --host ADDRESS DIR [--NAME VALUE …]
//
// ENGINE is wasmtime; kept, which is wasmtime with instances that serve one request after the other;
// or jco. What an engine does not know, such as timeouts of connections, is left out. When DIR is -
// nothing is mounted. EPOLLUX_… variables go to the handler.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";

const inTop = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const COMPONENT = inTop("build/handler.wasm");
const MOUNT = inTop("examples/jco/mount.js");
const JCO = inTop("test/hosts/runtimes/node_modules/.bin/jco");

/** The settings that the handler takes; durations come in milliseconds, switches as on and off. */
const SETTINGS = [
  "index", "dotfiles", "cache-size", "max-open-files", "max-target", "max-head", "max-fields",
  "write-timeout",
];
const VALUES = { on: "true", off: "false" };
const NOWHERE = "-";
/** Variables for the tests: the handler refuses those that it does not know. */
const NOT_SETTINGS = ["EPOLLUX_HOST", "EPOLLUX_HOST_LACKS", "EPOLLUX_SHIM"];

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !NOT_SETTINGS.includes(name)),
);

const wasmtime = (...options) => ({
  command: ({ root, host, port, settings }) => [
    ...["wasmtime", "serve", "-S", "cli", "--addr", `${host}:${port}`, ...options],
    ...(root === NOWHERE ? [] : ["--dir", `${root}::/`]),
    ...Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    COMPONENT,
  ],
  banner: /^Serving HTTP on /,
  // The second is said of a client that breaks off, or sends what is no HTTP.
  chatter: /^(Serving HTTP on |error: hyper::Error\()/,
});

/** Its command line, what it says when it listens, and what of its own it may have to say. */
const ENGINES = {
  wasmtime: wasmtime(),
  kept: wasmtime("--max-instance-reuse-count", "1000"),
  jco: {
    command: ({ root, host, port }) => [
      ...[JCO, "serve", "--host", host, "--port", `${port}`],
      ...(root === NOWHERE ? [] : ["--jco-import", MOUNT]),
      ...[COMPONENT, root],
    ],
    banner: /^Server listening @ /,
    chatter: /^Server listening @ /,
  },
};

/** Ends the engine and all of its processes when whoever has the other end of its input is gone. */
const TIED = `"$@" </dev/null & exec >/dev/null 2>&1; cat; kill -KILL 0`;

function readArguments([engine, ...words]) {
  let i = 0;
  while (words[i].startsWith("--")) i += 2;
  const [root] = words.splice(i, 1);
  const given = {};
  for (i = 0; i < words.length; i += 2) given[words[i].slice(2)] = words[i + 1];
  const settings = {};
  for (const name of SETTINGS.filter((name) => name in given)) {
    const value = VALUES[given[name]] ?? given[name];
    const variable = `EPOLLUX_${name.toUpperCase().replaceAll("-", "_")}`;
    settings[variable] = name === "write-timeout" ? `${value}ms` : value;
  }
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("EPOLLUX_")) settings[name] = value;
  }
  return { ...ENGINES[engine], root, host: given.host, port: given.port, settings };
}

/** An engine that is asked for port 0 may not tell which one it has got. */
async function freePort(host) {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function main() {
  if (process.argv.includes("--help")) return;
  const { command, banner, chatter, ...given } = readArguments(process.argv.slice(2));
  const port = given.port === "0" ? await freePort(given.host) : given.port;
  const asked = { ...given, port };
  const child = spawn("sh", ["-c", TIED, "sh", ...command(asked)], {
    detached: true,
    stdio: ["pipe", "inherit", "pipe"],
    env: { ...environment, ...asked.settings },
  });
  let unread = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    const lines = (unread + text).split("\n");
    unread = lines.pop();
    for (const line of lines) {
      if (banner.test(line)) console.log(`http://${asked.host}:${asked.port}/`);
      if (!chatter.test(line)) console.error(line);
    }
  });
  child.stderr.on("close", () => process.exit(1));
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
}

await main();
