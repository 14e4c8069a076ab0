// Builds the host, host/*.ts, into build/host: each module by itself, checked by the compiler, for
// the tests; and bundled, because that starts sooner:
//
//   main.cjs      what host/run.js runs
//   main.cache    its functions as V8 has compiled them (host/bundle.js)
//   worker.cjs    what each worker thread runs
//
// CommonJS, which Node starts sooner than ECMAScript modules. A module that is imported when it is
// needed, by import(), is evaluated only then. Nothing is minified: a stack can be read.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { build } from "esbuild";
import { compile } from "../host/bundle.js";

const top = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const { status } = spawnSync(process.execPath, [tsc, "-p", "host"], { cwd: top, stdio: "inherit" });
if (status !== 0) process.exit(1);

const { warnings } = await build({
  absWorkingDir: top,
  entryPoints: ["host/main.ts", "host/worker.ts"],
  outdir: "build/host",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  supported: { "dynamic-import": false }, // require() instead, without the loader of modules
  define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
  sourcemap: "linked", // for `node --enable-source-maps` and debuggers; nobody else reads it
  logLevel: "warning",
});
// Such as an import.meta.url, which would be undefined at run time.
if (warnings.length > 0) process.exit(1);

setFlagsFromString("--no-lazy"); // all functions, not only those called while it is loaded
const script = compile(`${top}/build/host/main.cjs`);
setFlagsFromString("--lazy"); // V8 refuses a cache that was made with flags of its own
writeFileSync(`${top}/build/host/main.cache`, script.createCachedData());
