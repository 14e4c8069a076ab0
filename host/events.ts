// The stream of snapshots for dashboards, as server-sent events (HTML Standard §9.2): one a second,
// however many look on, and none while nobody does.

import type { ServerResponse } from "node:http";

import type { Snapshot } from "./snapshot.js";

export const INTERVAL_MS = 1000;

/** Who has left so much unread looks on no more. */
const MAX_UNREAD = 1 << 20;

export class Events {
  static readonly TYPE = "text/event-stream";
  readonly #take: () => Promise<Snapshot>;
  readonly #readers = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;

  /** `take` makes the snapshots. */
  constructor(take: () => Promise<Snapshot>) {
    this.#take = take;
  }

  /** Sends all that is to come to one reader more. */
  add(reader: ServerResponse): void {
    reader.writeHead(200, { "Content-Type": Events.TYPE, "Cache-Control": "no-store" });
    reader.on("close", () => this.#remove(reader));
    reader.on("error", () => undefined); // it has gone while we wrote
    this.#readers.add(reader);
    this.#timer ??= setInterval(() => this.send(), INTERVAL_MS);
    this.send();
  }

  /** Sends a snapshot now. */
  send(): void {
    // What could not be asked now, for want of descriptors, will be the next time.
    if (this.#readers.size > 0) this.#send().catch(() => undefined);
  }

  /** Ends the streams. */
  close(): void {
    for (const reader of this.#readers) {
      this.#remove(reader);
      reader.end();
    }
  }

  async #send(): Promise<void> {
    const event = `data: ${JSON.stringify(await this.#take())}\n\n`;
    for (const reader of this.#readers) {
      if (reader.writableLength > MAX_UNREAD) reader.destroy();
      else reader.write(event);
    }
  }

  #remove(reader: ServerResponse): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
