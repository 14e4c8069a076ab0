// Starting, pinning and stopping: every process the bench starts is in `running` until it has
// ended, and leaves with the bench, whatever way the bench ends. Servers run in process groups of
// their own, so that a server's children leave too. A server that can be reached from outside
// this machine is refused.

import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const running = new Set();

/** Path of a program, looked for in PATH and the places where Debian puts servers; or null. */
export function which(program) {
  for (const folder of [...process.env.PATH.split(":"), "/usr/sbin", "/usr/local/sbin"]) {
    const path = `${folder}/${program}`;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** The whole bench moves to the CPU of the load: the server's CPU belongs to the server. */
export function pinBench(cpu) {
  execFileSync("taskset", ["-a", "-c", "-p", String(cpu), String(process.pid)]);
}

/** Starts a program on one CPU; all its threads and children inherit that. */
export function spawnPinned(cpu, command, args, options = {}) {
  const child = spawn("taskset", ["-c", String(cpu), command, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...options,
  });
  const started = { child, pid: child.pid, output: "", errors: "" };
  started.ended = new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: -1, error }));
    child.on("close", (code, signal) => {
      running.delete(started);
      resolve({ code, signal });
    });
  });
  child.stdout.on("data", (text) => (started.output = (started.output + text).slice(-65536)));
  child.stderr.on("data", (text) => (started.errors = (started.errors + text).slice(-4096)));
  running.add(started);
  return started;
}

/** SIGTERM, three seconds of patience, then SIGKILL for the whole group. */
export async function stop(started) {
  if (!running.has(started)) return;
  signalGroup(started, "SIGTERM", false);
  const timer = setTimeout(() => signalGroup(started, "SIGKILL", true), 3000);
  await started.ended;
  clearTimeout(timer);
  signalGroup(started, "SIGKILL", true);
}

/** For the bench's own end: no waiting. */
export function killAll() {
  for (const started of running) signalGroup(started, "SIGKILL", true);
}

function signalGroup(started, signal, whole) {
  try {
    process.kill(whole ? -started.pid : started.pid, signal);
  } catch {
    // it has ended already
  }
}

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Resolves when the port answers on loopback and nowhere else; else throws. */
export async function waitUntilListening(started, port) {
  for (let tries = 0; tries < 200; tries++) {
    if (!running.has(started)) throw new Error(`ended at start: ${lastLine(started)}`);
    if (await canConnect(port)) return requireLoopback(port);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("did not listen within 10 seconds");
}

function canConnect(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true) || socket.destroy());
    socket.on("error", () => resolve(false));
  });
}

// Local address of each listening socket in /proc/net/tcp: 0100007F is 127.0.0.1.
function requireLoopback(port) {
  const suffix = ":" + port.toString(16).toUpperCase().padStart(4, "0");
  const LOOPBACK = /^(......7F|0{24}01000000|0{16}FFFF0000......7F)$/;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "latin1").split("\n").slice(1)) {
      const [, local, , state] = line.trim().split(/\s+/);
      if (state !== "0A" || !local.endsWith(suffix)) continue;
      if (!LOOPBACK.test(local.slice(0, -suffix.length))) {
        throw new Error("listens on an address other than loopback: refused");
      }
    }
  }
}

export function lastLine(started) {
  return started.errors.trim().split("\n").at(-1) || started.output.trim().split("\n").at(-1);
}
