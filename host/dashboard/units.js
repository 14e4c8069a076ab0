// Numbers for people: three digits that count, and a unit that suits.

const SECONDS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"]];
const BYTES = [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]];
const COUNTS = [[1e9, "G"], [1e6, "M"], [1e5, "k", 1e3], [1, ""]];

/** What stands where there is nothing to tell. */
export const NONE = "–";

export const showCount = (number) => show(number, COUNTS, "");
export const showBytes = (number) => show(number, BYTES, "\u202f");
export const showSeconds = (number) => show(number, SECONDS, "\u202f");
export const showShare = (share) => (share === null ? NONE : `${digits(100 * share)}\u202f%`);
export const showWhole = (number) => (number === null ? NONE : number.toLocaleString("en-US"));

/** `3 d 4 h`, `2 h 5 min`, `3 min 20 s`, `42 s`. */
export function showUptime(seconds) {
  const parts = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  let left = Math.floor(seconds);
  return parts.slice(first, first + 2).map(([size, unit]) => {
    const number = Math.floor(left / size);
    left -= number * size;
    return `${number} ${unit}`;
  }).join(" ");
}

/** `units` from the greatest to the least: from which number on, its name, its size if another. */
function show(number, units, space) {
  if (number === null) return NONE;
  const [from, name, size = from] = units.find(([least]) => number >= least) ?? units.at(-1);
  return `${digits(number / size)}${name && space}${name}`;
}

function digits(number) {
  if (number === 0) return "0";
  if (number >= 100) return Math.round(number).toLocaleString("en-US");
  return String(Number(number.toPrecision(3)));
}
