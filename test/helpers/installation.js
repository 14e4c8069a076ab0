// A copy of what was built, whose module can be another one.

import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const HOST = [
  ...["run.js", "bundle.js", "package.json"].map((name) => `host/${name}`),
  ...["build/host", "build/shim.node"],
];
const PARTS = ["package.json", ...HOST];
const MODULE = "build/server.wasm";

export class Installation {
  /** The copy begins with the module that `change` makes of ours. */
  constructor(change = (bytes) => bytes) {
    this.path = mkdtempSync(join(tmpdir(), "epollux-"));
    for (const path of PARTS) {
      cpSync(join(REPOSITORY, path), join(this.path, path), { recursive: true });
    }
    this.install(change(Installation.original()));
    process.once("exit", () => this.remove());
  }

  /** The bytes of the module that was built. */
  static original() {
    return readFileSync(join(REPOSITORY, MODULE));
  }

  /** For `startServer`. */
  get command() {
    return join(this.path, "host/run.js");
  }

  /** Puts another module in the place of the present one, at once. */
  install(bytes) {
    const file = join(this.path, MODULE);
    writeFileSync(`${file}.new`, bytes);
    renameSync(`${file}.new`, file);
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
