// The command: reads the command line and does what it says.

import { formatAddress } from "./address.js";
import { type Invocation, parseCommandLine } from "./args.js";
import { capabilitiesText } from "./capabilities.js";
import { report, surviveBrokenOutput } from "./errors.js";
import { resolveHosts, resolveTarget } from "./hosts.js";
import { factsOf, type Mode } from "./modes.js";
import { guestArguments, type Settings } from "./options.js";
import { checksumOf, loadAddon, loadProgram, nameAndVersion, versionLine } from "./program.js";
import { chooseRoot } from "./root.js";

/** Runs the command to its end; sets the exit code of the process. */
export async function main(
  args: readonly string[], env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  surviveBrokenOutput();
  try {
    await perform(() => parseCommandLine(args, env));
  } catch (error) {
    // Workers that did start must not keep the process alive.
    process.exit(report(error));
  }
}

async function perform(readInvocation: () => Invocation): Promise<void> {
  const invocation = readInvocation();
  const { action, mode, settings } = invocation;
  switch (action) {
    case "help":
      return console.log((await import("./help.js")).helpText(programName(), mode));
    case "version":
      return console.log(await versionLine());
    case "print-capabilities":
      return console.log(await capabilities(mode, settings));
    case "run":
      return run(invocation, () => readInvocation().settings);
  }
}

/** Loads no more than what was asked for: files take time too. */
async function run(invocation: Invocation, readSettings: () => Settings): Promise<void> {
  if (invocation.mode === "load") return (await import("./load.js")).load(invocation);
  return (await import("./serve.js")).serve(invocation, readSettings);
}

async function capabilities(mode: Mode, settings: Settings): Promise<string> {
  const { program } = factsOf(mode);
  const module = await loadProgram(program);
  const addresses = mode === "load" ? [] : await listenAddresses(settings);
  const connect = mode === "load" ? await connectAddresses(settings) : [];
  const args = guestArguments(mode, settings, [...addresses, ...connect]);
  const root = mode === "serve" ? chooseRoot(settings.root).path : undefined;
  const heading = `${nameAndVersion()}, ${program}.wasm sha256:${await checksumOf(program)}`;
  return `${heading}\n\n${capabilitiesText(module, { root, addresses, connect, args })}`;
}

async function listenAddresses({ host, port }: Settings): Promise<string[]> {
  const ips = await resolveHosts(loadAddon(), host);
  return ips.map((ip) => formatAddress(ip, port));
}

async function connectAddresses({ connect }: Settings): Promise<string[]> {
  return connect ? [formatAddress(await resolveTarget(connect.host), connect.port)] : [];
}

/** What the user types to start us. */
function programName(): string {
  return process.argv[1]?.endsWith("/run.js") ? "node host/run.js" : "epollux";
}
