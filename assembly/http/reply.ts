// The answer to a request, as the handler decides it and the connection sends it: a status, the
// field lines that belong to it, and where its content is. It borrows: the fields are to be copied
// at once; the content and a ready head stay in place until another request is handled, the content
// for as long as the connection retains the lease.

import { Request } from "./request";

/** The most field bytes in a reply, besides a repetition of the request target. */
export const MAX_REPLY_FIELDS: u32 = 1024;

export const enum Content {
  None,
  /** Bytes in memory. */
  Memory,
  /** A part of an open file. */
  File,
}

/**
 * One part of a multipart content: its head, and the range of the content that comes behind it. The
 * last one has only the head, which closes the content.
 * ```
 * 0            8        16       24
 * ├ headLength ┼ offset ┼ length ┼ head …
 * ```
 */
@unmanaged
export class PartRecord {
  headLength: u32;
  offset: f64;
  length: f64;
}

export class Reply {
  status: i32 = 200;
  /** Field lines, each ended by CRLF; those of the connection itself are not among them. */
  fields: usize = 0;
  fieldsLength: u32 = 0;
  /**
   * A head with the same fields for a connection that persists without a word, complete but for its
   * Date; content in memory lies right behind it. 0 if there is none.
   */
  ready: usize = 0;
  readyLength: u32 = 0;
  content: Content = Content.None;
  /** Content.Memory: where the representation begins. */
  pointer: usize = 0;
  /** Content.File: its descriptor. */
  fd: i32 = -1;
  /** Which bytes of the representation. */
  offset: f64 = 0;
  length: f64 = 0;
  /** Instead: part records one behind the other, to be copied at once. */
  parts: usize = 0;
  partsLength: u32 = 0;
  /**
   * What holds content and ready head in place: to be retained when they are not sent at once; 0 needs
   * nothing.
   */
  lease: usize = 0;

  clear(): void {
    this.status = 200;
    this.fields = 0;
    this.fieldsLength = 0;
    this.ready = 0;
    this.content = Content.None;
    this.offset = 0;
    this.length = 0;
    this.partsLength = 0;
    this.lease = 0;
  }
}

/** Where connections and handlers meet; neither knows the other. */
export abstract class Handler {
  /** Decides the answer to a request whose head has been parsed at `input`. */
  abstract handle(request: Request, input: usize, reply: Reply): void;

  /** An answer without a request, or to one that cannot be read; `status` ≥ 400. */
  abstract refuse(status: i32, reply: Reply): void;

  /** Holds the content of a reply in place until it is released. */
  abstract retain(lease: usize): void;

  abstract release(lease: usize): void;
}
