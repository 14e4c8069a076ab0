// Compiles src/*.c to build/shim.node with the C compiler of the system. Node-API is ABI-stable, so
// headers from npm are all it takes: no node-gyp, no Python, no download.
//
//   node scripts/build-shim.js [--sanitize]     --sanitize: build/shim.asan.node, for the tests

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const INSTALL_COMPILER =
  "install gcc (Debian/Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc; " +
  "Alpine: apk add gcc musl-dev)";

const FLAGS = ["-std=c11", "-fPIC", "-shared", "-fvisibility=hidden", "-g"];
const DEFINES = ["-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-DNAPI_VERSION=8"];
const WARNINGS = [
  ...["-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes"],
  ...["-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types"],
];
const RELEASE = ["-O2", "-fstack-protector-strong", "-Wl,-z,relro,-z,now"];
// A warning stops our own builds only: a user's compiler may know some that ours does not.
const SANITIZE = [
  ...["-O1", "-fno-omit-frame-pointer", "-Wconversion", "-Werror"],
  ...["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
];

const root = fileURLToPath(new URL("..", import.meta.url));

/** An error whose message says all: it is printed as one line, without a stack. */
class BuildError extends Error {}

/** @returns {string[]} the command of a C compiler that runs, with the arguments $CC may bring */
export function findCompiler() {
  const named = process.env.CC?.trim();
  const candidates = named ? [named] : ["cc", "gcc", "clang"];
  for (const candidate of candidates) {
    const [command, ...args] = candidate.split(/\s+/);
    if (spawnSync(command, [...args, "--version"]).status === 0) return [command, ...args];
  }
  throw new BuildError(`no C compiler found: ${INSTALL_COMPILER}`);
}

/** @returns {string} the folder of node_api.h */
function findHeaders() {
  try {
    return createRequire(import.meta.url)("node-api-headers").include_dir;
  } catch {
    throw new BuildError("the npm package node-api-headers is missing: run npm ci");
  }
}

/** @param {string} folder @returns {string[]} every file in it */
function filesIn(folder) {
  return readdirSync(folder).map((name) => join(folder, name));
}

/** @param {string} output @param {string[]} inputs @returns {boolean} nothing has changed since */
function isNewer(output, inputs) {
  const built = statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  return inputs.every((input) => statSync(input).mtimeMs < built);
}

/** @param {string} errors what the compiler said @returns {string} what to do about it */
function explain(errors) {
  const header = /fatal error: '?([\w/]+\.h)'?(?:: No such file| file not found)/.exec(errors);
  return header
    ? `the C compiler does not find <${header[1]}>: ${INSTALL_COMPILER}`
    : `the C compiler failed:\n${errors.trimEnd()}`;
}

/**
 * @param {boolean} sanitize
 * @returns {string} path of the addon, which is up to date
 */
function buildShim(sanitize) {
  const output = join(root, "build", sanitize ? "shim.asan.node" : "shim.node");
  const headers = findHeaders();
  const sources = filesIn(join(root, "src"));
  if (isNewer(output, [...sources, ...filesIn(headers), fileURLToPath(import.meta.url)])) {
    return output;
  }

  const [compiler, ...args] = findCompiler();
  args.push(...FLAGS, ...DEFINES, ...WARNINGS, ...(sanitize ? SANITIZE : RELEASE));
  args.push("-isystem", headers, ...sources.filter((name) => name.endsWith(".c")));

  // Renamed into place: a server that runs has the old file mapped.
  const fresh = `${output}.${process.pid}`;
  mkdirSync(join(root, "build"), { recursive: true });
  const env = { ...process.env, LC_ALL: "C" }; // the messages that explain() knows
  const run = spawnSync(compiler, [...args, "-o", fresh], { env, encoding: "utf8" });
  if (run.status !== 0) {
    rmSync(fresh, { force: true });
    throw new BuildError(explain(run.stderr));
  }
  process.stderr.write(run.stderr);
  renameSync(fresh, output);
  return output;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(relative(process.cwd(), buildShim(process.argv.includes("--sanitize"))));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
