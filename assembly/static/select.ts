// The selected representation (RFC 9110 §3.2): the resource for a path, in the content coding that
// the request likes best among those that lie beside the file. What the cache holds is used while
// it is fresh; else the file is opened again and compared. However a path is written, its file is
// there once: with a key for each spelling one client could fill the cache with a single file.

import { chooseCoding, ContentCoding } from "../http/coding";
import { KnownField } from "../http/known-field";
import { Request } from "../http/request";
import { Clock } from "../platform/clock";
import { close, fstat } from "../platform/imports";
import { StatRecord } from "../platform/layout";
import { metrics } from "../platform/metrics";
import { Cache } from "./cache";
import { loadFailure, loadResource } from "./load";
import { findSiblings, IS_DIRECTORY, opened, openFile, openSibling } from "./open";
import { canonical, isCanonical, resolve } from "./resolve";
import { Resource } from "./resource";

/** In ticks of 100 ms: what was checked longer ago is checked again, so within a second. */
const FRESHNESS: u32 = 9;

/** The facts of an open file. */
const facts = changetype<StatRecord>(memory.data(48));

export class Selector {
  /** Why the last selection gave nothing: what `resolve` or `openFile` answered. */
  failure: i32 = 0;

  constructor(
    private cache: Cache,
    private clock: Clock,
  ) {}

  /** The representation for the request path at `path`, or null: `failure` then tells why. */
  select(request: Request, input: usize, path: usize, length: u32): Resource | null {
    if (!isCanonical(path, length)) {
      const resolved = resolve(path, length);
      if (resolved < 0) {
        this.failure = resolved;
        return null;
      }
      path = canonical;
      length = resolved;
    }
    const resource = this.uncoded(path, length, request.has(KnownField.AcceptEncoding));
    if (!resource || resource.codings == 0) return resource;
    const coding = chooseCoding(request, input, resource.codings);
    if (coding == ContentCoding.Identity) return resource;
    // What makes room for the coded one must not be what is sent for want of it.
    this.cache.retain(resource);
    const coded = this.coded(path, length, coding);
    this.cache.release(resource);
    return coded ? coded : resource;
  }

  /**
   * The file itself. Whether coded siblings have come or gone is looked up again only for a request
   * that could use one: that takes as many calls as there are codings.
   */
  private uncoded(path: usize, length: u32, mayBeCoded: bool): Resource | null {
    const resource = this.cache.find(path, length, ContentCoding.Identity);
    if (resource && this.isCurrent(resource)) {
      if (!mayBeCoded || this.isFresh(resource.siblingsChecked)) return hit(resource);
    }
    const fd = resource ? openFile(path, length) : this.open(path, length);
    if (fd < 0) {
      if (resource) {
        // Nobody can look at the file now: what it was lately is better than nothing.
        if (fd == -503 && isIntact(resource)) return resource;
        this.cache.invalidate(resource);
      }
      this.failure = fd;
      return null;
    }
    const codings = resource && !mayBeCoded ? resource.codings : findSiblings();
    const current = this.refresh(resource, path, length, ContentCoding.Identity, codings, fd);
    if (current && (mayBeCoded || !resource)) current.siblingsChecked = this.clock.tick;
    return current;
  }

  /** Opens what the cache does not hold, unless it was looked for just now and is not there. */
  private open(path: usize, length: u32): i32 {
    const misses = this.cache.misses;
    const miss = misses.find(path, length);
    if (miss && this.isFresh(miss.checked)) {
      metrics.negativeHits++;
      return miss.failure;
    }
    const fd = openFile(path, length);
    if (fd < 0) metrics.misses++;
    if (fd == IS_DIRECTORY || fd == -404) misses.note(path, length, fd, this.clock.tick);
    return fd;
  }

  private coded(path: usize, length: u32, coding: ContentCoding): Resource | null {
    const resource = this.cache.find(path, length, coding);
    if (resource && this.isCurrent(resource)) return hit(resource);
    const plain = openFile(path, length);
    if (plain < 0) return null;
    close(plain);
    const fd = openSibling(coding, opened.mtime, opened.mtimeNs);
    if (fd >= 0) return this.refresh(resource, path, length, coding, 0, fd);
    if (resource) this.cache.invalidate(resource);
    return null;
  }

  /** May the resource be used without opening its file again? */
  private isCurrent(resource: Resource): bool {
    return this.isFresh(resource.checked) && isIntact(resource);
  }

  private isFresh(checked: u32): bool {
    return this.clock.tick - checked < FRESHNESS;
  }

  /** The resource for the open file `fd`: the one at hand if it is of this file, or a new one. */
  private refresh(
    resource: Resource | null,
    path: usize,
    length: u32,
    coding: ContentCoding,
    codings: u8,
    fd: i32,
  ): Resource | null {
    if (resource) {
      // Last-Modified differs from the file's time while that lies in the future.
      const time = <i64>opened.mtime;
      const isTimely = time == resource.lastModified || time > this.clock.seconds;
      if (isTimely && resource.isOf(opened) && resource.codings == codings) {
        close(fd);
        resource.checked = this.clock.tick;
        metrics.revalidations++;
        return resource;
      }
      this.cache.invalidate(resource);
    }
    metrics.misses++;
    const loaded = loadResource(this.cache, path, length, coding, codings, fd, this.clock);
    if (!loaded) this.failure = loadFailure;
    return loaded;
  }
}

/**
 * Is its content what its fields say? One whose file is open is looked at every time, for its content
 * is not here: it is what sendfile sends.
 */
function isIntact(resource: Resource): bool {
  if (resource.fd < 0) return true;
  return fstat(resource.fd, changetype<usize>(facts)) >= 0 && resource.isOf(facts);
}

function hit(resource: Resource): Resource {
  metrics.hits++;
  return resource;
}
