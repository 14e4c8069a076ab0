// The cache of representations: a set-associative table by canonical path and content coding. What
// is in it may be out of date: select.ts decides when it is compared with its file again.

import { align, Arena } from "../bytes/arena";
import { equals } from "../bytes/compare";
import { hashBytes } from "../bytes/hash";
import { ContentCoding } from "../http/coding";
import { TICK_MS } from "../platform/clock";
import { close } from "../platform/imports";
import { metrics } from "../platform/metrics";
import { Misses } from "./misses";
import { Resource, ResourceState } from "./resource";
import { BlockOwner, Ring } from "./ring";

const WAYS: i32 = 8;
const SETS: i32 = 2048;

/**
 * In ticks of 100 ms: a file that nobody has asked for so long is closed. Open, it would keep its
 * place on the disk when it is deleted.
 */
const MAX_UNUSED: u32 = 50;
const NEVER: u32 = u32.MAX_VALUE;

export class Cache extends BlockOwner {
  readonly misses: Misses;
  private table: usize;
  /** The hash of each resource in the table: those of a set lie together in half a cache line. */
  private hashes: usize;
  private ring: Ring;
  /** Resources with an open file, in a ring of their own: the hand points at the next to close. */
  private openFiles: StaticArray<usize>;
  private hand: i32 = 0;
  /** The tick at which some of these may have to be closed. */
  private closingDue: u32 = NEVER;

  /** What a cache with these limits takes from the arena. */
  static arenaSize(size: u32): usize {
    const perResource = offsetof<Resource>() + sizeof<u32>();
    return align(size) + <usize>(WAYS * SETS) * perResource + Misses.ARENA_SIZE;
  }

  constructor(arena: Arena, size: u32, maxOpenFiles: i32) {
    super();
    this.misses = new Misses(arena);
    this.table = arena.take(<usize>(WAYS * SETS) * offsetof<Resource>());
    this.hashes = arena.take(<usize>(WAYS * SETS) * sizeof<u32>());
    const ringSize = <u32>align(size);
    this.ring = new Ring(arena.take(ringSize), ringSize);
    this.openFiles = new StaticArray<usize>(maxOpenFiles);
  }

  /** How much of its memory is in use. */
  get bytes(): u32 {
    return this.ring.used;
  }

  /** The valid resource for this path in this coding, or null. */
  find(path: usize, length: u32, coding: ContentCoding): Resource | null {
    const hash = hashBytes(path, length, coding);
    const first = firstOf(hash);
    for (let index = first; index < first + WAYS; index++) {
      if (load<u32>(this.hashOf(index)) != hash) continue;
      const resource = this.at(index);
      if (
        resource.state == ResourceState.Valid &&
        resource.keyLength == length &&
        resource.coding == <u8>coding &&
        equals(resource.block, path, length)
      ) {
        return resource;
      }
    }
    return null;
  }

  /**
   * A cleared resource for this path in this coding, to be filled and then published with `insert`;
   * null when everything is lent.
   */
  reserve(path: usize, length: u32, coding: ContentCoding): Resource | null {
    const hash = hashBytes(path, length, coding);
    const index = this.findRoom(hash);
    if (index < 0) return null;
    const resource = this.at(index);
    if (resource.state != ResourceState.Free) this.displace(resource);
    store<u32>(this.hashOf(index), hash);
    memory.fill(changetype<usize>(resource), 0, offsetof<Resource>());
    resource.keyLength = <u16>length;
    resource.coding = <u8>coding;
    resource.fd = -1;
    return resource;
  }

  /** A block for a reserved resource, with its key in place; false when there is no room. */
  allocate(resource: Resource, path: usize, length: u32): bool {
    const owner = changetype<usize>(resource);
    const block = this.ring.allocate(resource.keyLength + length, owner, this);
    if (block == 0) return false;
    resource.block = block;
    memory.copy(block, path, resource.keyLength);
    return true;
  }

  /** Gives up a reserved resource that has its block; its file is the caller's to close. */
  cancel(resource: Resource): void {
    this.ring.free(resource.block);
    resource.fd = -1;
  }

  /** Makes a filled resource valid; false, and cancelled, when its open file is one too many. */
  insert(resource: Resource, now: u32): bool {
    if (resource.fd >= 0 && !this.admitFile(resource)) {
      this.cancel(resource);
      return false;
    }
    resource.checked = now;
    resource.state = ResourceState.Valid;
    if (resource.fd >= 0) this.closingDue = min(this.closingDue, now + MAX_UNUSED);
    metrics.entries++;
    return true;
  }

  /** How long the loop may wait at the tick `now`, `timeoutMs` at most, −1 being for ever. */
  waitTime(timeoutMs: i32, now: u32): i32 {
    if (this.closingDue == NEVER) return timeoutMs;
    const wait = this.closingDue > now ? <i32>((this.closingDue - now) * TICK_MS) : 0;
    return timeoutMs < 0 ? wait : min(timeoutMs, wait);
  }

  /** To be called once a turn: closes the files that nobody has asked for lately. */
  closeUnused(now: u32): void {
    if (now < this.closingDue) return;
    this.closingDue = NEVER;
    for (let i = 0; i < this.openFiles.length; i++) {
      const resource = changetype<Resource>(this.openFiles[i]);
      if (changetype<usize>(resource) == 0 || resource.fd < 0) continue;
      const lastUsed = resource.leases > 0 ? now : resource.checked;
      if (now - lastUsed >= MAX_UNUSED) this.drop(resource);
      else this.closingDue = min(this.closingDue, lastUsed + MAX_UNUSED);
    }
  }

  /** The resource is out of date: nobody finds it any more, and it goes when nobody holds it. */
  invalidate(resource: Resource): void {
    if (resource.leases > 0) resource.state = ResourceState.Stale;
    else this.drop(resource);
  }

  retain(resource: Resource): void {
    resource.leases++;
  }

  release(resource: Resource): void {
    resource.leases--;
    if (resource.leases == 0 && resource.state == ResourceState.Stale) this.drop(resource);
  }

  evict(owner: usize): bool {
    const resource = changetype<Resource>(owner);
    if (resource.leases > 0) return false;
    this.displace(resource);
    return true;
  }

  /** Drops what is valid to make room. */
  private displace(resource: Resource): void {
    metrics.evictions++;
    this.drop(resource);
  }

  private drop(resource: Resource): void {
    this.ring.free(resource.block);
    if (resource.fd >= 0) {
      close(resource.fd);
      resource.fd = -1;
    }
    resource.state = ResourceState.Free;
    metrics.entries--;
  }

  /** Notes an open file, closing the oldest that is not lent. */
  private admitFile(resource: Resource): bool {
    const length = this.openFiles.length;
    for (let tried = 0; tried < length; tried++) {
      const place = this.hand;
      this.hand = place + 1 == length ? 0 : place + 1;
      const other = changetype<Resource>(this.openFiles[place]);
      // A place outlives its resource; the same record may come back as another one.
      const isOccupied = changetype<usize>(other) != 0 && other != resource && other.fd >= 0;
      if (isOccupied && other.leases > 0) continue;
      if (isOccupied) this.displace(other);
      this.openFiles[place] = changetype<usize>(resource);
      return true;
    }
    return false;
  }

  /**
   * Room for a resource with this hash, or −1. When its set is all lent, perhaps to slow clients of
   * older versions of one file, it lies in another set: there nobody finds it, and it serves one
   * request.
   */
  private findRoom(hash: u32): i32 {
    for (let skipped = 0; skipped < WAYS * SETS; skipped += WAYS) {
      const index = this.findRoomIn((firstOf(hash) + skipped) % (WAYS * SETS));
      if (index >= 0) return index;
    }
    return -1;
  }

  /**
   * In the set that begins at `first`: a free resource, or one of those that are not lent, or −1. First
   * one that is in this set for want of room in its own, which nobody finds; else the oldest.
   */
  private findRoomIn(first: i32): i32 {
    let oldest = -1;
    for (let index = first; index < first + WAYS; index++) {
      const resource = this.at(index);
      if (resource.state == ResourceState.Free) return index;
      if (resource.leases > 0) continue;
      if (firstOf(load<u32>(this.hashOf(index))) != first) return index;
      if (oldest < 0 || resource.checked < this.at(oldest).checked) oldest = index;
    }
    return oldest;
  }

  private at(index: i32): Resource {
    return changetype<Resource>(this.table + <usize>index * offsetof<Resource>());
  }

  private hashOf(index: i32): usize {
    return this.hashes + <usize>index * sizeof<u32>();
  }
}

/** The first resource of the set for a hash. */
function firstOf(hash: u32): i32 {
  return (hash & (SETS - 1)) * WAYS;
}
