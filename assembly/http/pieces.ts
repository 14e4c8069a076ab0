// The content of a reply, piece by piece: bytes in memory or a range of a file, or for a multipart
// content both in turn, the head of a part and the range behind it. It keeps its place, so that a
// content can be sent in steps of any length.

import { Content, PartRecord, Reply } from "./reply";

@unmanaged
export class Pieces {
  /** What is next: `length` bytes at `pointer`, or from `offset` on in the file `fd`. */
  kind: Content;
  fd: i32;
  pointer: usize;
  offset: f64;
  length: f64;
  /** Where the representation is that the ranges of a multipart content are of. */
  private whole: Content;
  private start: usize;
  /** The parts of a multipart content, or 0; the next piece is a head or a range. */
  parts: usize;
  private at: u32;
  private end: u32;
  private isPartHead: bool;

  /** Begins with the content of `reply`, whose parts, if it has any, lie at `parts`, else 0. */
  begin(reply: Reply, parts: usize): void {
    this.whole = reply.content;
    this.fd = reply.fd;
    this.start = reply.pointer;
    this.parts = parts;
    this.at = 0;
    this.end = reply.partsLength;
    this.isPartHead = true;
    if (parts != 0) this.next();
    else this.setRange(reply.offset, reply.length);
  }

  /** Notes that `sent` bytes have gone; false when they were the last. */
  advance(sent: u32): bool {
    this.length -= sent;
    this.offset += sent;
    this.pointer += sent;
    return this.length > 0 || (this.parts != 0 && this.next());
  }

  /** Is this the head that closes a multipart content, behind which nothing comes? */
  get isClosing(): bool {
    return !this.isPartHead && this.part.length == 0;
  }

  private get part(): PartRecord {
    return changetype<PartRecord>(this.parts + this.at);
  }

  /** The head of the next part, or the range behind the head that has been sent. */
  private next(): bool {
    const part = this.part;
    if (this.isPartHead) {
      if (this.at == this.end) return false;
      this.isPartHead = false;
      this.kind = Content.Memory;
      this.pointer = changetype<usize>(part) + offsetof<PartRecord>();
      this.length = part.headLength;
      return true;
    }
    this.isPartHead = true;
    this.at += <u32>offsetof<PartRecord>() + part.headLength;
    // Behind the last head, which closes the multipart content, there is no range.
    if (part.length == 0) return false;
    this.setRange(part.offset, part.length);
    return true;
  }

  private setRange(offset: f64, length: f64): void {
    this.kind = this.whole;
    this.offset = offset;
    this.pointer = this.start + <usize>offset;
    this.length = length;
  }
}
