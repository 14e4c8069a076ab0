// From rounds to one line per server. A ratio is taken within each round, between measurements
// that are no more than a round apart, and the median of those counts: a machine that gets slower or
// faster in between does not bend it.

/** The value that this part of them is below; linear between neighbours. */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}

export const median = (values) => quantile(values, 0.5);
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const middleHalf = (values) => quantile(values, 0.75) - quantile(values, 0.25);

/** How far apart the middle half of the values is, as a part of their median. */
export const spread = (values) => middleHalf(values) / median(values);

/**
 * Half the width of what the median of endless rounds lies in with 95 % confidence, whatever the
 * distribution: from the values at n ÷ 2 ± 0.98 √n in their order. null: too few to tell.
 */
function uncertainty(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const reach = 0.98 * Math.sqrt(sorted.length);
  const least = Math.floor(half - reach);
  if (least < 1) return null;
  return (sorted[sorted.length - least] - sorted[least - 1]) / 2;
}

/** Adds `summary` to each result and returns them, the cheapest first, the floor at the top. */
export function summarise(results) {
  for (const result of results) result.summary = summaryOf(result.rounds);
  const floor = results.find((result) => result.name === "floor");
  const peers = results.filter((result) => !["floor", "epollux"].includes(result.name));
  const bestPeer = peers.sort((a, b) => a.summary.cpu - b.summary.cpu)[0];
  for (const result of results) {
    result.summary.toFloor = floor ? compareRounds(result.rounds, floor.rounds) : null;
    result.summary.toBestPeer =
      bestPeer && result !== floor ? compareRounds(result.rounds, bestPeer.rounds) : null;
  }
  return results.sort((a, b) => (b === floor) - (a === floor) || a.summary.cpu - b.summary.cpu);
}

function summaryOf(rounds) {
  const all = (key) => rounds.map((round) => round[key]);
  const cpu = median(all("cpu"));
  // What the kernel tells in ticks: a round has few of them, all rounds together enough.
  const part = (key) => (cpu * mean(all(key))) / mean(all("cpu"));
  return {
    cpu,
    spread: spread(all("cpu")),
    user: part("user"),
    system: part("system"),
    others: Math.max(0, mean(all("others"))),
    unasked: mean(all("unasked")),
    requestsPerSecond: median(all("requestsPerSecond")),
    busy: median(all("busy")),
    errors: rounds.reduce((sum, round) => sum + round.errors, 0),
  };
}

/** How many times what others cost that were made beside them, round by round. */
export function compareRounds(rounds, base) {
  const ratios = rounds.map(({ cpu }, i) => cpu / base[i].cpu);
  return { ratio: median(ratios), uncertainty: uncertainty(ratios) };
}

/** The summary of rounds, with their ratio to the rounds of another that they were made beside. */
export function compare(rounds, base) {
  return { ...summaryOf(rounds), ...compareRounds(rounds, base) };
}
