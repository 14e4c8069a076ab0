// Numbers as people write and read them: durations, sizes, plurals. Reading is strict: what is
// not one of the written forms is `undefined`, never a guess.

const DURATION_UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZE_UNITS: Record<string, number> = { g: 2 ** 30, m: 2 ** 20, k: 2 ** 10 };

/** Reads a decimal whole number without sign. */
export function parseCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads `10s`, `500ms`, `1.5m`, `2h` or bare seconds; returns milliseconds. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  return whole(Number(number) * (DURATION_UNITS[unit] ?? NaN));
}

/** Reads bytes with an optional unit of 1024: `64k`, `64KiB`, `1.5m`, `1g`, `300`, `300B`. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(?:b|([kmg])(?:ib)?)?$/i.exec(text) ?? [];
  return whole(Number(number) * (unit ? (SIZE_UNITS[unit.toLowerCase()] ?? NaN) : 1));
}

/** A duration in the form in which it is typed: `10s`, `1m`, `500ms`. */
export function showDuration(ms: number): string {
  for (const unit of ["h", "m", "s"]) {
    const size = DURATION_UNITS[unit] ?? NaN;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return ms === 0 ? "0s" : `${ms}ms`;
}

/** A size in the form in which it is typed, always exact: `16k`, `65535`. */
export function showSize(bytes: number): string {
  for (const [unit, size] of Object.entries(SIZE_UNITS)) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** A size to be read, rounded: `41.3 MiB`. */
export function describeSize(bytes: number): string {
  for (const [unit, size] of Object.entries(SIZE_UNITS)) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit.toUpperCase()}iB`;
  }
  return count(bytes, "byte");
}

/** A time span to be read: `0.4 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function describeDuration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 request`, `2 requests`, `12,345 requests`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `12,345`. Not by `toLocaleString`: the first call of that loads ICU, for some 15 ms. */
export function grouped(number: number): string {
  return String(number).replace(/(?<=\d)(?=(\d{3})+$)/g, ",");
}

function whole(number: number): number | undefined {
  const rounded = Math.round(number);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}
