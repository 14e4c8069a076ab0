// `--check`: all that can go wrong before a port is bound, without binding one. What it answers is
// the banner that there would be.

import {
  type Address, addressTexts, type Bound, formatAddress, inheritedRefusal, isDualStack, parseBound,
} from "./address.js";
import { bannerLine } from "./banner.js";
import { tooManyConnections } from "./descriptors.js";
import { StartError, UsageError } from "./errors.js";
import { factsAbout } from "./generation.js";
import { failureReason, Guest } from "./guest.js";
import { resolveAddresses, resolveTarget } from "./hosts.js";
import { KINDS } from "./kinds.js";
import { heading } from "./load.js";
import { Log } from "./log.js";
import { factsOf, type Mode } from "./modes.js";
import { guestArguments, type Settings } from "./options.js";
import { loadAddon, loadProgram } from "./program.js";
import { chooseRoot, openRoot } from "./root.js";
import type { Invocation } from "./settings.js";
import type { Shim } from "./shim.js";
import { findUser } from "./user.js";

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
  const file = settings["log-file"];
  if (file !== undefined) checkLog(shim, file);
  if (settings.user !== undefined) findUser(shim, settings.user);
  const all = await resolveAddresses(shim, settings);
  const bound = all.flatMap((address) => boundTo(shim, address, all));
  const memoryBytes = await configureGuest(shim, mode, settings, all.flatMap(addressTexts));
  return bannerLine({ ...factsAbout(mode, settings, root, bound), memoryBytes });
}

/** Leaves nothing behind. Throws `StartError`. */
function checkLog(shim: Shim, file: string): void {
  const log = new Log(shim, file);
  log.discard();
  shim.closeDescriptor(log.descriptor);
}

/** What it would be bound to. */
function boundTo(shim: Shim, address: Address, all: readonly Address[]): Bound[] {
  if (address.type === "unix") return [address];
  if (address.type === "tcp") {
    const { type, ips, port } = address;
    return ips.map((ip) => ({ type, ip, port, isDualStack: isDualStack(ip, address, all) }));
  }
  const text = shim.listenerAddress(address.descriptor);
  if (typeof text === "number") throw new StartError(inheritedRefusal(address, text));
  return [parseBound(text)];
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
