// The state of the server at one moment: what the metrics and the dashboard are made of.

import { DURATION_BOUNDS, type Metrics, NO_METRICS, readMetrics } from "./metrics.js";
import type { Phase } from "./admin.js";
import { descriptorLimit, openDescriptors } from "./proc.js";
import { nameAndVersion } from "./program.js";
import type { Standing } from "./standing.js";

export interface Build {
  version: string;
  /** SHA-256 of server.wasm, in hexadecimal: after a reload, of the new one. */
  wasm: string;
  node: string;
  /** Of the process, in seconds since 1970. */
  startTime: number;
}

export interface WorkerSnapshot {
  /** From 1. */
  worker: number;
  state: Standing["state"];
  failures: number;
  replacements: number;
  cpuSeconds: number;
  accepted: number;
  refused: number;
  sentBytes: number;
  logDropped: number;
  metrics: Metrics;
}

export interface Snapshot {
  /** Seconds since 1970. */
  time: number;
  phase: Phase;
  build: Build;
  /** Upper bounds of the buckets in `metrics.durations`, in seconds; the last has none. */
  durationBounds: readonly number[];
  process: { cpuSeconds: number; residentBytes: number; descriptors: number; maxDescriptors: number };
  workers: WorkerSnapshot[];
}

const MAX_DESCRIPTORS = descriptorLimit();

const [, VERSION = ""] = nameAndVersion().split(" ");

/** `checksum` is that of the module; the workers in their order. */
export function makeSnapshot(checksum: string, phase: Phase, standings: Standing[]): Snapshot {
  const { user, system } = process.cpuUsage();
  return {
    time: Date.now() / 1000,
    phase,
    build: {
      version: VERSION,
      wasm: checksum,
      node: process.version,
      startTime: performance.timeOrigin / 1000,
    },
    durationBounds: DURATION_BOUNDS,
    process: {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      descriptors: openDescriptors(),
      maxDescriptors: MAX_DESCRIPTORS,
    },
    workers: standings.map(describe),
  };
}

function describe({ account, ...standing }: Standing, index: number): WorkerSnapshot {
  const { counters, cpuSeconds, metrics = NO_METRICS } = account;
  return {
    worker: index + 1,
    ...standing,
    cpuSeconds,
    accepted: counters.connections,
    refused: counters.refused,
    sentBytes: counters.bytes,
    logDropped: counters.logDropped,
    metrics: readMetrics(metrics),
  };
}
