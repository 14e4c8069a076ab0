// server.wasm in examples/go-host, which is built here.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { run, versionOf } from "./helpers/command.js";
import { embedder } from "./helpers/embedder.js";

const folder = "examples/go-host";
const cwd = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
const wanted = readFileSync(`${cwd}/go.mod`, "utf8");
const [, oldest] = /^go (\S+)$/m.exec(wanted);
const [, wazero] = /wazero v(\S+)/.exec(wanted);

const isOlder = (version) => version.localeCompare(oldest, "en", { numeric: true }) < 0;

/** Builds it; undefined without a Go that can. */
async function version() {
  const go = await versionOf("go", ["version"], { cwd, env: { GOTOOLCHAIN: "local" } });
  if (go === undefined || isOlder(go)) return undefined;
  const { code, output } = await run("go", ["build", "-buildvcs=false"], { cwd });
  if (code !== 0) throw new Error(`go build: ${output}`);
  return `${wazero}, Go ${go}`;
}

export const entries = [
  embedder({
    host: "wazero, from Go",
    version,
    missing: `Go ${oldest} or newer`,
    command: `${folder}/go-host`,
  }),
];
