// The scenarios of the table: the servers side by side, measured in interleaved rounds.

import { closeAll, Contest, measure, openAll, runRounds, say } from "./measure.js";
import { tableColumns } from "./report.js";
import { summarise } from "./statistics.js";

export async function runTable(scenario, options) {
  const contest = new Contest(await openAll(scenario, options));
  const opened = contest.entries;
  try {
    await runRounds(contest, options, (entry, milliseconds) =>
      measure(entry, scenario, options, milliseconds));
  } finally {
    await closeAll(opened);
  }
  const { entries, absent } = contest;
  if (entries.length === 0) return null;
  const pick = ({ name, version, rounds }) => ({ name, version, rounds });
  const results = summarise(entries.map(pick));
  warnOfOthers(results.map(({ summary }) => summary));
  return {
    data: { results, absent },
    tables: [{ columns: tableColumns, rows: results }],
    notes: [describeRounds(scenario, options)],
  };
}

/** The sentence about the method under each result. */
export function describeRounds(scenario, { rounds, slice, connections, cpus }) {
  return (
    `Median of ${rounds} interleaved rounds of ${slice} ms, ` +
    `${scenario.connections ?? connections} connections, server on CPU ${cpus.server}, ` +
    `load on CPU ${cpus.load}. How it is measured: bench/README.md.`
  );
}

export function warnOfOthers(summaries) {
  if (summaries.every(({ others }) => others <= 0.05)) return;
  say("warning: other programs used the server's CPU; measure again when the machine is quiet");
}
