// Runs the request cases in whatever runs this file: Node, Bun or Deno.
//
//   run-cases.js component          through epollux/parser
//   run-cases.js FILE               through a raw module in build/

import process from "node:process";
import { readCases, toLog } from "../../helpers/cases.js";
import { fromComponent } from "../../helpers/component.js";
import { Parser } from "../../helpers/parser.js";

/** What parses one case: (input, limits) → outcome. */
async function load(name) {
  if (name === "component") {
    const { parse } = await import("epollux/parser");
    return (input, limits) => fromComponent(parse(input, limits), input);
  }
  const parser = new Parser(`build/${name}`);
  return (input, limits) => parser.run(input, { limits });
}

const run = await load(process.argv[2]);
let passed = 0;
let failed = 0;
for (const { topic, title, input, limits, log } of readCases()) {
  if (toLog(run(input, limits)) === log) {
    passed++;
  } else {
    failed++;
    console.error(`${topic}.md: ${title}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
