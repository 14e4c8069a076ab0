// What happened between two snapshots of the server (docs/metrics.md), as one point of the charts.

const CLASSES = ["2xx", "3xx", "4xx", "5xx"];
const CONDITIONS = ["idle", "receiving", "sending", "lingering"];
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 };

/** The open connections of a worker's metrics, or of a point. */
export function openConnections(numbers) {
  return CONDITIONS.reduce((sum, name) => sum + numbers[name], 0);
}

/** The whole server. Null is what nothing can be said of. */
export function serverPoint(before, now) {
  const rates = now.workers.map((worker, i) => workerRates(before, now, i));
  const seconds = now.time - before.time;
  const sum = (name) => rates.reduce((total, each) => total + each[name], 0);
  const lookups = sum("lookups");
  const durations = now.durationBounds.concat(Infinity).map((_, bucket) =>
    rates.reduce((total, each) => total + each.durations[bucket], 0));
  return {
    time: now.time,
    ...mapNames(CLASSES, (name) => sum(name)),
    requests: sum("requests"),
    ...mapNames(CONDITIONS, (name) =>
      now.workers.reduce((total, { metrics }) => total + metrics[name], 0)),
    sent: sum("sent"),
    hitRatio: lookups > 0 ? sum("hits") / lookups : null,
    cpu: (now.process.cpuSeconds - before.process.cpuSeconds) / seconds,
    busiest: Math.max(...rates.map(({ cpu }) => cpu)),
    ...mapNames(Object.keys(QUANTILES), (name) =>
      quantile(durations, now.durationBounds, QUANTILES[name])),
  };
}

/** One worker, all but its durations per second. */
export function workerRates(before, now, index) {
  const [old, fresh] = [before.workers[index], now.workers[index]];
  const seconds = now.time - before.time;
  const rate = (read) => (read(fresh) - read(old)) / seconds;
  const byClass = mapNames(CLASSES, (name) => rate((worker) => repliesOf(worker, name)));
  const found = ({ metrics }) => metrics.hits + metrics.negativeHits;
  const lookups = ({ metrics }) =>
    metrics.hits + metrics.negativeHits + metrics.revalidations + metrics.misses;
  return {
    ...byClass,
    requests: CLASSES.reduce((sum, name) => sum + byClass[name], 0),
    sent: rate(({ sentBytes }) => sentBytes),
    hits: rate(found),
    lookups: rate(lookups),
    cpu: rate(({ cpuSeconds }) => cpuSeconds),
    durations: fresh.metrics.durations.map((count, i) => count - old.metrics.durations[i]),
  };
}

/** Can the one be subtracted from the other? Not when the server was started anew in between. */
export function isComparable(before, now) {
  return before.build.startTime === now.build.startTime &&
    before.workers.length === now.workers.length && now.time > before.time;
}

/** Replies of a class since the start, of all methods. */
export function repliesOf({ metrics }, name) {
  return Object.values(metrics.replies).reduce((sum, byClass) => sum + byClass[name], 0);
}

/** Within a bucket as if its values were spread evenly, as PromQL does. */
function quantile(counts, bounds, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [i, count] of counts.entries()) {
    const low = bounds[i - 1] ?? 0;
    if (count > 0 && left <= count) return low + ((bounds[i] ?? low) - low) * (left / count);
    left -= count;
  }
  return bounds.at(-1);
}

function mapNames(names, value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}
