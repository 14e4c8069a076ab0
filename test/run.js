// Runs every test file in a process of its own, two at a time, and sums up:
//
//   node test/run.js [PATH …]        PATH: files or folders; all of test/ without one
//
// A file that ends without uvu's summary counts as one failure. The last line is
// `N passed, N failed`, with `, N skipped` when something was; exit 1 if anything failed.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What holds no tests of its own, relative to test/, or tests that take too long to run unasked or
 * need a browser. The conformance suite and test/hosts are not run by uvu.
 */
const NOT_TESTS =
  /^(run\.js|browser|hosts)$|(^|\/)(helpers|cases|fixtures|guest|attack)$|^conformance\/(?!self-test)/;
const FILES_AT_A_TIME = 2;
const FILE_TIMEOUT_MS = 240_000;

const top = fileURLToPath(new URL("..", import.meta.url));
const tests = join(top, "test");

/** The test files at or below `path`, in order. */
function testFiles(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((entry) => !NOT_TESTS.test(relative(tests, entry)))
    .flatMap((entry) => testFiles(entry))
    .filter((file) => file.endsWith(".js"));
}

/** Runs one file; resolves with what its summary says. */
function runFile(file) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [file], { cwd: top, env: { ...process.env, NO_COLOR: "1" } });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), FILE_TIMEOUT_MS);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done(summary(output, code, signal));
    });
  });
}

function summary(output, code, signal) {
  const count = (label) => Number(output.match(new RegExp(`${label}:\\s+(\\d+)`))?.[1] ?? NaN);
  const total = count("Total");
  const passed = count("Passed");
  const skipped = count("Skipped") || 0;
  if (Number.isNaN(total)) {
    const end = signal ? `was killed by ${signal}` : `ended with code ${code}, without a summary`;
    return { passed: 0, failed: 1, skipped: 0, output: `${output}\n${end}` };
  }
  // A file whose tests pass may still fail outside of them.
  const failed = Math.max(total - passed, code === 0 ? 0 : 1); // those skipped are not in the total
  return { passed, failed, skipped, output };
}

function report(file, result) {
  const name = relative(top, file);
  const skipped = result.skipped ? `, ${result.skipped} skipped` : "";
  if (result.failed) {
    console.log(`FAILED  ${name}: ${result.failed} of ${result.passed + result.failed}${skipped}`);
    console.log(result.output.trimEnd().replace(/^/gm, "    "));
  } else {
    console.log(`ok      ${name}: ${result.passed}${skipped}`);
  }
  for (const line of result.output.match(/^skipped: .*$/gm) ?? []) console.log(`        ${line}`);
}

async function main() {
  const paths = process.argv.slice(2);
  const missing = paths.find((path) => !existsSync(path));
  if (missing) {
    console.error(`error: no such test: ${missing}`);
    process.exit(2);
  }
  const files = (paths.length ? paths : [tests]).flatMap((path) => testFiles(resolve(path)));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...files];
  const work = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const result = await runFile(file);
      for (const key of Object.keys(sum)) sum[key] += result[key];
      report(file, result);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_A_TIME }, work));
  const skipped = sum.skipped ? `, ${sum.skipped} skipped` : "";
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed ? 1 : 0;
}

await main();
