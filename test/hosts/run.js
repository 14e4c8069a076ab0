// Runs the WebAssembly artifacts in every host there is, and keeps the table in docs/hosts.md:
//
//   node test/hosts/run.js [MODULE …]        `parser` is test/hosts/parser.js; all without one
//
// A module exports `entries`, a list of
//
//   artifact    what is run; helpers/artifact.js makes this and
//   size        in bytes
//   host        what runs it: "Node", "wasmtime (Rust)"
//   version()   of the host; undefined when it is not installed, which skips the entry
//   missing     how to install it, for that case
//   run()       { passed, failed, skipped, output }; output is shown when something failed
//
// Both functions may be async. The last line is `N passed, N failed`, with `, N skipped` when
// something was; a missing host counts as one. The table is written when all entries have run.

import { existsSync, readdirSync } from "node:fs";
import { writeTable } from "./helpers/table.js";

const here = new URL("./", import.meta.url);

/** The names of the modules beside this file, or those asked for. */
function moduleNames(wanted) {
  const missing = wanted.find((name) => !existsSync(new URL(`${name}.js`, here)));
  if (missing) {
    console.error(`error: no such module: ${missing}`);
    process.exit(2);
  }
  if (wanted.length) return wanted;
  const files = readdirSync(here).filter((name) => name.endsWith(".js") && name !== "run.js");
  return files.sort().map((name) => name.slice(0, -3));
}

/** What became of one entry. A host that fails to tell counts as one failure. */
async function runEntry(entry) {
  const outcome = { passed: 0, failed: 0, skipped: 0, output: "" };
  try {
    const version = await entry.version();
    if (version === undefined) return { ...outcome, skipped: 1, absent: true };
    return { ...outcome, version, ...(await entry.run()) };
  } catch (error) {
    return { ...outcome, failed: 1, output: error.stack };
  }
}

function report({ artifact, host, missing }, outcome) {
  const name = `${artifact} in ${host}`;
  if (outcome.absent) {
    console.log(`SKIPPED ${name}: not installed${missing ? ` (${missing})` : ""}`);
    return;
  }
  const { passed, failed, skipped, output, version = "" } = outcome;
  const rest = skipped ? `, ${skipped} skipped` : "";
  if (failed) {
    console.log(`FAILED  ${name} ${version}: ${failed} of ${passed + failed}${rest}`);
    console.log(output.trimEnd().replace(/^/gm, "    "));
  } else {
    console.log(`ok      ${name} ${version}: ${passed}${rest}`);
  }
}

async function main() {
  const wanted = process.argv.slice(2);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const rows = [];
  for (const name of moduleNames(wanted)) {
    const { entries } = await import(new URL(`${name}.js`, here));
    for (const entry of entries) {
      const outcome = await runEntry(entry);
      report(entry, outcome);
      for (const key of Object.keys(sum)) sum[key] += outcome[key];
      rows.push({ ...entry, ...outcome });
    }
  }
  const page = new URL("../../docs/hosts.md", here);
  if (!wanted.length && !rows.some((row) => row.absent || row.failed)) writeTable(page, rows);
  else console.log("docs/hosts.md is left as it was: not everything has run and passed");
  const skipped = sum.skipped ? `, ${sum.skipped} skipped` : "";
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  // A runtime that was loaded may hold on to something.
  process.exit(sum.failed ? 1 : 0);
}

await main();
