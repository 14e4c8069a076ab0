// What one reading of the settings makes: a set of workers with their module, their root and their
// listeners, not yet started.

import { type Address, addressTexts, type Bound } from "./address.js";
import { describePoller, type Facts } from "./banner.js";
import { fitToDescriptors } from "./descriptors.js";
import { guestArguments } from "./guest-arguments.js";
import { resolveAddresses } from "./hosts.js";
import type { Manner, Sockets } from "./listen.js";
import { Log, STANDARD_OUTPUT } from "./log.js";
import { factsOf, type Mode } from "./modes.js";
import type { Settings } from "./options.js";
import { checksumOfModule, loadProgram, nameAndVersion } from "./program.js";
import { chooseRoot, openRoot, type Root } from "./root.js";
import type { Office } from "./seat.js";
import type { GrantedListener, Shim } from "./shim.js";
import { Supervisor } from "./supervisor.js";
import { listAddresses, listUrls } from "./urls.js";

export interface Generation {
  settings: Settings;
  addresses: readonly Address[];
  supervisor: Supervisor;
  facts: Omit<Facts, "memoryBytes">;
  office: Office;
  /** The access log, if there is one. */
  log: Log | undefined;
  /** SHA-256 of the module, for those who watch. */
  checksum?: string;
  /** Gives back what the workers, which have ended, did not own. */
  close(): void;
}

/** What stays from one generation to the next. */
export interface Ground {
  mode: Mode;
  shim: Shim;
  sockets: Sockets;
  /** Sockets that the service manager has passed on, if they stand in for those asked for. */
  passed: readonly Address[];
}

/**
 * Opens and loads all that the settings ask for. `tryOut` comes before listeners are opened: one that
 * nobody accepts from would keep clients waiting. Throws `StartError` with nothing left open.
 */
export async function createGeneration(
  ground: Ground, settings: Settings, tryOut?: (office: Office) => Promise<void>,
): Promise<Generation> {
  const { mode, shim, sockets, passed } = ground;
  const module = await loadProgram(factsOf(mode).program);
  const checksum = settings.admin && (await checksumOfModule(module));
  const addresses = passed.length > 0 ? passed : await resolveAddresses(shim, settings);
  const root = mode === "serve" ? chooseRoot(settings.root) : undefined;
  const roots = root ? [openRoot(shim, root)] : [];
  const logs: number[] = [];
  let listeners: GrantedListener[][] = [];
  const close = () => {
    for (const list of [roots, logs]) {
      for (const descriptor of list.splice(0)) shim.closeDescriptor(descriptor);
    }
  };
  let log: Log | undefined;
  try {
    const file = settings["log-file"];
    log = file === undefined ? undefined : new Log(shim, file);
    if (log) logs.push(log.descriptor);
    const { workers } = settings;
    const count = addresses.flatMap(addressTexts).length;
    const { settings: fitted, warning } = fitToDescriptors(mode, settings, count);
    const office = {
      shim, module, roots, logs,
      // There is no other that might not come up, it says nothing for the banner to precede, and it
      // is not to take another's place, which it might not do after all.
      isImmediate: mode === "serve" && workers === 1 && file !== STANDARD_OUTPUT && !tryOut,
      args: guestArguments(mode, fitted, []),
      release: sockets.release.bind(sockets),
      log: (line: string) => console.error(`error: ${line}`),
    };
    await tryOut?.(office);
    const { bound, byWorker } = sockets.open(addresses, mannerOf(mode, settings));
    listeners = byWorker;
    if (warning && !settings.quiet) console.error(`warning: ${warning}`);
    const supervisor = new Supervisor(office, byWorker);
    const facts = factsAbout(mode, settings, root, bound);
    return { settings, addresses, supervisor, facts, office, log, checksum, close };
  } catch (error) {
    sockets.release(listeners.flat());
    log?.discard();
    close();
    throw error;
  }
}

function mannerOf(mode: Mode, settings: Settings): Manner {
  const { workers, backlog, "unix-socket-mode": unixMode } = settings;
  // Those who come to echo and print need not speak first.
  const isDeferred = mode === "serve" && settings["defer-accept"];
  return { workers, backlog, isDeferred, unixMode };
}

/** What the banner tells, but for the memory. */
export function factsAbout(
  mode: Mode, settings: Settings, root: Root | undefined, bound: readonly Bound[],
): Omit<Facts, "memoryBytes"> {
  const places = mode === "serve" ? listUrls(bound) : listAddresses(bound);
  const poller = unusualPoller(mode, settings);
  return { name: nameAndVersion(), mode, root, places, workers: settings.workers, poller };
}

/** Worth mentioning where it is not the default. */
function unusualPoller(mode: Mode, { poller, trigger, workers }: Settings): string | undefined {
  const isUsual = mode === "serve" && poller === "epoll" && trigger === "edge";
  return isUsual ? undefined : describePoller(poller, trigger, workers);
}
