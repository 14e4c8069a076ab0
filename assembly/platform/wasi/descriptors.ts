// Descriptors as the rest of the guest knows them, small numbers, over the handles that a component is
// given for each resource. What a descriptor is made of is the business of the file that makes it.

import { EBADF, EMFILE } from "../errno";

/** What ends a descriptor answers 0, or this if that takes time: it calls `freeDescriptor` then. */
export const LATER: i32 = 1;

/** A place in the table. Each kind of descriptor has a class that extends this, up to SIZE bytes. */
@unmanaged
export class Descriptor {
  /** Index in the function table of what ends one of this kind. */
  end: u32;
  /** Of the free places: the next one. */
  next: i32;
  /** The resource, of whatever type. */
  handle: u32;
}

/** Bytes of a place. */
const SIZE: usize = 48;

let table: usize = 0;
let capacity: i32 = 0;
/** The first free place; behind the last of them come those that were never in use. */
let free: i32 = -1;
let reached: i32 = 0;

/** Takes the memory for `count` descriptors: once, at the start. */
export function reserveDescriptors(count: i32): void {
  table = heap.alloc(<usize>count * SIZE);
  capacity = count;
}

export function descriptorAt(fd: i32): Descriptor {
  return changetype<Descriptor>(table + <usize>fd * SIZE);
}

/** A new descriptor of which only `end` and `handle` are set; −EMFILE when there are no more. */
export function takeDescriptor(handle: u32, end: (descriptor: Descriptor) => i32): i32 {
  const fd = free >= 0 ? free : reached;
  if (fd == capacity) return -EMFILE;
  const descriptor = descriptorAt(fd);
  if (fd == free) free = descriptor.next;
  else reached++;
  memory.fill(changetype<usize>(descriptor), 0, SIZE);
  descriptor.end = end.index;
  descriptor.handle = handle;
  return fd;
}

/** Gives back what belongs to a descriptor, and its number. */
export function close(fd: i32): i32 {
  if (<u32>fd >= <u32>reached) return -EBADF;
  const descriptor = descriptorAt(fd);
  if (descriptor.end == 0) return -EBADF;
  if (call_indirect<i32>(descriptor.end, descriptor) == LATER) descriptor.end = 0;
  else freeDescriptor(descriptor);
  return 0;
}

export function freeDescriptor(descriptor: Descriptor): void {
  descriptor.end = 0;
  descriptor.next = free;
  free = <i32>((changetype<usize>(descriptor) - table) / SIZE);
}
