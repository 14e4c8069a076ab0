// "Did you mean": the known name nearest to a mistyped one.

const FARTHEST = 2;

/** The nearest candidate that is at most two slips from `name`, if there is one. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.min(FARTHEST, Math.floor(name.length / 2));
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: countSlips(name, candidate) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best && best.slips <= limit ? best.candidate : undefined;
}

/**
 * Letters to insert, drop, replace or swap with their neighbour to get from `a` to `b`
 * (the "optimal string alignment" distance).
 */
function countSlips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = (rows[i] = [i]);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : Infinity;
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
    }
  }
  return at(a.length, b.length);
}
