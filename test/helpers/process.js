// What proc(5) says of the process of a server.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "./fixture.js";

/** How many sockets and files a server has open, but not what its threads wait and wake with. */
export function descriptorsOf(server) {
  return linksOf(server).filter((link) => /^(socket:|\/)/.test(link)).length;
}

/** What the descriptors of a server are, as proc(5) names it: a path, or what kind of thing. */
export function linksOf({ process: { pid } }) {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).map((name) => {
    try {
      return readlinkSync(join(directory, name));
    } catch {
      return ""; // closed meanwhile
    }
  });
}

/** CPU time that all threads of a server have taken, in milliseconds. */
export function cpuMsOf({ process: { pid } }) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8"));
  return times.reduce((sum, text) => sum + parseInt(text) / 1e6, 0);
}

/** Resident memory of a server in bytes. */
export function residentBytes({ process: { pid } }) {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

/** Stops a server (signal(7)) until SIGCONT; resolves when none of its threads runs any more. */
export async function suspend(server) {
  const { pid } = server.process;
  server.process.kill("SIGSTOP");
  const states = () => readdirSync(`/proc/${pid}/task`).map((id) =>
    /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/task/${id}/status`, "utf8"))[1]);
  await eventually(() => states().every((state) => state === "T"), "a stopped server");
}
