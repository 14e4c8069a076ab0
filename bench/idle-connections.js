// Idle keep-alive connections: clients that have had one answer each and then say nothing. They
// live in a process of their own (idle.c), and are counted before they are closed.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { familyOf } from "./cpu.js";
import { pause, say } from "./measure.js";
import { lastLine, spawnPinned, stop } from "./processes.js";
import { WORK } from "./site.js";

const SPARE_DESCRIPTORS = 200; // for the server's files and libraries

/** Builds the program that holds them. */
export function buildIdle() {
  const program = fileURLToPath(new URL("idle.c", import.meta.url));
  execFileSync("cc", ["-O2", "-o", `${WORK}idle`, program], { stdio: "inherit" });
}

/** As many idle connections as asked for, or as the limit of descriptors allows. */
export function affordable({ idle, connections }) {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, hard] = /^Max open files +\S+ +(\S+)/m.exec(limits);
  const most = hard === "unlimited" ? Infinity : Number(hard) - connections - SPARE_DESCRIPTORS;
  if (idle <= most) return idle;
  say(`  the limit of open files is ${hard} (ulimit -Hn): only ${most} idle connections`);
  return most;
}

/** The sentence about that limit under a result, if it was felt. */
export const describeLimit = (count, { idle }) =>
  count < idle ? [`The limit of open files allows ${count} connections here, not ${idle}.`] : [];

/** Resolves with the process that holds them, once each has had its answer. */
export async function openIdle({ port }, scenario, count, options) {
  const args = [String(port), scenario.paths[0], String(count)];
  const clients = spawnPinned(options.cpus.load, `${WORK}idle`, args, {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let hasEnded = false;
  clients.ended.then(() => (hasEnded = true));
  while (!clients.output.includes("ready")) {
    if (hasEnded) throw new Error(`idle connections: ${lastLine(clients)}`);
    await pause(20);
  }
  await pause(200);
  return clients;
}

/** Closes them; throws if some had been closed before. */
export async function closeIdle(clients, { started }, count) {
  const before = countDescriptors(started.pid);
  clients.child.stdin.end();
  await clients.ended;
  const held = Number(/held (\d+)/.exec(clients.output)?.[1]);
  // The server closes its ends at its own expense, and not within the next measurement.
  const enough = before - count / 2;
  for (let tries = 0; tries < 100 && countDescriptors(started.pid) > enough; tries++) {
    await pause(50);
  }
  await pause(200);
  if (held !== count) throw new Error(`only ${held} of ${count} idle connections were kept`);
}

const countDescriptors = (pid) =>
  Math.max(...familyOf(pid).map((member) => readdirSync(`/proc/${member}/fd`).length));

/** Idle connections that can become more and fewer: what a step adds is a process of its own. */
export class Layers {
  constructor(server, scenario, options) {
    this.server = server;
    this.scenario = scenario;
    this.options = options;
    this.layers = [];
  }

  get held() {
    return this.layers.reduce((sum, { size }) => sum + size, 0);
  }

  async reach(target, steps) {
    while (this.held > target) {
      const { clients, size } = this.layers.pop();
      await closeIdle(clients, this.server, size);
    }
    for (const step of [...steps].sort((a, b) => a - b)) {
      if (step <= this.held || step > target) continue;
      const size = step - this.held;
      const clients = await openIdle(this.server, this.scenario, size, this.options);
      this.layers.push({ clients, size });
    }
  }

  async abandon() {
    for (const { clients } of this.layers) await stop(clients);
  }
}
