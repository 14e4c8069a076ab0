// Sends the content of a reply: what is in memory from where it lies, a file through a buffer.

import { Pieces } from "../http/pieces";
import { Content, Reply } from "../http/reply";
import { pread } from "../platform/imports";
import { OutgoingResponse } from "../platform/wasi/outgoing";

export class ContentSender {
  private pieces: Pieces = changetype<Pieces>(heap.alloc(offsetof<Pieces>()));

  /** A file goes through the `size` bytes at `buffer`. */
  constructor(
    private buffer: usize,
    private size: u32,
    private timeoutMs: u32,
  ) {}

  /**
   * Sends all of it, unless the client goes, or takes nothing for the time that it has, or the file
   * has become shorter than was said.
   */
  send(reply: Reply, response: OutgoingResponse): void {
    const pieces = this.pieces;
    pieces.begin(reply, reply.partsLength > 0 ? reply.parts : 0);
    let sent: u32;
    do {
      const room = response.awaitRoom(this.timeoutMs);
      sent = room > 0 ? this.sendSome(<u32>min<f64>(pieces.length, room), response) : 0;
    } while (sent > 0 && pieces.advance(sent));
  }

  /** Sends up to `length` bytes of the piece at hand: how many; 0 when it is of no use to go on. */
  private sendSome(length: u32, response: OutgoingResponse): u32 {
    const pieces = this.pieces;
    if (pieces.kind == Content.Memory) return response.write(pieces.pointer, length) ? length : 0;
    const read = pread(pieces.fd, this.buffer, min(length, this.size), pieces.offset);
    return read > 0 && response.write(this.buffer, read) ? read : 0;
  }
}
