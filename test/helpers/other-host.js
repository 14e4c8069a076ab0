// The server tests in another host of server.wasm: EPOLLUX_HOST is its command, words by spaces,
// paths relative to the top. Such a host takes `--port PORT --host ADDRESS --grace-period MS`,
// `--defer-accept on|off`, `--log-file FILE`, then DIR and pairs for its guest as docs/abi.md lists
// them: what our own command line means is worked out here, with our own parser.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { guestArguments } from "../../build/host/options.js";
import { readRequest, settle } from "../../build/host/settings.js";

const top = fileURLToPath(new URL("../..", import.meta.url));
const words = process.env.EPOLLUX_HOST?.trim().split(/ +/);

/** Why a test is for our own host alone. */
const EXCEPTIONS = {
  byHand: "a guest that is turned by hand, in the test's own process",
  fitted: "settings that are lowered to what the process may have open",
  reload: "a supervisor that replaces the guest while it serves",
  shim: "a shim that is made to fail",
  banner: "what our own command says of itself",
  output: "where our own command writes its log beside what it says",
  workers: "several workers, or several addresses",
};

/** Its command; undefined when our own host is meant. */
export const otherHost = words?.map((word) => {
  const path = resolve(top, word);
  return existsSync(path) ? path : word;
});

/** What our command line asks for, as another host is told. */
export function otherArguments(args) {
  const { settings } = settle(readRequest(args, {}));
  const { root, port, host, "grace-period": grace } = settings;
  const [, ...pairs] = guestArguments("serve", settings, []);
  const defer = settings["defer-accept"] ? "on" : "off";
  const log = settings["log-file"] ?? "";
  const own = {
    port, host: host[0], "defer-accept": defer, "log-file": log, "grace-period": grace,
  };
  const ours = Object.entries(own).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return [...ours, root, ...pairs];
}

/** The suite, for tests that only our own host can pass: in another one they are skipped. */
export function oursAlone(suite, exception) {
  const reason = EXCEPTIONS[exception];
  if (!reason) throw new Error(`no such exception: ${exception}`);
  if (!otherHost) return suite;
  console.log(`skipped: ${reason}`);
  return suite.skip;
}
