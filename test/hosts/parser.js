// The parser in every host: each literate request case (test/cases/request) must have its log.
//
// What is not on the machine anyway: `npm install --prefix test/hosts/runtimes` for Bun and Deno,
// `pip install -r examples/parser-python/requirements.txt`, rustup; PYTHON and CARGO name others.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { artifact } from "./helpers/artifact.js";
import { writeCases } from "./helpers/cases.js";
import { chromiumVersion, runInChromium } from "./helpers/chromium.js";
import { run, runSuite, versionOf } from "./helpers/command.js";

const inTop = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RUN_CASES = inTop("test/hosts/helpers/run-cases.js");
const RUNTIMES = inTop("test/hosts/runtimes/node_modules/.bin/");
const PYTHON_EXAMPLE = inTop("examples/parser-python");
const RUST_EXAMPLE = inTop("examples/parser-rust");

const VENV_PYTHON = `${PYTHON_EXAMPLE}/.venv/bin/python`;
const PYTHON = process.env.PYTHON ?? (existsSync(VENV_PYTHON) ? VENV_PYTHON : "python3");
const CARGO = process.env.CARGO ?? "cargo";
const OLDEST_RUST = 95; // 1.95, which Wasmtime asks for
const CARGO_TEST = ["test", "--quiet", "--locked", "--test", "cases", "--"];

const COMPONENT = artifact("parser.component.wasm");
const MODULE = artifact("parser.wasm");
const PACKAGE = artifact("epollux/parser", ["parser/component.js", "parser/component.core.wasm"]);

/** A JavaScript runtime, which runs the module, and the component as epollux/parser. */
function runtime(host, command, args, missing) {
  const version = () => versionOf(command);
  const entry = (what, name) => ({
    ...what,
    host,
    missing,
    version,
    run: () => runSuite(command, [...args, RUN_CASES, name]),
  });
  return [entry(PACKAGE, "component"), entry(MODULE, "parser.wasm")];
}

/** Wasmtime, of which `run` runs the component or the module. */
function wasmtime(host, version, missing, runCases) {
  const entry = (what, kind) => ({ ...what, host, missing, version, run: () => runCases(kind) });
  return [entry(COMPONENT, "component"), entry(MODULE, "raw")];
}

async function wasmtimeOfPython() {
  const ask = "import wasmtime; from importlib.metadata import version; print(version('wasmtime'))";
  const { code, stdout } = await run(PYTHON, ["-c", ask]);
  return code === 0 ? `${stdout.trim()}, Python ${await versionOf(PYTHON)}` : undefined;
}

async function wasmtimeOfRust() {
  const rust = await versionOf(CARGO);
  if (!rust || Number(rust.split(".")[1]) < OLDEST_RUST) return undefined;
  const { stdout } = await run(CARGO, ["tree", "--locked", "--depth", "1"], { cwd: RUST_EXAMPLE });
  return `${/wasmtime v(\S+)/.exec(stdout)?.[1] ?? "?"}, Rust ${rust}`;
}

const runPython = (kind) => runSuite(PYTHON, [`${PYTHON_EXAMPLE}/cases.py`, kind, writeCases()]);
const runRust = (kind) =>
  runSuite(CARGO, [...CARGO_TEST, kind, writeCases()], { cwd: RUST_EXAMPLE });

const RUNTIMES_MISSING = "npm install --prefix test/hosts/runtimes";
const DENO = ["run", "--allow-read", "--config", inTop("test/hosts/runtimes/deno.json")];

export const entries = [
  ...runtime("Node", process.execPath, []),
  ...runtime("Bun", `${RUNTIMES}bun`, [], RUNTIMES_MISSING),
  ...runtime("Deno", `${RUNTIMES}deno`, DENO, RUNTIMES_MISSING),
  {
    ...PACKAGE,
    host: "Chromium",
    missing: "apt install chromium",
    version: chromiumVersion,
    run: runInChromium,
  },
  ...wasmtime(
    "Wasmtime, from Python",
    wasmtimeOfPython,
    "pip install -r examples/parser-python/requirements.txt",
    runPython,
  ),
  ...wasmtime("Wasmtime, from Rust", wasmtimeOfRust, "Rust 1.95, https://rustup.rs", runRust),
];
