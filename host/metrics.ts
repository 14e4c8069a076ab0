// What the guest of the web server counts besides its counters: the metrics record of docs/abi.md.
// As numbers in a row, in which dead guests can be summed.

import { fromEach } from "./record.js";

/** Of the moment: a guest that is gone has none. */
const GAUGES = ["idle", "receiving", "sending", "lingering", "entries", "entryBytes"] as const;
const SINGLES = [
  "hits", "revalidations", "misses", "negativeHits", "evictions", "durationSum", ...GAUGES,
] as const;

/** Numbers of http/method.ts that have a name of their own; all others are one. */
const METHODS = { GET: 1, HEAD: 2, OPTIONS: 7 } as const;
const METHOD_COUNT = 10;
const OTHER = "other";

export const METHOD_NAMES = [...Object.keys(METHODS), OTHER];
export const STATUS_CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const;

/** Upper bounds of the durations in seconds; what is longer than the last is in one more bucket. */
export const DURATION_BOUNDS: readonly number[] = [
  1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5,
  10, 20, 50, 100,
];

const REPLIES = SINGLES.length;
const DURATIONS = REPLIES + METHOD_COUNT * STATUS_CLASSES.length;
const LENGTH = DURATIONS + DURATION_BOUNDS.length + 1;

/** The record as it is. */
export type MetricsRecord = Float64Array;

export const NO_METRICS: MetricsRecord = new Float64Array(LENGTH);

/** What it says. */
export interface Metrics extends Readonly<Record<(typeof SINGLES)[number], number>> {
  /** By method name, then by status class. */
  readonly replies: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How many were in each bucket, and not in those before. */
  readonly durations: readonly number[];
  /** Of all durations, in seconds. */
  readonly durationSum: number;
}

/** Copies the record at `pointer`. */
export function copyMetrics(memory: ArrayBuffer, pointer: number): MetricsRecord {
  return new Float64Array(memory.slice(pointer, pointer + LENGTH * Float64Array.BYTES_PER_ELEMENT));
}

/** The work of two guests. */
export function addMetrics(a: MetricsRecord, b: MetricsRecord): MetricsRecord {
  return a.map((value, i) => value + (b[i] ?? 0));
}

/** Of a guest that is gone. */
export function settleMetrics(record: MetricsRecord): MetricsRecord {
  const gauges = new Set<number>(GAUGES.map((name) => SINGLES.indexOf(name)));
  return record.map((value, i) => (gauges.has(i) ? 0 : value));
}

/** Reads a record. */
export function readMetrics(record: MetricsRecord): Metrics {
  const singles = fromEach(SINGLES, (_, i) => record[i] ?? 0);
  const replies: Record<string, Record<string, number>> = {};
  for (const name of METHOD_NAMES) replies[name] = fromEach(STATUS_CLASSES, () => 0);
  for (let method = 0; method < METHOD_COUNT; method++) {
    const name = METHOD_NAMES[Object.values<number>(METHODS).indexOf(method)] ?? OTHER;
    STATUS_CLASSES.forEach((status, i) => {
      const count = record[REPLIES + method * STATUS_CLASSES.length + i] ?? 0;
      const row = replies[name] as Record<string, number>;
      row[status] = (row[status] ?? 0) + count;
    });
  }
  const durations = [...record.subarray(DURATIONS, LENGTH)];
  return { ...singles, durationSum: singles.durationSum / 1e9, replies, durations };
}
