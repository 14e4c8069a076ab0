// Records of numbers in the guest's memory, each an f64 (docs/abi.md): counters and progress.

/** Reads the record at `pointer`, whose numbers have these names in this order. */
export function readRecord<Name extends string>(
  names: readonly Name[], memory: ArrayBuffer, pointer: number,
): Record<Name, number> {
  const record = new DataView(memory, pointer);
  return fromEach(names, (_, index) =>
    record.getFloat64(index * Float64Array.BYTES_PER_ELEMENT, true),
  );
}

/** A number for each name. */
export function fromEach<Name extends string>(
  names: readonly Name[], value: (name: Name, index: number) => number,
): Record<Name, number> {
  const pairs = names.map((name, index) => [name, value(name, index)]);
  return Object.fromEntries(pairs) as Record<Name, number>;
}
