// server.wasm in our own host, by which the others are measured.

import { embedder } from "./helpers/embedder.js";

export const entries = [
  embedder({ host: "Node, `host/run.js`", version: () => process.versions.node }),
];
