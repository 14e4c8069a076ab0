// The responses of the connection being served, gathered in one buffer to leave as one; one that is
// alone and ready is left where it lies. What waits for the end of the turn (sends.ts) stays in front
// of them in the buffer.

import { writeBytes } from "../bytes/text";
import { MAX_HEAD_OVERHEAD, Persistence, stampDate, writeContinue, writeHead } from "../http/head";
import { Content, Reply } from "../http/reply";

/** Content up to this size is copied behind its head; more is sent from where it lies. */
const MAX_COPIED_CONTENT: f64 = 4096;

/** What is always left in the buffer: for a 100 (Continue), and an answer that ends the connection. */
const REFUSAL_ROOM: u32 = 1024;

export class Batch {
  private start: usize;
  private end: usize;
  /** Instead: the only response, which lies ready elsewhere until a request is handled. */
  private ready: usize = 0;
  private readyLength: u32 = 0;
  private readyLease: usize = 0;
  /** How much of the two belongs to responses that are complete. */
  private answered: u32 = 0;

  /** `buffer` has `size` bytes: as many as one of the pool, so that what is not taken fits in one. */
  constructor(
    private buffer: usize,
    private size: u32,
  ) {
    this.start = buffer;
    this.end = buffer;
  }

  /** Where the bytes are that have been gathered. */
  get pointer(): usize {
    return this.readyLength > 0 ? this.ready : this.start;
  }

  get length(): u32 {
    return this.readyLength > 0 ? this.readyLength : <u32>(this.end - this.start);
  }

  /** What holds them in place, or 0. */
  get lease(): usize {
    return this.readyLength > 0 ? this.readyLease : 0;
  }

  /** Is less than half of the buffer left? */
  get isCrowded(): bool {
    return this.end - this.buffer > this.size >> 1;
  }

  /**
   * Is there room for a response with `fieldsLength` bytes of fields and a copied content, and for a
   * refusal behind it? To be called before its request is handled, unless the buffer is empty.
   */
  hasRoomFor(fieldsLength: u32): bool {
    this.gather();
    const needed = fieldsLength + MAX_HEAD_OVERHEAD + <u32>MAX_COPIED_CONTENT + REFUSAL_ROOM;
    return this.end + needed <= this.buffer + this.size;
  }

  addContinue(): void {
    this.gather();
    this.end = writeContinue(this.end);
  }

  /** Adds head and, if it is to be copied, content of a response; how many bytes. */
  add(reply: Reply, persistence: Persistence, isCopied: bool): u32 {
    this.gather();
    if (reply.ready != 0 && persistence == Persistence.Implied) {
      stampDate(reply.ready, reply.status);
      this.ready = reply.ready;
      this.readyLength = reply.readyLength + (isCopied ? <u32>reply.length : 0);
      this.readyLease = reply.lease;
      if (this.end > this.start) this.gather();
    } else {
      const end = writeHead(this.end, reply, persistence);
      const content = reply.pointer + <usize>reply.offset;
      this.end = isCopied ? writeBytes(end, content, <usize>reply.length) : end;
    }
    // A 100 (Continue) that is not sent yet is part of what it precedes.
    const length = this.length - this.answered;
    this.answered += length;
    return length;
  }

  /** Moves a response that lies elsewhere into the buffer. */
  gather(): void {
    if (this.readyLength == 0) return;
    this.end = writeBytes(this.end, this.ready, this.readyLength);
    this.readyLength = 0;
  }

  /** Nothing is gathered any more. */
  forget(): void {
    this.readyLength = 0;
    this.answered = 0;
    this.end = this.start;
  }

  /** The same, but the bytes stay where they are until `reset`. */
  leave(): void {
    this.start = this.end;
    this.forget();
  }

  /** What was left is not needed any more; its room is there again when nothing is gathered. */
  reset(): void {
    if (this.end > this.start) return;
    this.start = this.buffer;
    this.end = this.buffer;
  }
}

/** Is the content small, and in memory as a whole? */
export function isCopyable(reply: Reply): bool {
  const isWhole = reply.content == Content.Memory && reply.partsLength == 0;
  return isWhole && reply.length <= MAX_COPIED_CONTENT;
}
