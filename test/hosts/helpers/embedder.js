// What an embedder of server.wasm, and a host of epollux.wasm, must pass: the tests of our own server.

import { artifact } from "./artifact.js";
import { runSuite } from "./command.js";

const SUITE = ["test/run.js", "test/server", "test/modes/serve.js"];

/**
 * An entry of this suite, see test/hosts/run.js.
 * @param {{ host: string, version: () => any, missing?: string, command?: string, runs?: string,
 *   lacks?: string[], prepare?: () => Promise<void>, tests?: string[] }} embedder without a command
 *   it is our own host; `runs` is the name of the artifact, `tests` are more that it must pass; what
 *   the host `lacks` is named in test/helpers/other-host.js
 */
export function embedder({ command, runs = "server.wasm", lacks = [], tests = [], ...entry }) {
  const { prepare, ...facts } = entry;
  const env = { EPOLLUX_HOST: command, EPOLLUX_HOST_LACKS: lacks.join(" ") };
  const run = async () => {
    await prepare?.();
    return await runSuite(process.execPath, [...SUITE, ...tests], { env });
  };
  return { ...artifact(runs), ...facts, run };
}
