// The server tests in another host of server.wasm: EPOLLUX_HOST is its command, words by spaces,
// paths relative to the top. Such a host takes `--port PORT --host ADDRESS --grace-period MS`,
// `--defer-accept on|off`, `--log-file FILE`, then DIR and pairs for its guest as docs/abi.md lists
// them: what our own command line means is worked out here, with our own parser.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { guestArguments } from "../../build/host/guest-arguments.js";
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

/** What a host can be without: EPOLLUX_HOST_LACKS names what it lacks, words by spaces. */
const FEATURES = {
  signals: "a host that is told to end, and lets the guest end its work",
  log: "an access log in a file, complete when the host has ended",
  directory: "a host that tells which directory it serves",
  pollers: "pollers to choose from",
  deferral: "sockets that are accepted together with their first request",
  bothFamilies: "a socket that takes IPv4 beside IPv6",
  abandoning: "sends that can be given up when they are under way",
  quietEnd: "connections whose end nobody else has to wait for",
  halfClose: "connections of which one side alone can end",
  backslashes: "backslashes in file names, where they separate nothing",
  shortage: "a host that says when it is out of descriptors",
  readErrors: "a host that says when a file cannot be read",
  thrift: "a host that needs little memory of its own",
  concurrency: "requests that are answered side by side",
  anyMethod: "methods and targets that nobody refuses before they reach us",
  ownFields: "responses without fields that are not ours",
  anyName: "file names that are no UTF-8",
  anyTime: "files older than 1970",
  changeTime: "a host that tells when a file was changed, whatever time was set",
};
const lacks = process.env.EPOLLUX_HOST_LACKS?.split(" ").filter(Boolean) ?? [];
const unknown = lacks.find((word) => !(word in FEATURES));
if (unknown) throw new Error(`EPOLLUX_HOST_LACKS: no such feature: ${unknown}`);

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

/** Does the host under test have this? */
export function has(feature) {
  if (!(feature in FEATURES)) throw new Error(`no such feature: ${feature}`);
  return !lacks.includes(feature);
}

/** The suite, for tests that need a feature of the host: in one without it they are skipped. */
export function needing(suite, feature) {
  if (has(feature)) return suite;
  console.log(`skipped: ${FEATURES[feature]}`);
  return suite.skip;
}
