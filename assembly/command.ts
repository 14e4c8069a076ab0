// Entry of the component epollux.wasm: the web server as a command, which has arguments of its own and
// runs until its host ends it. docs/components.md describes it.

import { CommandArguments, HELP } from "./command-arguments";
import { commandLine } from "./platform/arguments";
import { EACCES, EADDRINUSE, EADDRNOTAVAIL, EINVAL } from "./platform/errno";
import { RUNNING } from "./platform/exports";
import { print, printMessage } from "./platform/message";
import { STDOUT } from "./platform/stdio";
import { limitClosing } from "./platform/wasi/closing";
import { reserveDescriptors } from "./platform/wasi/descriptors";
import { reservePoll } from "./platform/wasi/poll";
import { findRoot } from "./platform/wasi/roots";
import { listeningPort } from "./platform/wasi/sockets";
import { Server } from "./serve";

export { cabi_realloc } from "./platform/wasi/canonical";
// What asconfig.json puts in the place of AssemblyScript's own.
import "./platform/wasi/abort";

/** What `run` answers: a result without values. */
const OK: i32 = 0;
const FAILED: i32 = 1;

/** Descriptors besides connections and large files: the listener, the eventfd, files being read. */
const OTHERS: i32 = 16;

export function run(): i32 {
  const args = new CommandArguments();
  const fault = args.read(commandLine());
  if (fault != "") return fail(fault);
  if (args.isHelpWanted) {
    print(STDOUT, HELP);
    return OK;
  }
  const server = Server.fromArguments(args.ofServer);
  if (!server) return FAILED;
  if (findRoot() < 0) return fail("no directory is granted: --dir DIR::/ of wasmtime grants one");
  reserve(server);
  const started = server.start();
  if (started < 0) return fail(describe(args.address, started));
  const url = "http://" + args.hostText + ":" + listeningPort.toString() + "/";
  print(STDOUT, "epollux serving " + url + "\n");
  while (server.turn(-1) == RUNNING) continue;
  return OK;
}

/** There may be as many connections that are closed, and have yet to send something, as are open. */
function reserve(server: Server): void {
  const config = server.config;
  limitClosing(config.maxConnections);
  const count = 2 * config.maxConnections + config.maxOpenFiles + OTHERS;
  reserveDescriptors(count);
  reservePoll(count);
}

function fail(fault: string): i32 {
  printMessage("error: " + fault + "\n");
  return FAILED;
}

/** Why the server cannot listen. */
function describe(address: string, result: i32): string {
  const what = "cannot listen on " + address + ": ";
  switch (-result) {
    case EINVAL:
      return what + "no IPv4 or IPv6 address and port";
    case EACCES:
      return what + "not allowed: -S inherit-network of wasmtime grants the network, not every port";
    case EADDRINUSE:
      return what + "the port is in use";
    case EADDRNOTAVAIL:
      return what + "no address of this machine";
    default:
      return what + "errno " + (-result).toString();
  }
}
