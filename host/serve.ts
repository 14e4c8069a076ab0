// The servers (modes `serve`, `echo`, `print`): from settings to a running server, and to its end.

import { takePassedSockets } from "./activation.js";
import type { Address } from "./address.js";
import type { Admin } from "./admin.js";
import { COMMAND_LINE } from "./args.js";
import {
  bannerBlock, bannerLine, type Facts, statusLine, stoppingLine, summaryLine,
} from "./banner.js";
import { settlesWithin } from "./deadline.js";
import { createGeneration } from "./generation.js";
import { Sockets } from "./listen.js";
import { Notifier } from "./notify.js";
import type { Settings } from "./options.js";
import { fileOf, loadAddon } from "./program.js";
import { Reloader, type ReadSettings } from "./reload.js";
import { Server } from "./server.js";
import type { Invocation } from "./settings.js";
import { stopRequest } from "./stop.js";
import { becomeUser, findUser } from "./user.js";

/** How long the end waits for a reload that has been stopped. */
const STOP_RELOAD_MS = 500;

/** Serves until it is stopped. Throws `StartError`. */
export async function serve(invocation: Invocation, readSettings: ReadSettings): Promise<void> {
  const { mode, settings } = invocation;
  const say = speaker(settings);
  const shim = loadAddon();
  const ground = { mode, shim, sockets: new Sockets(shim), passed: passedSockets(invocation) };
  const user = settings.user === undefined ? undefined : findUser(shim, settings.user);
  const first = await createGeneration(ground, settings);
  const server = new Server(first);
  let admin: Admin | undefined;
  try {
    admin = await openAdmin(settings, server);
    if (user) becomeUser(shim, user, ground.sockets, first);
  } catch (error) {
    first.log?.discard();
    throw error;
  }

  const notifier = new Notifier(shim, process.env, process.pid);
  const reloader = new Reloader(server, ground, readSettings, say, notifier);
  const onHangUp = mode === "serve" ? () => reloader.request() : undefined;
  // Before the banner: whoever reads it may stop us. SIGUSR1 is Node's own signal otherwise, which
  // opens a port for a debugger.
  process.on("SIGUSR1", () => server.reopenLogs((line) => console.error(`error: ${line}`)));
  const stopped = stopRequest({ onStdin: settings["stop-on-stdin"], onHangUp });
  if (settings["watch-config"]) await watch(settings, () => reloader.request(), stopped);
  const facts = { ...first.facts, admin: admin?.url };
  await first.supervisor.start((memoryBytes) => say(banner({ ...facts, memoryBytes })));
  admin?.enter("serving");
  notifier.ready(statusLine(first.facts));
  notifier.keepWatch((withinMs) => server.generation.supervisor.isAlive(withinMs));
  await Promise.race([stopped, server.closed()]);
  admin?.enter("draining");
  const lastReload = reloader.stop(); // first: no successor may come up from now on
  // We go on accepting until it holds no listener any more: it would not accept from it.
  await settlesWithin(lastReload, STOP_RELOAD_MS);
  const { counters } = await server.drain();
  const start = process.stdout.isTTY ? "\r" : ""; // over the ^C that a terminal shows
  const line = stoppingLine(mode, counters);
  say(start + line);
  notifier.stopping(line);
  const sum = await server.finish(server.generation.settings["grace-period"]);
  await lastReload;
  admin?.close();
  say(summaryLine(mode, sum.counters, process.uptime() * 1000));
}

/** Loads what only those need who ask for it. */
async function openAdmin({ admin }: Settings, server: Server): Promise<Admin | undefined> {
  return admin && (await import("./admin.js")).Admin.open(admin, server);
}

/** Until the server is stopped: a change while it ends comes too late. */
async function watch(
  { config }: Settings, onChange: () => void, stopped: Promise<void>,
): Promise<void> {
  const { watchFiles } = await import("./watch.js");
  const end = new AbortController();
  void stopped.then(() => end.abort());
  watchFiles([fileOf("server"), ...(config === undefined ? [] : [config])], onChange, end.signal);
}

/** Says things on standard output, which may be for programs to read. */
function speaker({ quiet, "log-format": format }: Settings): (text: string) => void {
  if (quiet) return () => undefined;
  if (format !== "json" || process.stdout.isTTY) return (text) => console.log(text);
  return (message) => console.log(JSON.stringify({ time: new Date().toISOString(), message }));
}

/** What the service manager has passed on stands in for what the command line does not ask for. */
function passedSockets({ settings, sources }: Invocation): Address[] {
  const passed = takePassedSockets(process.env, process.pid);
  const asked = (["listen", "port", "host"] as const).find(
    (name) => sources.get(name) === COMMAND_LINE,
  );
  if (!asked) return passed;
  const areNamed = settings.listen?.some((text) => text.startsWith("fd:"));
  if (passed.length > 0 && !areNamed && !settings.quiet) {
    console.error(`warning: --${asked}: given, so the sockets of LISTEN_FDS are not used`);
  }
  return [];
}

function banner(facts: Facts): string {
  if (!process.stdout.isTTY) return bannerLine(facts);
  return bannerBlock(facts, !process.env.NO_COLOR);
}
