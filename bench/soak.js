// The soak: a server with everything switched on under mixed load, for an hour if nothing else is
// said, while it is reloaded and its access log rotated now and then. No request may fail, each has
// a line in the log, and neither memory nor descriptors may grow.
//
//   node bench/soak.js [--minutes N] [--reload-every SECONDS]
//
// The last line is `N passed, N failed`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CLIENTS, closeAgents, Tally } from "./soak/clients.js";
import { RotatedLog } from "./soak/rotated-log.js";
import { makeSoakSite } from "./soak/site.js";
import { median } from "./statistics.js";

const COMMAND = fileURLToPath(new URL("../host/run.js", import.meta.url));
const SAMPLES = 60;
const ROTATE_EVERY_MS = 7000;
/** Longer than it takes until there is a thread in reserve. */
const SETTLE_MS = 2500;
const WORKERS = 2;
/** Each worker keeps the large file. */
const KEPT_OPEN = WORKERS;
/** How much a process like ours varies by itself: V8 collects when it likes. */
const MEMORY_SLACK = 6 * 2 ** 20;
const MEBI = 2 ** 20;

const { minutes, reloadEvery } = readOptions();
const folder = mkdtempSync(join(tmpdir(), "epollux-soak-"));
const site = makeSoakSite(join(folder, "www"));
const log = new RotatedLog(join(folder, "access.log"));
const server = await startServer();
const idle = await settledDescriptors();
const tally = new Tally();
const stop = new AbortController();

const clients = CLIENTS.flatMap(({ name, count, run }) =>
  Array.from({ length: count }, (_, i) => keepOn(name, () => run({ ...server, site, tally, i }))),
);
const reloads = keepOn("reload", async () => {
  await pause(reloadEvery * 1000, undefined, { signal: stop.signal });
  server.process.kill("SIGHUP");
});
const rotations = keepOn("rotation", async () => {
  await pause(ROTATE_EVERY_MS, undefined, { signal: stop.signal });
  await log.rotate(() => server.process.kill("SIGUSR1"));
});
const samples = await watch();
stop.abort();
await Promise.all([...clients, reloads, rotations].map((client) => client.catch(() => undefined)));
closeAgents();
const left = await settledDescriptors();
server.process.kill("SIGTERM");
const [code] = await once(server.process, "close");
await log.end();
rmSync(folder, { recursive: true });
conclude();

function readOptions() {
  const options = {
    minutes: { type: "string", default: "60" },
    "reload-every": { type: "string", default: "20" },
  };
  const { values } = parseArgs({ options });
  const numbers = [values.minutes, values["reload-every"]].map(Number);
  if (!numbers.every((number) => number > 0)) {
    console.error("error: --minutes and --reload-every take numbers above 0");
    process.exit(2);
  }
  return { minutes: numbers[0], reloadEvery: numbers[1] };
}

async function startServer() {
  const args = [COMMAND, site.path, "--port", "0", "--workers", `${WORKERS}`, "--admin", "127.0.0.1:0"];
  args.push("--log-file", log.path, "--log-format", "json");
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const started = { process: child, output: "", errors: "", port: 0, adminPort: 0 };
  child.stdout.setEncoding("utf8").on("data", (text) => (started.output += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (started.errors += text));
  while (!started.port || !started.adminPort) {
    await Promise.race([once(child.stdout, "data"), once(child, "close")]);
    if (child.exitCode !== null) throw new Error(`the server did not start: ${started.errors}`);
    const [port, adminPort] = started.output.match(/(?<=http:\/\/\S+:)\d+(?=\/)/g) ?? [];
    Object.assign(started, { port: Number(port), adminPort: Number(adminPort) });
  }
  return started;
}

/** Does it again and again until the end; what it throws is a failed request. */
async function keepOn(name, work) {
  while (!stop.signal.aborted) {
    try {
      await work();
    } catch (error) {
      if (!stop.signal.aborted) tally.fail(name, error);
    }
  }
}

/** Samples the server until the time is over, and says how it goes. */
async function watch() {
  const samples = [];
  for (let i = 0; i < SAMPLES; i++) {
    await pause((minutes * 60_000) / SAMPLES);
    if (server.process.exitCode !== null) throw new Error(`the server ended: ${server.errors}`);
    const sample = { memory: memory(), descriptors: descriptors() };
    samples.push(sample);
    console.log(
      `${(((i + 1) * minutes * 60) / SAMPLES).toFixed(0)} s: ${tally.requests} requests, ` +
        `${tally.failures.length} failed, ${(sample.memory / MEBI).toFixed(1)} MiB, ` +
        `${sample.descriptors} descriptors`,
    );
  }
  return samples;
}

function memory() {
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

function descriptors() {
  return readdirSync(`/proc/${server.process.pid}/fd`).length;
}

/** How many are open once no client is there any more, and the thread in reserve is up. */
async function settledDescriptors() {
  let count;
  do {
    count = descriptors();
    await pause(SETTLE_MS);
  } while (descriptors() !== count);
  return count;
}

function conclude() {
  const third = Math.floor(samples.length / 3);
  const middle = (name) => median(samples.slice(third, 2 * third).map((sample) => sample[name]));
  const late = (name) => median(samples.slice(2 * third).map((sample) => sample[name]));
  const growth = late("memory") - middle("memory");
  const served = Number(/stopped: ([\d,]+) requests/.exec(server.output)?.[1].replaceAll(",", ""));
  const reloaded = server.output.match(/"reloaded: /g)?.length ?? 0;
  const verdicts = [
    [`no request of ${tally.requests} failed`, tally.failures.length === 0],
    [`memory is flat (${(growth / MEBI).toFixed(1)} MiB more in the last third)`, growth <= MEMORY_SLACK],
    [`no descriptor is left open (${idle} before the first client, ${left} after the last)`, left <= idle + KEPT_OPEN],
    [`it was reloaded (${reloaded} times)`, reloaded > 0],
    [`each of ${served} answers has its line in the access log (${log.lines})`, log.lines === served],
    ["it ended with code 0 and had nothing to complain of", code === 0 && server.errors === ""],
  ];
  for (const [name, count] of tally.byName) console.log(`${name.padEnd(14)} ${count}`);
  for (const failure of tally.failures.slice(0, 20)) console.log(`failed: ${failure}`);
  if (server.errors) console.log(server.errors);
  for (const [text, isFine] of verdicts) console.log(`${isFine ? "ok    " : "FAILED"} ${text}`);
  const passed = verdicts.filter(([, isFine]) => isFine).length;
  console.log(`${passed} passed, ${verdicts.length - passed} failed`);
  process.exit(passed === verdicts.length ? 0 : 1);
}
