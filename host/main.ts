// The command: reads the command line and does what it says.

import { addressTexts, formatAddress } from "./address.js";
import { capabilitiesText } from "./capabilities.js";
import type { Environment } from "./environment.js";
import { report, surviveBrokenOutput } from "./errors.js";
import { guestArguments } from "./guest-arguments.js";
import { resolveAddresses, resolveTarget } from "./hosts.js";
import { describeLog } from "./log.js";
import { factsOf, type Mode } from "./modes.js";
import type { Settings } from "./options.js";
import { checksumOf, loadAddon, loadProgram, nameAndVersion, versionLine } from "./program.js";
import type { ReadSettings } from "./reload.js";
import { chooseRoot } from "./root.js";
import { type Invocation, readSettings } from "./settings.js";

/** Runs the command to its end; sets the exit code of the process. */
export async function main(args: readonly string[], env: Environment): Promise<void> {
  surviveBrokenOutput();
  try {
    await perform((before) => readSettings(args, env, before));
  } catch (error) {
    // Workers that did start must not keep the process alive.
    process.exit(report(error));
  }
}

async function perform(read: (before?: Settings) => Promise<Invocation>): Promise<void> {
  const invocation = await read();
  const { action, mode, settings, sources } = invocation;
  switch (action) {
    case "help":
      return console.log((await import("./help.js")).helpText(programName(), mode));
    case "version":
      return console.log(await versionLine());
    case "print-capabilities":
      return console.log(await capabilities(mode, settings));
    case "print-config":
      return console.log((await import("./config-text.js")).configText(mode, settings, sources));
    case "check":
      return console.log(await (await import("./check.js")).check(invocation));
    case "run":
      return run(invocation, read);
  }
}

/** Loads no more than what was asked for: files take time too. */
async function run(invocation: Invocation, reread: ReadSettings): Promise<void> {
  if (invocation.mode === "load") return (await import("./load.js")).load(invocation);
  return (await import("./serve.js")).serve(invocation, reread);
}

async function capabilities(mode: Mode, settings: Settings): Promise<string> {
  const { program } = factsOf(mode);
  const module = await loadProgram(program);
  const asked = mode === "load" ? [] : await resolveAddresses(loadAddon(), settings);
  const addresses = asked.flatMap(addressTexts);
  const connect = mode === "load" ? await connectAddresses(settings) : [];
  const args = guestArguments(mode, settings, [...addresses, ...connect]);
  const root = mode === "serve" ? chooseRoot(settings.root).path : undefined;
  const file = settings["log-file"];
  const log = file === undefined ? undefined : describeLog(file);
  const heading = `${nameAndVersion()}, ${program}.wasm sha256:${await checksumOf(program)}`;
  return `${heading}\n\n${capabilitiesText(module, { root, log, addresses, connect, args })}`;
}

async function connectAddresses({ connect }: Settings): Promise<string[]> {
  return connect ? [formatAddress(await resolveTarget(connect.host), connect.port)] : [];
}

/** What the user types to start us. */
function programName(): string {
  return process.argv[1]?.endsWith("/run.js") ? "node host/run.js" : "epollux";
}
