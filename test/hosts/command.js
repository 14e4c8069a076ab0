// epollux.wasm, the server as a WASI command, in Wasmtime and in jco.

import { run, versionOf } from "./helpers/command.js";
import { embedder } from "./helpers/embedder.js";

const RUNTIMES = "test/hosts/runtimes";
const JCO = `${RUNTIMES}/node_modules/.bin/jco`;

/** What WASI has no word for. */
const WASI_LACKS = [
  "signals", "log", "directory", "pollers", "deferral", "bothFamilies", "anyName", "anyTime",
  "backslashes",
];

/**
 * What is missing in preview2-shim 0.26.1 (dist/): `shutdown` destroys the socket, whatever was asked
 * (io/worker-socket-tcp.js); `flush` waits, and with it the component (OUTPUT_STREAM_FLUSH in
 * io/worker-thread.js); `open-at` and `read` have errors they do not
 * know (EMFILE, any of reading) end the component (nodejs/filesystem.js). The rest is Node's memory.
 */
const JCO_LACKS = [
  "abandoning", "quietEnd", "halfClose", "shortage", "readErrors", "thrift",
];

async function transpile() {
  const args = ["transpile", "build/epollux.wasm", "--out-dir", `${RUNTIMES}/build`];
  const { code, output } = await run(JCO, args);
  if (code !== 0) throw new Error(output);
}

export const entries = [
  embedder({
    runs: "epollux.wasm",
    host: "Wasmtime",
    version: () => versionOf("wasmtime"),
    missing: "cargo install wasmtime-cli",
    command: "sh test/hosts/helpers/component.sh wasmtime",
    tests: ["test/hosts/wasmtime"],
    // What was handed to a socket is waited for, however long that takes, when it is dropped. For the
    // time of the last change it tells that of the file's birth.
    lacks: [...WASI_LACKS, "abandoning", "changeTime"],
  }),
  embedder({
    runs: "epollux.wasm",
    host: "jco",
    version: () => versionOf(JCO),
    missing: `npm install --prefix ${RUNTIMES}`,
    prepare: transpile,
    command: "sh test/hosts/helpers/component.sh jco",
    lacks: [...WASI_LACKS, ...JCO_LACKS],
  }),
];
