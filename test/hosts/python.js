// server.wasm in examples/python-host, with the wasmtime of its virtual environment.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { versionOf } from "./helpers/command.js";
import { embedder } from "./helpers/embedder.js";

const folder = "examples/python-host";
const environment = `${folder}/.venv/bin/python`;
const isMade = existsSync(fileURLToPath(new URL(`../../${environment}`, import.meta.url)));
const python = isMade ? environment : "python3";

export const entries = [
  embedder({
    host: "wasmtime (Python)",
    version: () => versionOf(python, ["-c", "from importlib.metadata import version; print(version('wasmtime'))"]),
    missing: `python3 -m venv ${folder}/.venv, its pip install -r ${folder}/requirements.txt`,
    command: `${python} ${folder}/host.py`,
  }),
];
