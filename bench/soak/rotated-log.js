// The access log of the soak, rotated as logrotate does: renamed, and opened anew by the server.

import { createReadStream, existsSync, renameSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const NEWLINE = 10;
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 20;

export class RotatedLog {
  /** In all files that have been finished. */
  lines = 0;

  constructor(path) {
    this.path = path;
    this.rotated = `${path}.1`;
  }

  /** The file of the last rotation, which nobody writes to any more, makes room. */
  async rotate(reopen) {
    await this.count(this.rotated);
    renameSync(this.path, this.rotated);
    reopen();
    for (let waited = 0; !existsSync(this.path); waited += LOOK_EVERY_MS) {
      if (waited >= PATIENCE_MS) throw new Error("the access log was not opened anew");
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Counts what is left, once the server has ended. */
  async end() {
    await this.count(this.rotated);
    await this.count(this.path);
  }

  async count(path) {
    if (!existsSync(path)) return;
    for await (const chunk of createReadStream(path)) {
      for (const byte of chunk) if (byte === NEWLINE) this.lines++;
    }
    rmSync(path);
  }
}
