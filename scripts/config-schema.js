// Writes docs/config.schema.json, the JSON Schema of configuration files, from the table in
// host/options.ts. Run it when an option has changed: test/cli/schema.js compares.

import { writeFileSync } from "node:fs";

import { configSchema } from "../build/host/schema.js";

const FILE = new URL("../docs/config.schema.json", import.meta.url);

writeFileSync(FILE, `${JSON.stringify(configSchema(), undefined, 2)}\n`);
