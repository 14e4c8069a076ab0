// `--check`: all that can go wrong before a port is bound, without binding one. What it answers is
// the banner that there would be.

import { formatAddress, isDualStack } from "./address.js";
import { bannerLine } from "./banner.js";
import { tooManyConnections } from "./descriptors.js";
import { StartError, UsageError } from "./errors.js";
import { factsAbout } from "./generation.js";
import { failureReason, Guest } from "./guest.js";
import { resolveHosts, resolveTarget } from "./hosts.js";
import { KINDS } from "./kinds.js";
import { heading } from "./load.js";
import { Log } from "./log.js";
import { factsOf, type Mode } from "./modes.js";
import { guestArguments, type Settings } from "./options.js";
import { loadAddon, loadProgram } from "./program.js";
import { chooseRoot, openRoot } from "./root.js";
import type { Invocation } from "./settings.js";
import type { Shim } from "./shim.js";

/** A line that begins with `ok: `. Throws `StartError`, `UsageError`. */
export async function check({ mode, settings, sources }: Invocation): Promise<string> {
  const shim = loadAddon();
  if (mode === "load") return `ok: ${await checkLoad(shim, settings)}`;
  const excess = sources.has("max-connections") && tooManyConnections(settings["max-connections"]);
  if (excess) console.error(`warning: --max-connections: ${excess}`);
  return `ok: ${await checkServer(shim, mode, settings)}`;
}

async function checkServer(shim: Shim, mode: Mode, settings: Settings): Promise<string> {
  const root = mode === "serve" ? chooseRoot(settings.root) : undefined;
  if (root) shim.closeDescriptor(openRoot(shim, root));
  const { host, port, "log-file": file } = settings;
  if (file !== undefined) shim.closeDescriptor(new Log(shim, file).descriptor);
  const ips = await resolveHosts(shim, host);
  const addresses = ips.map((ip) => formatAddress(ip, port));
  const memoryBytes = await configureGuest(shim, mode, settings, addresses);
  const all = [{ ips, port }];
  const bound = ips.map((ip) => ({ ip, port, isDualStack: isDualStack(ip, port, all) }));
  return bannerLine({ ...factsAbout(mode, settings, root, bound), memoryBytes });
}

async function checkLoad(shim: Shim, settings: Settings): Promise<string> {
  const { connect, connections } = settings;
  if (!connect) {
    throw new UsageError("HOST:PORT missing, it takes " + KINDS.endpoint.expected([1, 65535]));
  }
  const excess = tooManyConnections(connections);
  if (excess) throw new StartError(excess);
  const address = formatAddress(await resolveTarget(connect.host), connect.port);
  await configureGuest(shim, "load", settings, [address]);
  return heading(settings, address);
}

/** What the guest says of its arguments, and the memory that it takes for them. */
async function configureGuest(
  shim: Shim, mode: Mode, settings: Settings, addresses: string[],
): Promise<number> {
  const module = await loadProgram(factsOf(mode).program);
  const args = guestArguments(mode, settings, addresses);
  const eventfd = shim.openEventfd();
  try {
    const grants = { listeners: [], roots: [], eventfd };
    const guest = await Guest.create({ module, args, grants });
    guest.configure();
    const { memoryBytes } = guest;
    guest.close();
    return memoryBytes;
  } catch (error) {
    const reason = failureReason(error);
    throw reason === undefined ? error : new StartError(`${factsOf(mode).program}.wasm ${reason}`);
  } finally {
    shim.closeDescriptor(eventfd);
  }
}
