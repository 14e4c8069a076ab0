// Reloading: settings and module are read anew, tried out beside the server, and take its place. If
// anything is wrong with them, that is said, and the server goes on as it was.

import { bannerWork, statusLine } from "./banner.js";
import { StartError, UsageError } from "./errors.js";
import { createGeneration, type Generation, type Ground } from "./generation.js";
import type { Notifier } from "./notify.js";
import type { Settings } from "./options.js";
import type { Server } from "./server.js";
import type { Invocation } from "./settings.js";

/** Settings as they are now, after those `before`. Throws `UsageError`. */
export type ReadSettings = (before: Settings) => Promise<Pick<Invocation, "settings" | "kept">>;

export class Reloader {
  readonly #server: Server;
  readonly #ground: Ground;
  readonly #readSettings: ReadSettings;
  readonly #say: (line: string) => void;
  readonly #notifier: Notifier;
  #isWanted = false;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    server: Server, ground: Ground, readSettings: ReadSettings, say: (line: string) => void,
    notifier: Notifier,
  ) {
    this.#server = server;
    this.#ground = ground;
    this.#readSettings = readSettings;
    this.#say = say;
    this.#notifier = notifier;
  }

  /** Reloads; after the reload that goes on, if one does. */
  request(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Reloads no more; resolves when nothing is left of a reload that went on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      this.#notifier.reloading();
      await this.#reload();
      if (!signal.aborted) this.#notifier.ready(statusLine(this.#server.generation.facts));
    }
  }

  async #reload(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      const { settings, kept } = await this.#readSettings(this.#server.generation.settings);
      for (const name of kept) console.error(`warning: --${name}: takes a restart to change`);
      const { tryOut } = await import("./trial.js"); // which needs HTTP, and nothing else does
      const successor = await createGeneration(this.#ground, settings, async (office) => {
        await tryOut(office);
        signal.throwIfAborted(); // listeners are opened next
      });
      const memoryBytes = await start(successor, signal);
      await this.#server.replace(successor);
      this.#say(`reloaded: ${bannerWork({ ...successor.facts, memoryBytes })}`);
    } catch (error) {
      if (error === signal.reason) return;
      const isKnown = error instanceof UsageError || error instanceof StartError;
      // Whatever it was, it is no reason not to go on as before.
      console.error("error: not reloaded:", isKnown ? error.message : error);
    }
  }
}

/** Resolves with the memory of one worker; none has begun if it rejects, and none is left. */
async function start(generation: Generation, signal: AbortSignal): Promise<number> {
  try {
    let size = 0;
    await generation.supervisor.start((memoryBytes) => {
      signal.throwIfAborted();
      size = memoryBytes;
    });
    return size;
  } catch (error) {
    await discard(generation);
    throw error;
  }
}

async function discard({ supervisor, close }: Generation): Promise<void> {
  supervisor.halt();
  await supervisor.finish(0);
  close();
}
