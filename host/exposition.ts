// The Prometheus text format, version 0.0.4: prometheus.io/docs/instrumenting/exposition_formats.
// docs/metrics.md lists the families; a test holds the two together. No label comes from a client.

import { DURATION_BOUNDS, METHOD_NAMES, STATUS_CLASSES } from "./metrics.js";
import type { Snapshot, WorkerSnapshot } from "./snapshot.js";

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  /** Behind the name of the family. */
  suffix?: string;
  labels?: Labels;
  value: number;
}

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  samples(snapshot: Snapshot): Sample[];
}

const CONDITIONS = ["idle", "receiving", "sending", "lingering"] as const;
const LOOKUPS = {
  hit: "hits", revalidated: "revalidations", miss: "misses", negative_hit: "negativeHits",
} as const;

/** Every family, in the order in which they are written. */
export const FAMILIES: readonly Family[] = [
  {
    name: "epollux_build_info", type: "gauge",
    help: "Always 1; what was built, as labels.",
    samples: ({ build: { version, wasm, node } }) =>
      [{ labels: { version, wasm_sha256: wasm, node_version: node }, value: 1 }],
  },
  {
    name: "epollux_worker_up", type: "gauge",
    help: "Whether the worker has answered when it was asked for these numbers; not given of one " +
      "that has ended.",
    samples: ({ workers }) => workers
      .filter(({ state }) => state !== "ended")
      .map(({ worker, state }) => ({ labels: { worker }, value: Number(state === "up") })),
  },
  {
    name: "epollux_worker_traps_total", type: "counter",
    help: "Guests of the worker that have failed.",
    samples: perWorker(({ failures }) => failures),
  },
  {
    name: "epollux_worker_replacements_total", type: "counter",
    help: "Guests that were started in the place of one that had failed.",
    samples: perWorker(({ replacements }) => replacements),
  },
  {
    name: "epollux_worker_cpu_seconds_total", type: "counter",
    help: "CPU time of the worker's thread, user and system.",
    samples: perWorker(({ cpuSeconds }) => cpuSeconds),
  },
  {
    name: "epollux_connections", type: "gauge",
    help: "Open connections by what they do: idle between requests; receiving a request; sending " +
      "a response that the socket has not taken yet; lingering until the client closes.",
    samples: perWorkerAnd("state", CONDITIONS, ({ metrics }, state) => metrics[state]),
  },
  {
    name: "epollux_connections_accepted_total", type: "counter",
    help: "Connections that were accepted.",
    samples: perWorker(({ accepted }) => accepted),
  },
  {
    name: "epollux_refusals_total", type: "counter",
    help: "Connections and requests refused for want of a slot, a descriptor, a buffer or memory, " +
      "and connections that were one too many of their client.",
    samples: perWorker(({ refused }) => refused),
  },
  {
    name: "epollux_requests_total", type: "counter",
    help: "Requests answered, by method and class of status; what could not be parsed is other.",
    samples: (snapshot) => METHOD_NAMES.flatMap((method) =>
      perWorkerAnd("status", STATUS_CLASSES, ({ metrics }, status) =>
        metrics.replies[method]?.[status] ?? 0, { method })(snapshot)),
  },
  {
    name: "epollux_sent_bytes_total", type: "counter",
    help: "Bytes handed to the kernel to be sent, heads and contents.",
    samples: perWorker(({ sentBytes }) => sentBytes),
  },
  {
    name: "epollux_log_lines_dropped_total", type: "counter",
    help: "Lines of the access log that found no room.",
    samples: perWorker(({ logDropped }) => logDropped),
  },
  {
    name: "epollux_response_duration_seconds", type: "histogram",
    help: "From when the event loop learned that the end of the request had come until the kernel " +
      "had taken the last byte of the response. The clock is read when a turn of the loop ends, or " +
      "after 16 responses. Waiting in the kernel before and after is not included, nor are " +
      "responses that were cut off.",
    samples: ({ workers }) => workers.flatMap(histogram),
  },
  {
    name: "epollux_file_cache_lookups_total", type: "counter",
    help: "Lookups of a file: hit is answered from memory; revalidated after a look at the file, " +
      "which was the same; miss had to read or found nothing; negative_hit was known not to exist.",
    samples: perWorkerAnd("result", ["hit", "revalidated", "miss", "negative_hit"],
      ({ metrics }, result) => metrics[LOOKUPS[result]]),
  },
  {
    name: "epollux_file_cache_evictions_total", type: "counter",
    help: "Files that had to make room for others.",
    samples: perWorker(({ metrics }) => metrics.evictions),
  },
  {
    name: "epollux_file_cache_entries", type: "gauge",
    help: "Files in the cache.",
    samples: perWorker(({ metrics }) => metrics.entries),
  },
  {
    name: "epollux_file_cache_bytes", type: "gauge",
    help: "Memory of the cache that is in use.",
    samples: perWorker(({ metrics }) => metrics.entryBytes),
  },
  {
    name: "process_start_time_seconds", type: "gauge",
    help: "When the process was started, in seconds since 1970.",
    samples: ({ build }) => [{ value: build.startTime }],
  },
  {
    name: "process_cpu_seconds_total", type: "counter",
    help: "CPU time of all threads, user and system.",
    samples: ({ process }) => [{ value: process.cpuSeconds }],
  },
  {
    name: "process_resident_memory_bytes", type: "gauge",
    help: "Resident memory.",
    samples: ({ process }) => [{ value: process.residentBytes }],
  },
  {
    name: "process_open_fds", type: "gauge",
    help: "Open descriptors.",
    samples: ({ process }) => [{ value: process.descriptors }],
  },
  {
    name: "process_max_fds", type: "gauge",
    help: "The most descriptors that the process may have open.",
    samples: ({ process }) => [{ value: process.maxDescriptors }],
  },
];

/** All families as text. */
export function exposition(snapshot: Snapshot): string {
  return FAMILIES.map(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples(snapshot).map((sample) => sampleLine(name, sample)),
    "",
  ].join("\n")).join("");
}

function perWorker(value: (worker: WorkerSnapshot) => number): Family["samples"] {
  return ({ workers }) =>
    workers.map((worker) => ({ labels: { worker: worker.worker }, value: value(worker) }));
}

function perWorkerAnd<Name extends string>(
  label: string, names: readonly Name[], value: (worker: WorkerSnapshot, name: Name) => number,
  more: Labels = {},
): Family["samples"] {
  return ({ workers }) => workers.flatMap((worker) => names.map((name) => ({
    labels: { worker: worker.worker, ...more, [label]: name }, value: value(worker, name),
  })));
}

function histogram({ worker, metrics: { durations, durationSum } }: WorkerSnapshot): Sample[] {
  let count = 0;
  const buckets = durations.map((inBucket, i) => ({
    suffix: "_bucket",
    labels: { worker, le: DURATION_BOUNDS[i] ?? "+Inf" },
    value: (count += inBucket),
  }));
  return [
    ...buckets,
    { suffix: "_sum", labels: { worker }, value: durationSum },
    { suffix: "_count", labels: { worker }, value: count },
  ];
}

function sampleLine(name: string, { suffix = "", labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
  const number = value === Infinity ? "+Inf" : String(value);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${number}`;
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));
}
