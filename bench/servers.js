// The servers: how each is found, started and told to be at its best with one process on one CPU.
// Configuration is what people who tune that server write; nothing here handicaps anyone.
//
//   program        what must be installed; `find` says it for those that are no program in PATH
//   version        arguments that print the version
//   launch         { root, port, work, scenario, flags } → { command, args, env }, after writing
//                  `config`; flags are more options for epollux
//   isHost         another host of our server, built and measured by the scenario "hosts" alone
//
// Each listens on 127.0.0.1 only, keeps connections alive without limit and writes no log.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import * as config from "./configurations.js";
import { which } from "./processes.js";
import { WORK } from "./site.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const user = userInfo().username;

const SERVER_WASM = here("../build/server.wasm");
const COMPONENT = here("../build/epollux.wasm");
const GO_HOST = here("../examples/go-host/");
const PYTHON_HOST = here("../examples/python-host/");

/** The examples leave the guest its own defaults; our command has another one for this. */
const hostArguments = ({ root, port }) => ["--port", String(port), root, "--trigger", "edge"];

const TABLE = {
  floor: {
    find: () => which("cc"),
    version: () => "canned answer, plain C and epoll",
    build: () => {
      mkdirSync(WORK, { recursive: true });
      execFileSync("cc", ["-O2", "-o", `${WORK}floor`, here("floor.c")], { stdio: "inherit" });
    },
    launch: ({ root, port, scenario }) => ({
      command: `${WORK}floor`,
      args: [String(port), `${root}/page.html`, scenario.floor],
    }),
  },
  epollux: {
    find: () => [here("../host/run.js"), SERVER_WASM].every(existsSync),
    version: () =>
      `${JSON.parse(readFileSync(here("../package.json"))).version} on Node ${process.version}`,
    launch: ({ root, port, flags }) => ({
      command: process.execPath,
      args: [here("../host/run.js"), root, "--port", String(port), "--quiet", ...flags],
    }),
  },
  nginx: {
    program: "nginx",
    version: ["-v"],
    launch: (where) => ({
      command: which("nginx"),
      args: ["-c", config.write("nginx.conf", config.nginx(where, user)), "-e", "stderr"],
    }),
  },
  lighttpd: {
    program: "lighttpd",
    version: ["-v"],
    launch: (where) => ({
      command: which("lighttpd"),
      args: ["-D", "-f", config.write("lighttpd.conf", config.lighttpd(where))],
    }),
  },
  h2o: {
    program: "h2o",
    version: ["--version"],
    launch: (where) => ({
      command: which("h2o"),
      args: ["-c", config.write("h2o.conf", config.h2o(where, user))],
    }),
  },
  caddy: {
    program: "caddy",
    version: ["version"],
    launch: (where) => ({
      command: which("caddy"),
      args: ["run", "--adapter", "caddyfile", "--config"].concat(
        config.write("Caddyfile", config.caddy(where)),
      ),
      env: { HOME: WORK, XDG_DATA_HOME: WORK, XDG_CONFIG_HOME: WORK },
    }),
  },
  "node-http": {
    find: () => true,
    version: () => process.version,
    launch: ({ root, port }) => ({
      command: process.execPath,
      args: [here("node-http.js"), root, String(port)],
    }),
  },
  "sirv-cli": {
    program: "sirv",
    version: ["--version"],
    launch: ({ root, port }) => ({
      command: which("sirv"),
      args: [root, "--host", "127.0.0.1", "--port", String(port), "--quiet", "--etag"],
      env: { NODE_ENV: "production" },
    }),
  },
  "wazero, from Go": {
    isHost: true,
    find: () => which("go") && existsSync(SERVER_WASM),
    version: () => /wazero v(\S+)/.exec(readFileSync(`${GO_HOST}go.mod`))[1],
    build: () => execFileSync("go", ["build"], { cwd: GO_HOST, stdio: "inherit" }),
    launch: (where) => ({ command: `${GO_HOST}go-host`, args: hostArguments(where) }),
  },
  "Wasmtime, as a component": {
    isHost: true,
    find: () => which("wasmtime") && existsSync(COMPONENT),
    version: () => /[\d.]+/.exec(execFileSync("wasmtime", ["--version"]))[0],
    launch: ({ root, port }) => ({
      command: which("wasmtime"),
      args: [
        ...["run", "-S", "inherit-network", "--dir", `${root}::/`, COMPONENT],
        ...["--port", String(port)],
      ],
    }),
  },
  "Wasmtime, from Python": {
    isHost: true,
    find: () => [`${PYTHON_HOST}.venv`, SERVER_WASM].every(existsSync),
    version: () => /==(\S+)/.exec(readFileSync(`${PYTHON_HOST}requirements.txt`))[1],
    launch: (where) => ({
      command: `${PYTHON_HOST}.venv/bin/python`,
      args: [`${PYTHON_HOST}host.py`, ...hostArguments(where)],
    }),
  },
};

export const SERVERS = Object.entries(TABLE).map(([name, server]) => ({
  name,
  find: () => which(server.program) !== null,
  build: () => {},
  ...server,
}));

/** One short line: name and number, whatever the program prints around them. */
export function versionOf(server) {
  if (typeof server.version === "function") return server.version();
  try {
    // Some print their version on standard error.
    const script = '"$0" "$@" 2>&1';
    const args = ["-c", script, which(server.program), ...server.version];
    const text = execFileSync("sh", args, { encoding: "utf8" });
    return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? text.split("\n")[0];
  } catch {
    return "unknown version";
  }
}
