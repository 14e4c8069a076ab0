// The servers (modes `serve`, `echo`, `print`): from settings to a running server, and to its end.

import type { Invocation } from "./args.js";
import {
  bannerBlock, bannerLine, describePoller, type Facts, stoppingLine, summaryLine,
} from "./banner.js";
import { tooManyConnections } from "./descriptors.js";
import { resolveHosts } from "./hosts.js";
import { Sockets } from "./listen.js";
import { factsOf, type Mode } from "./modes.js";
import { guestArguments, type Settings } from "./options.js";
import { loadAddon, loadProgram, nameAndVersion } from "./program.js";
import { chooseRoot, openRoot } from "./root.js";
import { stopRequest } from "./stop.js";
import { Supervisor } from "./supervisor.js";
import { listAddresses, listUrls } from "./urls.js";

/** Serves until it is stopped. Throws `StartError`. */
export async function serve({ mode, settings, given }: Invocation): Promise<void> {
  const startedAt = performance.now();
  const say = (text: string) => settings.quiet || console.log(text);
  const excess = given.has("max-connections") && tooManyConnections(settings["max-connections"]);
  const { supervisor, facts } = await prepare(mode, settings);
  if (excess && !settings.quiet) console.error(`warning: --max-connections: ${excess}`);

  // Before the banner: whoever reads it may stop us.
  const stopped = stopRequest({ onStdin: settings["stop-on-stdin"] });
  await supervisor.start((memoryBytes) => say(banner({ ...facts, memoryBytes })));
  await Promise.race([stopped, supervisor.closed()]);
  const { counters } = await supervisor.drain();
  const start = process.stdout.isTTY ? "\r" : ""; // over the ^C that a terminal shows
  say(start + stoppingLine(mode, counters));
  const sum = await supervisor.finish(settings["grace-period"]);
  say(summaryLine(mode, sum.counters, performance.now() - startedAt));
}

async function prepare(mode: Mode, settings: Settings) {
  const shim = loadAddon();
  const root = mode === "serve" ? chooseRoot(settings.root) : undefined;
  const roots = root ? [openRoot(shim, root)] : [];
  const module = await loadProgram(factsOf(mode).program);
  const ips = await resolveHosts(shim, settings.host);
  // Those who come to echo and print need not speak first.
  const isDeferred = mode === "serve" && settings["defer-accept"];
  const { workers, backlog, poller, trigger } = settings;
  const sockets = new Sockets(shim);
  const addresses = [{ ips, port: settings.port }];
  const { bound, byWorker } = sockets.open(addresses, { workers, backlog, isDeferred });

  const office = {
    shim, module, roots,
    args: guestArguments(mode, settings, []),
    release: sockets.release.bind(sockets),
    log: (line: string) => console.error(`error: ${line}`),
  };
  const supervisor = new Supervisor(office, byWorker);

  const places = mode === "serve" ? listUrls(bound) : listAddresses(bound);
  const isUsual = mode === "serve" && poller === "epoll" && trigger === "edge";
  const facts = {
    name: nameAndVersion(), mode, root, places, workers,
    poller: isUsual ? undefined : describePoller(poller, trigger, workers),
  };
  return { supervisor, facts };
}

function banner(facts: Facts): string {
  if (!process.stdout.isTTY) return bannerLine(facts);
  return bannerBlock(facts, !process.env.NO_COLOR);
}
