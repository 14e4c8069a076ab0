// The load: load.c, one thread on its own CPU, which asks when it is told to and is silent in
// between.

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requestsOf, serialise } from "./answers.js";
import { spawnPinned, stop } from "./processes.js";
import { WORK } from "./site.js";

const PROGRAM = `${WORK}load`;

export function buildLoad(program = PROGRAM) {
  const source = fileURLToPath(new URL("load.c", import.meta.url));
  execFileSync("cc", ["-O2", "-o", program, source], { stdio: "inherit" });
}

/** Clients of one server, which stay connected until `stop`. */
export class Load {
  constructor(cpu, port, scenario, fields, connections, program = PROGRAM) {
    this.file = `${WORK}requests-${port}`;
    const requests = requestsOf(scenario, fields);
    writeFileSync(this.file, requests.map((request) => serialise(request, port)).join(""));
    const args = [port, connections, scenario.batch, scenario.status, this.file];
    this.connections = connections;
    this.process = spawnPinned(cpu, program, args.map(String), {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.process.child.stdin.on("error", () => {}); // it has ended, and `run` says why
  }

  /** Asks for so long: { requests, seconds, p99 (in microseconds), errors }. */
  async run(milliseconds) {
    const { child, ended } = this.process;
    child.stdin.write(`${milliseconds}\n`);
    const line = await Promise.race([
      new Promise((resolve) => child.stdout.once("data", resolve)),
      ended.then(() => null),
    ]);
    rmSync(this.file, { force: true }); // read at the start
    if (line === null) throw new Error(`load: ${this.process.errors.trim() || "ended"}`);
    const [requests, nanoseconds, p99, errors] = String(line).split(" ").map(Number);
    return { requests, seconds: nanoseconds / 1e9, p99: p99 / 1000, errors };
  }

  async stop() {
    await stop(this.process);
    rmSync(this.file, { force: true });
  }
}
