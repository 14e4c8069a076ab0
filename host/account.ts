// What guests say of their work.

import { addCounters, type Counters, NO_COUNTERS } from "./counters.js";
import type { Progress } from "./progress.js";

export interface Account {
  counters: Counters;
  /** Of the mode `load`. */
  progress?: Progress;
}

export const NO_ACCOUNT: Account = { counters: NO_COUNTERS };

/** The work of two instances; only one of them can have made a load. */
export function addAccounts(a: Account, b: Account): Account {
  const counters = addCounters(a.counters, b.counters);
  const progress = b.progress ?? a.progress;
  return progress ? { counters, progress } : { counters };
}
