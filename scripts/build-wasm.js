// Builds every target of asconfig.json into build/, after the sources that are generated.
//
//   node scripts/build-wasm.js [TARGET …]

import { mkdirSync, readFileSync } from "node:fs";
import asc from "assemblyscript/asc";
import { writeMediaTypes } from "./media-types.js";

const ENTRIES = {
  server: "assembly/server.ts",
  parser: "assembly/parser.ts",
  "parser-scalar": "assembly/parser.ts",
};

process.chdir(new URL("..", import.meta.url).pathname);
const { targets } = JSON.parse(readFileSync("asconfig.json", "utf8"));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(targets);

mkdirSync("build", { recursive: true });
writeMediaTypes(new URL("../build/media-types.ts", import.meta.url));
for (const target of wanted) {
  const { error, stderr } = await asc.main([ENTRIES[target], "--target", target]);
  process.stderr.write(stderr.toString());
  if (error) {
    console.error(`error: ${target}: ${error.message}`);
    process.exit(1);
  }
}
