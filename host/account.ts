// What guests say of their work.

import { addCounters, type Counters, NO_COUNTERS } from "./counters.js";
import { addMetrics, type MetricsRecord, NO_METRICS, settleMetrics } from "./metrics.js";
import type { Progress } from "./progress.js";

export interface Account {
  counters: Counters;
  /** CPU time of the thread, user and system. */
  cpuSeconds: number;
  /** Of the mode `serve`. */
  metrics?: MetricsRecord;
  /** Of the mode `load`. */
  progress?: Progress;
}

export const NO_ACCOUNT: Account = { counters: NO_COUNTERS, cpuSeconds: 0 };

/** The work of two instances; only one of them can have made a load. */
export function addAccounts(a: Account, b: Account): Account {
  const sum: Account = {
    counters: addCounters(a.counters, b.counters),
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
  };
  if (a.metrics || b.metrics) {
    sum.metrics = addMetrics(a.metrics ?? NO_METRICS, b.metrics ?? NO_METRICS);
  }
  const progress = b.progress ?? a.progress;
  return progress ? { ...sum, progress } : sum;
}

/** The account of an instance that is gone; what was still open counts as cut off. */
export function settleAccount(account: Account): Account {
  return account.metrics ? { ...account, metrics: settleMetrics(account.metrics) } : account;
}
