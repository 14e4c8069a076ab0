// Who does what among the workers of one process, seen from outside. Every worker has an epoll
// instance of its own; /proc/PID/fdinfo says which sockets each of them watches, by inode, and
// `ss` says how many bytes have come on the socket of that inode. All requests are of one
// length, so bytes are requests.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { serialise } from "./answers.js";
import { which } from "./processes.js";

/** { connections, requests }, each a number per worker; `requests` is null where there is no ss. */
export async function readShares({ port, started }, scenario, workers) {
  const established = readEstablished(port);
  const crews = readWatched(started.pid)
    .map((inodes) => inodes.filter((inode) => established.has(inode)))
    .sort((a, b) => b.length - a.length)
    .slice(0, workers);
  const received = which("ss") ? await readReceived(port) : null;
  const request = serialise({ path: scenario.paths[0], fields: [] }, port);
  const requests = (inodes) => {
    const bytes = inodes.reduce((sum, inode) => sum + (received.get(inode) ?? 0), 0);
    return Math.round(bytes / request.length);
  };
  return {
    connections: crews.map((inodes) => inodes.length),
    requests: received && crews.map(requests),
  };
}

/** Inodes of the server's ends of its connections. */
function readEstablished(port) {
  const suffix = ":" + port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set();
  for (const line of readFileSync("/proc/net/tcp", "latin1").split("\n").slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === "01" && local.endsWith(suffix)) inodes.add(Number(inode));
  }
  return inodes;
}

/** For each epoll instance of a process the inodes that it watches. */
function readWatched(pid) {
  const descriptors = readdirSync(`/proc/${pid}/fd`).filter((number) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${number}`) === "anon_inode:[eventpoll]";
    } catch {
      return false; // closed while we looked
    }
  });
  return descriptors.map((number) => {
    const text = readFileSync(`/proc/${pid}/fdinfo/${number}`, "latin1");
    const targets = text.matchAll(/^tfd:.* ino:([0-9a-f]+)/gm);
    return Array.from(targets, ([, inode]) => parseInt(inode, 16));
  });
}

/** Bytes received on each connection, by inode. */
async function readReceived(port) {
  const args = ["-Htine", "state", "established", `( sport = :${port} )`];
  const { stdout } = await promisify(execFile)("ss", args, { maxBuffer: 1 << 26 });
  const lines = stdout.matchAll(/ ino:(\d+) .*\n\s.*?(?: bytes_received:(\d+)|$)/gm);
  return new Map(Array.from(lines, ([, inode, bytes = 0]) => [Number(inode), Number(bytes)]));
}
