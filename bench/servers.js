// The servers: how each is found, started and told to be at its best with one process on one CPU.
// Configuration is what people who tune that server write; nothing here handicaps anyone.
//
//   program        what must be installed; `find` says it for those that are no program in PATH
//   version        arguments that print the version
//   launch         { root, port, work, scenario, flags } → { command, args, env }, after writing
//                  `config`; flags are more options for epollux
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
    find: () => [here("../host/run.js"), here("../build/server.wasm")].every(existsSync),
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
