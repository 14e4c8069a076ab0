// Where a host puts what it returns. By the Canonical ABI of components it asks the module for memory,
// `cabi_realloc`, whenever it returns a list. Here each call that returns one says beforehand where it
// is to lie, so nothing is allocated for it while serving.

/** What is left of the place for lists; none is the heap. */
let at: usize = 0;
let end: usize = 0;

/** Results of calls: none of those that are used has more than 104 bytes. */
export const result = memory.data(104, 8);

/** The lists of the next call lie one behind the other in the `size` bytes at `place`. */
export function expectLists(place: usize, size: usize): void {
  at = place;
  end = place + size;
}

/** Those of the next call lie on the heap, and stay there: only at the start. */
export function expectLasting(): void {
  at = 0;
  end = 0;
}

/** A host that returns more than it was asked for ends the instance. */
export function cabi_realloc(from: usize, fromSize: usize, alignment: usize, size: usize): usize {
  const block = take(alignment, size);
  if (from != 0) memory.copy(block, from, min(fromSize, size));
  return block;
}

function take(alignment: usize, size: usize): usize {
  if (at == 0) return heap.alloc(size);
  const block = (at + alignment - 1) & ~(alignment - 1);
  if (block + size > end) unreachable();
  at = block + size;
  return block;
}

/** Of a `result` type: is it the error? */
export function isError(): bool {
  return load<u8>(result) != 0;
}

/** The strings of a list that was returned, whose items are so many strings each. */
export function textsOfResult(perItem: i32): string[] {
  const list = load<usize>(result);
  const count = load<i32>(result, 4) * perItem;
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = list + (<usize>i << 3);
    texts.push(String.UTF8.decodeUnsafe(load<usize>(text), load<u32>(text, 4)));
  }
  return texts;
}
