// A representation the cache knows: the file it comes from, its field lines and, when it is small,
// its content. Head and content are in one block of the ring; a large file stays open instead.

import { startLength } from "../http/head";
import { Validators } from "../http/validators";
import { StatRecord } from "../platform/layout";

export const enum ResourceState {
  Free,
  Valid,
  /** Out of date, but lent to a connection: kept until it is given back. */
  Stale,
}

/** Bytes in a block that are neither key nor fields nor content. */
export const HEAD_OVERHEAD: u32 = startLength(200) + 2;

/**
 * The block; offsets in the record count from `fields`:
 * ```
 * ├ key ┼ start of a 200 ┼ Content-Type line ┼ Content-Length line ┼ validators ┼ CRLF ┼ content ┤
 *       └ head           └ fields            └ lengthStart         └ validatorsStart
 * ```
 * The key is the canonical path; the validators are Last-Modified, ETag, Accept-Ranges and
 * Cache-Control lines.
 */
@unmanaged
export class Resource {
  state: ResourceState;
  /** The content coding this is in; the coded siblings of an uncoded one, as bits. */
  coding: u8;
  codings: u8;
  leases: u32;
  /** The tick at which the file was last compared with what is here. */
  checked: u32;
  /** The tick at which its coded siblings were last looked for. */
  siblingsChecked: u32;
  block: usize;
  typeLength: u16;
  lengthStart: u16;
  validatorsStart: u16;
  tagStart: u16;
  tagLength: u16;
  fieldsLength: u16;
  keyLength: u16;
  /** The file, open while this is valid; −1 when the content is in the block. */
  fd: i32;
  size: f64;
  lastModified: i64;
  dev: u64;
  ino: u64;
  mtime: f64;
  mtimeNs: u32;
  ctimeNs: u64;

  get head(): usize {
    return this.block + this.keyLength;
  }

  get headLength(): u32 {
    return this.fieldsLength + HEAD_OVERHEAD;
  }

  get fields(): usize {
    return this.head + HEAD_OVERHEAD - 2;
  }

  get content(): usize {
    return this.head + this.headLength;
  }

  /**
   * Is the file still the one, and the version, that this was made from? Its time of modification can
   * be set to what it was, as archives and copies that keep times do; that of its change cannot.
   */
  isOf(stat: StatRecord): bool {
    return (
      this.ctimeNs == stat.ctimeNs &&
      this.mtimeNs == stat.mtimeNs &&
      this.mtime == stat.mtime &&
      this.size == stat.size &&
      this.ino == stat.ino &&
      this.dev == stat.dev
    );
  }

  setOrigin(stat: StatRecord): void {
    this.dev = stat.dev;
    this.ino = stat.ino;
    this.size = stat.size;
    this.mtime = stat.mtime;
    this.mtimeNs = stat.mtimeNs;
    this.ctimeNs = stat.ctimeNs;
  }

  describe(validators: Validators): void {
    validators.tag = this.fields + this.tagStart;
    validators.tagLength = this.tagLength;
    validators.lastModified = this.lastModified;
  }
}
