// The mode `load`: from settings to a load client at work, and to its end.

import { setTimeout as pause } from "node:timers/promises";

import type { Account } from "./account.js";
import { formatAddress } from "./address.js";
import { askForLoad } from "./ask.js";
import { describePoller } from "./banner.js";
import { tooManyConnections } from "./descriptors.js";
import { StartError } from "./errors.js";
import { guestArguments } from "./guest-arguments.js";
import { resolveTarget } from "./hosts.js";
import { faults, progressLine, summary } from "./load-report.js";
import { factsOf } from "./modes.js";
import type { Settings } from "./options.js";
import { loadAddon, loadProgram, nameAndVersion } from "./program.js";
import type { Progress } from "./progress.js";
import type { Invocation } from "./settings.js";
import { stopRequest } from "./stop.js";
import { Supervisor } from "./supervisor.js";
import { count, showDuration } from "./units.js";

const TICK_MS = 1000;
const DRAIN_MS = 10_000;
const USUAL_COLUMNS = 80;
/** Where lines stay, there are fewer of them. */
const TICKS_PER_LINE = 10;

/** Makes the load until it is stopped; sets the exit code. Throws `StartError`, `UsageError`. */
export async function load({ settings: asked, sources }: Invocation): Promise<void> {
  const settings = await askForLoad(asked, sources);
  const say = (text: string) => settings.quiet || console.log(text);
  const display = new Display(settings.quiet);
  const { supervisor, address } = await prepare(settings, display);

  const stopped = stopRequest({ onStdin: false });
  await supervisor.start(() => say(heading(settings, address)));
  const startedAt = performance.now();
  const ticks = setInterval(() => supervisor.ask(), TICK_MS);
  await Promise.race([stopped, elapsed(settings.duration), supervisor.closed()]);
  const elapsedMs = performance.now() - startedAt;
  // What was up then is part of the verdict; with very many connections it takes its time.
  const before = await supervisor.drain(DRAIN_MS);
  const { progress } = await supervisor.finish(settings["grace-period"]);
  clearInterval(ticks);
  display.clear();
  conclude(progress, before.progress, elapsedMs, say);
}

async function prepare(settings: Settings, display: Display) {
  const { host, port } = settings.connect ?? { host: "", port: 0 };
  const excess = tooManyConnections(settings.connections);
  if (excess) throw new StartError(excess);
  const shim = loadAddon();
  const address = formatAddress(await resolveTarget(host), port);
  const module = await loadProgram(factsOf("load").program);
  const office = {
    shim, module, roots: [], connect: [address],
    args: guestArguments("load", settings, [address]),
    isSingleRun: true as const,
    log: (line: string) => console.error(`error: ${line}`),
    told: (account: Account) => account.progress && display.show(account.progress),
  };
  return { supervisor: new Supervisor(office, [[]]), address };
}

/** What it is going to do. */
export function heading(
  { connections, interval, poller, trigger }: Settings, address: string,
): string {
  const work = `${count(connections, "connection")}, a message each ${showDuration(interval)}`;
  const how = describePoller(poller, trigger, 1);
  return `${nameAndVersion()} load on ${address} (${work}, poller ${how})`;
}

async function elapsed(ms: number): Promise<void> {
  if (ms === Infinity) return new Promise(() => undefined);
  await pause(ms, undefined, { ref: false });
}

/** Says how it went. A guest that has trapped has no progress to tell of. */
function conclude(
  end: Progress | undefined, before: Progress | undefined, elapsedMs: number,
  say: (text: string) => void,
): void {
  const up = before?.up ?? 0;
  const lines = end ? faults(end, up) : [];
  // If nothing ever came up, there is no more to say than that.
  if (end && up + end.lost > 0) say(summary(end, up, elapsedMs));
  for (const line of lines) console.error(`error: ${line}`);
  if (!end || lines.length > 0) process.exitCode = 1;
}

/** The progress line: rewritten in place on a terminal, now and then a new one elsewhere. */
class Display {
  readonly #isQuiet: boolean;
  #before: Progress | undefined;
  #shownAt = performance.now();
  #ticks = 0;

  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  show(progress: Progress): void {
    const { isTTY, columns } = process.stdout;
    this.#ticks++;
    if (this.#isQuiet || (!isTTY && this.#ticks % TICKS_PER_LINE !== 0)) return;
    const now = performance.now();
    const line = progressLine(progress, this.#before, (now - this.#shownAt) / 1000);
    this.#before = progress;
    this.#shownAt = now;
    // A terminal may not know how wide it is.
    if (isTTY) process.stdout.write(`\r${line.slice(0, (columns || USUAL_COLUMNS) - 1)}\x1b[K`);
    else console.log(line);
  }

  /** Takes the line off the terminal. */
  clear(): void {
    if (process.stdout.isTTY && !this.#isQuiet) process.stdout.write("\r\x1b[K");
  }
}
