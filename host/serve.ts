// The mode `serve`: from settings to a running server, and to its end.

import { bannerBlock, bannerLine, type Facts, summaryLine } from "./banner.js";
import { resolveHosts } from "./hosts.js";
import { openListeners } from "./listen.js";
import { guestArguments, type Settings } from "./options.js";
import { loadAddon, loadProgram, nameAndVersion } from "./program.js";
import { chooseRoot, openRoot } from "./root.js";
import { Supervisor } from "./supervisor.js";
import { count } from "./units.js";
import { listUrls } from "./urls.js";

const INTERRUPTED = 130;

/** Serves until a signal comes. Throws `StartError`. */
export async function serve(settings: Settings): Promise<void> {
  const startedAt = performance.now();
  const say = (text: string) => settings.quiet || console.log(text);
  const { supervisor, facts } = await startServer(settings);
  // Before the banner: whoever reads it may stop us.
  const signal = firstSignal();
  say(banner(facts));
  await signal;
  const busy = await supervisor.drain();
  const start = process.stdout.isTTY ? "\r" : ""; // over the ^C that a terminal shows
  say(`${start}stopping: ${count(busy, "request")} in flight, Ctrl-C again to force`);
  const counters = await supervisor.finish(settings["grace-period"]);
  say(summaryLine(counters, performance.now() - startedAt));
}

async function startServer(settings: Settings) {
  const shim = loadAddon();
  const root = chooseRoot(settings.root);
  const roots = [openRoot(shim, root)];
  const { module } = await loadProgram();
  const ips = await resolveHosts(shim, settings.host);
  const { port, byWorker } = openListeners(shim, ips, settings);

  const addresses = byWorker[0]?.map(({ address }) => address) ?? [];
  const args = ["serve", ...guestArguments(settings, addresses)];
  const log = (line: string) => console.error(`error: ${line}`);
  const supervisor = new Supervisor({ shim, module, args, roots, log }, byWorker);
  const memoryBytes = await supervisor.start();

  const places = listUrls(ips, port);
  const { workers } = settings;
  const facts: Facts = { name: nameAndVersion(), root, places, workers, memoryBytes };
  return { supervisor, facts };
}

function banner(facts: Facts): string {
  if (!process.stdout.isTTY) return bannerLine(facts);
  return bannerBlock(facts, !process.env.NO_COLOR);
}

/** Resolves at the first SIGINT or SIGTERM; the second ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = () => {
      if (isStopping) process.exit(INTERRUPTED);
      isStopping = true;
      resolve();
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
}
