// `--check`: all that can go wrong before a port is bound, without binding one. What it answers is
// the banner that there would be.

import {
  type Address, addressTexts, type Bound, formatAddress, inheritedRefusal, isDualStack, parseBound,
} from "./address.js";
import { bannerLine } from "./banner.js";
import { fitToDescriptors, tooManyConnections } from "./descriptors.js";
import { StartError } from "./errors.js";
import { factsAbout } from "./generation.js";
import { missingEndpoint } from "./given.js";
import { failureReason, Guest } from "./guest.js";
import { guestArguments } from "./guest-arguments.js";
import { resolveAddresses, resolveAdmin, resolveTarget } from "./hosts.js";
import type { Endpoint } from "./kinds.js";
import { heading } from "./load.js";
import { Log } from "./log.js";
import { factsOf, type Mode } from "./modes.js";
import type { Settings } from "./options.js";
import { loadAddon, loadProgram } from "./program.js";
import { chooseRoot, openRoot } from "./root.js";
import type { Invocation } from "./settings.js";
import type { Shim } from "./shim.js";
import { listUrls } from "./urls.js";
import { findUser } from "./user.js";

/** A line that begins with `ok: `. Throws `StartError`, `UsageError`. */
export async function check({ mode, settings }: Invocation): Promise<string> {
  const shim = loadAddon();
  const isLoad = mode === "load";
  return `ok: ${await (isLoad ? checkLoad(shim, settings) : checkServer(shim, mode, settings))}`;
}

async function checkServer(shim: Shim, mode: Mode, settings: Settings): Promise<string> {
  const root = mode === "serve" ? chooseRoot(settings.root) : undefined;
  const file = settings["log-file"];
  // Open until the descriptors have been counted, as they are at the start of the server.
  const opened: number[] = [];
  try {
    if (root) opened.push(openRoot(shim, root));
    if (file !== undefined) opened.push(checkLog(shim, file));
    if (settings.user !== undefined) findUser(shim, settings.user);
    const all = await resolveAddresses(shim, settings);
    const bound = all.flatMap((address) => boundTo(shim, address, all));
    const addresses = all.flatMap(addressTexts);
    const { settings: fitted, warning } = fitToDescriptors(mode, settings, addresses.length);
    if (warning && !settings.quiet) console.error(`warning: ${warning}`);
    const admin = settings.admin && (await adminUrl(settings.admin));
    const memoryBytes = await configureGuest(shim, mode, fitted, addresses);
    return bannerLine({ ...factsAbout(mode, settings, root, bound), admin, memoryBytes });
  } finally {
    for (const descriptor of opened) shim.closeDescriptor(descriptor);
  }
}

/** Leaves no file behind; returns a descriptor. Throws `StartError`. */
function checkLog(shim: Shim, file: string): number {
  const log = new Log(shim, file);
  log.discard();
  return log.descriptor;
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

/** Where the admin listener would be. */
async function adminUrl({ host, port }: Endpoint): Promise<string | undefined> {
  const ip = await resolveAdmin(host);
  return listUrls([{ type: "tcp", ip, port, isDualStack: ip === "::" }])[0]?.name;
}

async function checkLoad(shim: Shim, settings: Settings): Promise<string> {
  const { connect, connections } = settings;
  if (!connect) throw missingEndpoint();
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
