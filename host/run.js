#!/usr/bin/env node
// The command: `node host/run.js`, or `epollux` once linked. Plain CommonJS, because that starts
// soonest, and it must run before anything is built and on a Node too old for the rest, if only to
// say so.

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { run } = require("./bundle.js");

const OLDEST_NODE = 20;
const bundle = join(__dirname, "../build/host/main.cjs");
const codeCache = join(__dirname, "../build/host/main.cache");

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(`Node.js ${OLDEST_NODE} or newer is needed, this is ${process.version}`);
} else if (!existsSync(bundle)) {
  fail("not built yet: run `npm ci` (or `npm run build`) in the epollux directory");
} else {
  run(bundle, codeCache).main(process.argv.slice(2), process.env);
}

function fail(reason) {
  console.error(`error: ${reason}`);
  process.exitCode = 1;
}
