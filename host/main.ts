// The command: reads the command line and does what it says.

import { type Invocation, type Mode, parseCommandLine } from "./args.js";
import { capabilitiesText } from "./capabilities.js";
import { report, surviveBrokenOutput } from "./errors.js";
import { helpText } from "./help.js";
import { resolveHosts } from "./hosts.js";
import { formatAddress } from "./listen.js";
import { guestArguments, type Settings } from "./options.js";
import { loadAddon, loadProgram, nameAndVersion, versionLine } from "./program.js";
import { chooseRoot } from "./root.js";
import { serve } from "./serve.js";

const RUN: Record<Mode, (settings: Settings) => Promise<void>> = { serve };

/** Runs the command to its end; sets the exit code of the process. */
export async function main(
  args: readonly string[], env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  surviveBrokenOutput();
  try {
    await perform(parseCommandLine(args, env));
  } catch (error) {
    // Workers that did start must not keep the process alive.
    process.exit(report(error));
  }
}

async function perform({ action, mode, settings }: Invocation): Promise<void> {
  switch (action) {
    case "help":
      return console.log(helpText(programName()));
    case "version":
      return console.log(versionLine());
    case "print-capabilities":
      return console.log(await capabilities(mode, settings));
    case "run":
      return RUN[mode](settings);
  }
}

async function capabilities(mode: Mode, settings: Settings): Promise<string> {
  const { module, sha256 } = await loadProgram();
  const ips = await resolveHosts(loadAddon(), settings.host);
  const addresses = ips.map((ip) => formatAddress(ip, settings.port));
  const args = [mode, ...guestArguments(settings, addresses)];
  const { path: root } = chooseRoot(settings.root);
  const heading = `${nameAndVersion()}, server.wasm sha256:${sha256}`;
  return `${heading}\n\n${capabilitiesText(module, { root, addresses, args })}`;
}

/** What the user types to start us. */
function programName(): string {
  return process.argv[1]?.endsWith("/run.js") ? "node host/run.js" : "epollux";
}
