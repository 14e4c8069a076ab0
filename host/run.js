#!/usr/bin/env node
// The command: `node host/run.js`, or `epollux` once linked. Plain JavaScript, because it must
// run before anything is built and on a Node too old for the rest, if only to say so.

import { existsSync } from "node:fs";

const OLDEST_NODE = 20;
const entry = new URL("../build/host/main.js", import.meta.url);

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(`Node.js ${OLDEST_NODE} or newer is needed, this is ${process.version}`);
} else if (!existsSync(entry)) {
  fail("not built yet: run `npm ci` (or `npm run build`) in the epollux directory");
} else {
  import(entry.href).then(({ main }) => main(process.argv.slice(2), process.env));
}

function fail(reason) {
  console.error(`error: ${reason}`);
  process.exitCode = 1;
}
