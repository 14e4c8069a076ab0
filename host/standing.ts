// How a worker's place is doing, for those who watch the server from outside.

import { type Account, addAccounts } from "./account.js";

export interface Standing {
  /** `up` has answered just now; `down` has not; `ended` was told to, and has nothing to answer. */
  state: "up" | "down" | "ended";
  /** All work of those who had the place; of the present one as of its last answer. */
  account: Account;
  /** How many guests have failed there, and how many have been replaced. */
  failures: number;
  replacements: number;
}

/** Those of the same places in an earlier generation of workers and in a later one. */
export function addStandings(
  earlier: readonly Standing[], later: readonly Standing[],
): Standing[] {
  const [most, fewest] = later.length < earlier.length ? [earlier, later] : [later, earlier];
  return most.map((standing, i) => {
    const other = fewest[i];
    return {
      // A place that the later generation has no more is nobody's.
      state: later[i]?.state ?? "ended",
      account: other ? addAccounts(standing.account, other.account) : standing.account,
      failures: standing.failures + (other?.failures ?? 0),
      replacements: standing.replacements + (other?.replacements ?? 0),
    };
  });
}
