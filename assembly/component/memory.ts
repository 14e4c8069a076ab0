// Memory between the component and its caller. What the caller passes and what it is given lie one
// behind the other from the start of the heap; when it has read its result all is free again. So no
// call costs an allocator, or finds anything of another.

const PAGE: usize = 65536;

let top: usize = __heap_base;

/** The next `size` bytes. Without memory it traps, as the component model has it. */
export function allocate(size: usize, alignment: usize): usize {
  const block = (top + alignment - 1) & ~(alignment - 1);
  const end = block + size;
  const room = <usize>memory.size() * PAGE;
  if (end < top) unreachable();
  if (end > room && memory.grow(<i32>((end - room + PAGE - 1) / PAGE)) < 0) unreachable();
  top = end;
  return block;
}

/** Frees everything. */
export function release(): void {
  top = __heap_base;
}
