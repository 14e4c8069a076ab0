// The request cases as a file for programs in other languages: name, input as hexadecimal digits,
// limits, and the log that is expected.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCases } from "../../helpers/cases.js";

const FILE = new URL("../../../build/test/cases.json", import.meta.url);

/** Writes the file and returns its path. */
export function writeCases() {
  const cases = readCases().map(({ topic, title, input, limits, log }) => ({
    name: `${topic}.md: ${title}`,
    input: input.toString("hex"),
    limits,
    log,
  }));
  mkdirSync(new URL("./", FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(cases));
  return fileURLToPath(FILE);
}
