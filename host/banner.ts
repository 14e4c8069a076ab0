// What a server says of itself: the banner when it is up, the summary when it is done.

import type { Counters } from "./counters.js";
import type { Mode } from "./modes.js";
import type { Root } from "./root.js";
import { count, describeDuration, describeSize } from "./units.js";
import type { Place } from "./urls.js";

export interface Facts {
  /** Name and version. */
  name: string;
  mode: Mode;
  /** Of the mode `serve`. */
  root?: Root;
  places: readonly Place[];
  /** URL of the dashboard. */
  admin?: string;
  /** See `describePoller`; not given if it is not worth mentioning. */
  poller?: string;
  workers: number;
  /** Of one worker; it never grows. */
  memoryBytes: number;
}

/** `poll`, `epoll, edge-triggered`, `busy: spins, one CPU is always busy`. */
export function describePoller(
  poller: string, trigger: string | undefined, workers: number,
): string {
  if (poller === "epoll") return `${poller}, ${trigger}-triggered`;
  if (poller !== "busy") return poller;
  return `busy: spins, ${workers > 1 ? `${workers} CPUs are` : "one CPU is"} always busy`;
}

/** Several lines for a terminal. */
export function bannerBlock(facts: Facts, isColoured: boolean): string {
  const { name, mode, root, places, admin, poller, workers, memoryBytes } = facts;
  const paint = (code: number, text: string) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
  const bold = 1, dim = 2, cyan = 36;
  const row = (label: string, text: string) => `  ${paint(dim, label.padEnd(8))}  ${text}`;
  const memory = `${describeSize(memoryBytes)} of memory${workers > 1 ? " each" : ""}`;
  return [
    paint(bold, name),
    "",
    root
      ? row("Root", `${root.path}${root.isDefault ? " (default, no DIR given)" : ""}`)
      : row("Mode", mode),
    ...places.map((place) => row(place.reach, paint(cyan, place.name))),
    ...(admin === undefined ? [] : [row("Admin", paint(cyan, admin))]),
    ...(poller === undefined ? [] : [row("Poller", poller)]),
    row("Workers", `${workers}, with ${memory} at most`),
    "",
    `  ${paint(dim, "Press Ctrl-C to stop")}`,
    "",
  ].join("\n");
}

/** What it does where. */
export function statusLine({ mode, root, places }: Omit<Facts, "memoryBytes">): string {
  const work = root ? `serving ${root.path}${root.isDefault ? " (default)" : ""}` : mode;
  return `${work} at ${places.map((place) => place.name).join(" ")}`;
}

/** One line for a log. */
export function bannerLine(facts: Facts): string {
  return `${facts.name} ${bannerWork(facts)}`;
}

/** `serving /srv/www at http://127.0.0.1:7788/ (1 worker, 41.3 MiB at most)` */
export function bannerWork(facts: Facts): string {
  const { admin, poller, workers, memoryBytes } = facts;
  const where = admin === undefined ? "" : `, admin at ${admin}`;
  const crew = `${count(workers, "worker")}, ${describeSize(workers * memoryBytes)} at most`;
  const how = poller === undefined ? crew : `${crew}, poller ${poller}`;
  return `${statusLine(facts)}${where} (${how})`;
}

/** What is said when it begins to stop. */
export function stoppingLine(mode: Mode, { busy }: Counters): string {
  const noun = mode === "serve" ? "request" : "connection";
  return `stopping: ${count(busy, noun)} in flight, Ctrl-C again to force`;
}

/** The last line. */
export function summaryLine(mode: Mode, counters: Counters, uptimeMs: number): string {
  const { requests, bytes, connections, busy } = counters;
  const work = mode === "serve" ? `${count(requests, "request")}, ` : "";
  const cut = busy > 0 ? `, ${busy} cut off` : "";
  const basis = `${count(connections, "connection")} in ${describeDuration(uptimeMs)}`;
  return `stopped: ${work}${describeSize(bytes)} on ${basis}${cut}`;
}
