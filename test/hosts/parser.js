// The parser in Node, as it is tested everywhere else: every literate request case.

import { readCases, toLog } from "../helpers/cases.js";
import { Parser } from "../helpers/parser.js";
import { artifact } from "./helpers/artifact.js";

const cases = readCases();

function runCases(file) {
  const parser = new Parser(`build/${file}`);
  const wrong = cases.filter(({ input, limits, log }) => toLog(parser.run(input, { limits })) !== log);
  const output = wrong.map(({ topic, title }) => `${topic}.md: ${title}`).join("\n");
  return { passed: cases.length - wrong.length, failed: wrong.length, skipped: 0, output };
}

export const entries = ["parser.wasm", "parser-scalar.wasm"].map((file) => ({
  ...artifact(file),
  host: "Node",
  version: () => process.versions.node,
  run: () => runCases(file),
}));
