// From rounds to one line per server. A ratio is taken within each round, between measurements
// that are seconds apart, and the median of those counts: a machine that gets slower or faster in
// between does not bend it.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How far apart the values are, as a part of their median. */
export function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Adds `summary` to each result and returns them, the cheapest first, the floor at the top. */
export function summarise(results) {
  for (const result of results) result.summary = summaryOf(result.rounds);
  const floor = results.find((result) => result.name === "floor");
  const peers = results.filter((result) => !["floor", "epollux"].includes(result.name));
  const bestPeer = peers.sort((a, b) => a.summary.cpu - b.summary.cpu)[0];
  for (const result of results) {
    result.summary.toFloor = floor ? ratio(result, floor) : null;
    result.summary.toBestPeer = bestPeer && result !== floor ? ratio(result, bestPeer) : null;
  }
  return results.sort((a, b) => (b === floor) - (a === floor) || a.summary.cpu - b.summary.cpu);
}

function summaryOf(rounds) {
  const of = (key) => median(rounds.map((round) => round[key]));
  return {
    cpu: of("cpu"),
    spread: spread(rounds.map((round) => round.cpu)),
    user: of("user"),
    system: of("system"),
    requestsPerSecond: of("requestsPerSecond"),
    busy: of("busy"),
    others: of("others"),
    errors: rounds.reduce((sum, round) => sum + round.errors, 0),
  };
}

/** How many times what `base` costs, round by round. */
export function ratio(result, base) {
  return median(result.rounds.map((round, i) => round.cpu / base.rounds[i].cpu));
}

/** The summary of rounds, with their ratio to the rounds of another that they were made beside. */
export function compare(rounds, base) {
  return { ...summaryOf(rounds), ratio: ratio({ rounds }, { rounds: base }) };
}
