// The scenarios of the table: the servers side by side, measured in interleaved rounds.

import { closeAll, Contest, measure, openAll, say } from "./measure.js";
import { microseconds, tableColumns } from "./report.js";
import { summarise } from "./statistics.js";

export async function runTable(scenario, options) {
  const contest = new Contest(await openAll(scenario, options));
  const opened = contest.entries;
  try {
    await runRounds(contest, scenario, options);
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
export function describeRounds(scenario, { rounds, seconds, connections, cpus }) {
  return (
    `Median of ${rounds} interleaved rounds of ${seconds} s, ` +
    `${scenario.connections ?? connections} connections, server on CPU ${cpus.server}, ` +
    `wrk on CPU ${cpus.load}. How it is measured: bench/README.md.`
  );
}

export function warnOfOthers(summaries) {
  if (summaries.every(({ others }) => others <= 0.05)) return;
  say("warning: other programs used the server's CPU; measure again when the machine is quiet");
}

async function runRounds(contest, scenario, options) {
  await contest.each(0, (entry) => measure(entry, scenario, options, options.warmUp));
  for (let round = 0; round < options.rounds; round++) {
    await contest.each(round, async (entry) => {
      entry.rounds.push(await measure(entry, scenario, options, options.seconds));
    });
    const cpuOf = ({ name, rounds }) => `${name} ${microseconds(rounds[round].cpu)}`;
    const line = contest.entries.map(cpuOf);
    say(`  round ${round + 1}/${options.rounds}: ${line.join("  ")}`);
  }
}
