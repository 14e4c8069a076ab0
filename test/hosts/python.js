// server.wasm in examples/python-host. PYTHON names another interpreter that has wasmtime.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { run, versionOf } from "./helpers/command.js";
import { embedder } from "./helpers/embedder.js";

const folder = "examples/python-host";
const environment = `${folder}/.venv/bin/python`;
const isMade = existsSync(fileURLToPath(new URL(`../../${environment}`, import.meta.url)));
const python = process.env.PYTHON ?? (isMade ? environment : "python3");

async function version() {
  const ask = "import wasmtime; from importlib.metadata import version; print(version('wasmtime'))";
  const { code, stdout } = await run(python, ["-c", ask]);
  return code === 0 ? `${stdout.trim()}, Python ${await versionOf(python)}` : undefined;
}

export const entries = [
  embedder({
    host: "Wasmtime, from Python",
    version,
    missing: `pip install -r ${folder}/requirements.txt`,
    command: `${python} ${folder}/host.py`,
  }),
];
