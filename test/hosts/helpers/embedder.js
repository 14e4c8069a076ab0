// What an embedder of server.wasm must pass: the tests of our own server.

import { artifact } from "./artifact.js";
import { runSuite } from "./command.js";

const SUITE = ["test/run.js", "test/server", "test/modes/serve.js"];

/**
 * An entry of this suite, see test/hosts/run.js; without a command it is our own host.
 * @param {{ host: string, version: () => any, missing?: string, command?: string }} embedder
 */
export function embedder({ command, ...facts }) {
  const run = () => runSuite(process.execPath, SUITE, { env: { EPOLLUX_HOST: command } });
  return { ...artifact("server.wasm"), ...facts, run };
}
