// Runs the tests of the shim on a build of it that checks itself: AddressSanitizer and
// UndefinedBehaviorSanitizer of the system's compiler. Ends with one line, "N passed, N failed".

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCompiler } from "./build-shim.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const tests = join(root, "test/shim");
const addon = join(root, "build/shim.asan.node");
const SKIPPED = ["build.js"]; // compiles by itself and loads no addon

const build = spawnSync(process.execPath, [join(root, "scripts/build-shim.js"), "--sanitize"], {
  stdio: "inherit",
});
if (build.status !== 0) process.exit(1);

/** The run-time library must be loaded before node, which was not built with it. */
function findRuntime() {
  const [compiler, ...args] = findCompiler();
  const { stdout } = spawnSync(compiler, [...args, "-print-file-name=libasan.so"]);
  return `${stdout}`.trim();
}

/** @param {string} output of uvu @returns {{ total: number, passed: number }} */
function readSummary(output) {
  const read = (label) => Number(new RegExp(`^ *${label}: +(\\d+)$`, "m").exec(output)?.[1] ?? 0);
  return { total: read("Total"), passed: read("Passed") };
}

const env = {
  ...process.env,
  EPOLLUX_SHIM: addon,
  LD_PRELOAD: findRuntime(),
  // Node frees little at its exit, and V8 has a SIGSEGV handler of its own for WebAssembly.
  ASAN_OPTIONS: "detect_leaks=0:handle_segv=0:abort_on_error=1",
  UBSAN_OPTIONS: "print_stacktrace=1",
};

let passed = 0;
let failed = 0;
for (const name of readdirSync(tests).filter((file) => !SKIPPED.includes(file))) {
  const options = { env, encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" };
  const run = spawnSync(process.execPath, [join(tests, name)], options);
  const summary = readSummary(run.stdout);
  const clean = run.status === 0 && summary.total > 0;
  passed += summary.passed;
  failed += clean ? 0 : Math.max(1, summary.total - summary.passed);
  if (!clean) console.error(`${name}\n${run.stdout}${run.stderr}`);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
