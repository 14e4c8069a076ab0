// What was built: the WebAssembly modules, the addon, and the version of them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkImports } from "./capabilities.js";
import { StartError } from "./errors.js";
import type { ProgramName } from "./modes.js";
import { loadShim, type Shim } from "./shim.js";

const PACKAGE_FILE = join(import.meta.dirname, "../../package.json");

/** What modules were compiled from. */
const sources = new WeakMap<WebAssembly.Module, Buffer>();

/** Compiles a module; throws `StartError` if it is missing, damaged or imports too much. */
export async function loadProgram(name: ProgramName = "server"): Promise<WebAssembly.Module> {
  const file = fileOf(name);
  const bytes = readModule(file);
  const module = await compile(file, bytes);
  sources.set(module, bytes);
  checkImports(module);
  return module;
}

/** The SHA-256 of a module's file, in hexadecimal. */
export async function checksumOf(name: ProgramName = "server"): Promise<string> {
  return sha256(readModule(fileOf(name)));
}

/** The same of what a module was compiled from: its file may be another one by now. */
export async function checksumOfModule(module: WebAssembly.Module): Promise<string> {
  return sha256(sources.get(module) ?? Buffer.of());
}

async function sha256(bytes: Buffer): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
}

/** Loads the addon; throws `StartError` if it is missing or not for this machine. */
export function loadAddon(): Shim {
  try {
    return loadShim();
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new StartError(`cannot load the addon: ${reason}; run \`npm run build\``);
  }
}

/** `epollux 0.1.0 (wasm sha256:0123456789ab…, node v20.11.0)` */
export async function versionLine(): Promise<string> {
  const digest = (await checksumOf()).slice(0, 12);
  return `${nameAndVersion()} (wasm sha256:${digest}…, node ${process.version})`;
}

/** `epollux 0.1.0` */
export function nameAndVersion(): string {
  const { name, version } = JSON.parse(readFileSync(PACKAGE_FILE, "utf8")) as PackageInfo;
  return `${name} ${version}`;
}

interface PackageInfo {
  name: string;
  version: string;
}

/** The file of a module. */
export function fileOf(name: ProgramName): string {
  return join(import.meta.dirname, `../${name}.wasm`);
}

function readModule(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`cannot read ${file} (${code}): run \`npm run build\``);
  }
}

async function compile(file: string, bytes: Buffer): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new StartError(`${file} is damaged: ${(error as Error).message}`);
  }
}
