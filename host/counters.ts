// The guest's own account of its work since its start: the counters record of docs/abi.md.

const NAMES = ["requests", "connections", "bytes", "open", "busy", "refused"] as const;

/** `open` and `busy` are as of now: connections, and those of them with a request in progress. */
export type Counters = Readonly<Record<(typeof NAMES)[number], number>>;

export const NO_COUNTERS = fromEach(() => 0);

/** Reads the record at `pointer`. */
export function readCounters(memory: ArrayBuffer, pointer: number): Counters {
  const record = new DataView(memory, pointer);
  return fromEach((_, index) => record.getFloat64(index * Float64Array.BYTES_PER_ELEMENT, true));
}

/** The work of two instances. */
export function addCounters(a: Counters, b: Counters): Counters {
  return fromEach((name) => a[name] + b[name]);
}

function fromEach(value: (name: keyof Counters, index: number) => number): Counters {
  return Object.fromEntries(NAMES.map((name, i) => [name, value(name, i)])) as Counters;
}
