// The content of a response that is not copied behind its head: it is sent from where it lies, a
// cached content from memory, a file by sendfile. A multipart content is a sequence of both: heads
// of parts, which wait in a pool buffer, and ranges of the content.

import { Content, Handler, PartRecord, Reply } from "../http/reply";
import { Pool } from "../loop/pool";
import { send, sendfile } from "../platform/imports";
import { Connection } from "./connection";

/** A large content yields to other connections after this many bytes. */
export const MAX_BYTES_PER_TURN: f64 = 2097152;

const MSG_MORE: i32 = 0x8000;

export class Bodies {
  constructor(
    private pool: Pool,
    private handler: Handler,
  ) {}

  /** Takes over the content of a reply. False when it is in parts and there is no buffer for them. */
  begin(connection: Connection, reply: Reply): bool {
    if (reply.partsLength > 0) {
      const parts = this.pool.take();
      if (parts == 0) return false;
      memory.copy(parts, reply.parts, reply.partsLength);
      connection.parts = parts;
      connection.partsAt = 0;
      connection.partsEnd = reply.partsLength;
    }
    connection.content = reply.content;
    connection.bodyFd = reply.fd;
    connection.contentStart = reply.pointer;
    connection.lease = reply.lease;
    if (reply.lease != 0) this.handler.retain(reply.lease);
    connection.isPartHead = true;
    if (connection.parts != 0) this.nextPiece(connection);
    else this.setRange(connection, reply.offset, reply.length);
    return true;
  }

  /** One send of what is next, at most `budget` bytes: what the call answered. */
  send(connection: Connection, budget: f64): i32 {
    const count = <i32>min(connection.bodyLength, budget);
    if (connection.body == Content.File) {
      return sendfile(connection.fd, connection.bodyFd, connection.bodyOffset, count);
    }
    const flags = connection.parts == 0 || isClosing(connection) ? 0 : MSG_MORE;
    return send(connection.fd, connection.bodyPointer, count, flags);
  }

  /** Notes that `sent` bytes have gone. */
  advance(connection: Connection, sent: u32): void {
    connection.bodyLength -= sent;
    connection.bodyOffset += sent;
    connection.bodyPointer += sent;
    if (connection.bodyLength > 0) return;
    if (connection.parts != 0 && this.nextPiece(connection)) return;
    this.end(connection);
  }

  /** Gives back what is held for the body, sent or not. */
  end(connection: Connection): void {
    connection.body = Content.None;
    if (connection.parts != 0) {
      this.pool.give(connection.parts);
      connection.parts = 0;
    }
    if (connection.lease != 0) {
      this.handler.release(connection.lease);
      connection.lease = 0;
    }
  }

  /** The head of the next part, or the range behind the head that has been sent. */
  private nextPiece(connection: Connection): bool {
    const part = changetype<PartRecord>(connection.parts + connection.partsAt);
    if (connection.isPartHead) {
      if (connection.partsAt == connection.partsEnd) return false;
      connection.isPartHead = false;
      connection.body = Content.Memory;
      connection.bodyPointer = changetype<usize>(part) + offsetof<PartRecord>();
      connection.bodyLength = part.headLength;
      return true;
    }
    connection.isPartHead = true;
    connection.partsAt += <u32>offsetof<PartRecord>() + part.headLength;
    // Behind the last head, which closes the multipart content, there is no range.
    if (part.length == 0) return false;
    this.setRange(connection, part.offset, part.length);
    return true;
  }

  private setRange(connection: Connection, offset: f64, length: f64): void {
    connection.body = connection.content;
    connection.bodyOffset = offset;
    connection.bodyPointer = connection.contentStart + <usize>offset;
    connection.bodyLength = length;
  }
}

/** Is the head of a part that is being sent the last one, behind which nothing comes? */
function isClosing(connection: Connection): bool {
  const part = changetype<PartRecord>(connection.parts + connection.partsAt);
  return !connection.isPartHead && part.length == 0;
}
