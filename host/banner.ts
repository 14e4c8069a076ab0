// What a server says of itself: the banner when it is up, the summary when it is done.

import type { Counters } from "./counters.js";
import type { Root } from "./root.js";
import { count, describeDuration, describeSize } from "./units.js";
import type { Place } from "./urls.js";

export interface Facts {
  /** Name and version. */
  name: string;
  root: Root;
  places: readonly Place[];
  workers: number;
  /** Of one worker; it never grows. */
  memoryBytes: number;
}

/** Several lines for a terminal. */
export function bannerBlock(facts: Facts, isColoured: boolean): string {
  const paint = (code: number, text: string) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
  const bold = 1, dim = 2, cyan = 36;
  const row = (label: string, text: string) => `  ${paint(dim, label.padEnd(8))}  ${text}`;
  const memory = `${describeSize(facts.memoryBytes)} of memory${facts.workers > 1 ? " each" : ""}`;
  return [
    paint(bold, facts.name),
    "",
    row("Root", `${facts.root.path}${facts.root.isDefault ? " (default, no DIR given)" : ""}`),
    ...facts.places.map(({ reach, url }) => row(reach, paint(cyan, url))),
    row("Workers", `${facts.workers}, with ${memory} at most`),
    "",
    `  ${paint(dim, "Press Ctrl-C to stop")}`,
    "",
  ].join("\n");
}

/** One line for a log. */
export function bannerLine({ name, root, places, workers, memoryBytes }: Facts): string {
  const directory = `${root.path}${root.isDefault ? " (default)" : ""}`;
  const urls = places.map(({ url }) => url).join(" ");
  const crew = `${count(workers, "worker")}, ${describeSize(workers * memoryBytes)} at most`;
  return `${name} serving ${directory} at ${urls} (${crew})`;
}

/** The last line. */
export function summaryLine(counters: Counters, uptimeMs: number): string {
  const { requests, bytes, connections, busy } = counters;
  const work = `${count(requests, "request")}, ${describeSize(bytes)}`;
  const cut = busy > 0 ? `, ${busy} cut off` : "";
  const basis = `${count(connections, "connection")} in ${describeDuration(uptimeMs)}`;
  return `stopped: ${work} on ${basis}${cut}`;
}
