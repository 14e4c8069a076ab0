// The content of a response that is not copied behind its head: it is sent from where it lies, a
// cached content from memory, a file by sendfile; the heads of parts wait in a pool buffer.

import { Content, Handler, Reply } from "../http/reply";
import { Pool } from "../loop/pool";
import { isFault } from "../platform/errno";
import { cork, send, sendfile } from "../platform/imports";
import { panic } from "../platform/panic";
import { Connection } from "./connection";

/** A large content yields to other connections after this many bytes. */
export const MAX_BYTES_PER_TURN: f64 = 2097152;

/** More comes behind it: send(2). */
export const MSG_MORE: i32 = 0x8000;

export class Bodies {
  constructor(
    private pool: Pool,
    private handler: Handler,
  ) {}

  /** Takes over the content of a reply. False when it is in parts and there is no buffer for them. */
  begin(connection: Connection, reply: Reply): bool {
    let parts: usize = 0;
    if (reply.partsLength > 0) {
      parts = this.pool.take();
      if (parts == 0) return false;
      memory.copy(parts, reply.parts, reply.partsLength);
    }
    connection.body.begin(reply, parts);
    connection.lease = reply.lease;
    if (reply.lease != 0) this.handler.retain(reply.lease);
    return true;
  }

  /** One send of what is next, at most `budget` bytes: what the call answered. */
  send(connection: Connection, budget: f64): i32 {
    const body = connection.body;
    const count = <i32>min(body.length, budget);
    if (body.kind == Content.File) return sendfile(connection.fd, body.fd, body.offset, count);
    const flags = body.parts == 0 || body.isClosing ? 0 : MSG_MORE;
    return send(connection.fd, body.pointer, count, flags);
  }

  /**
   * For a body that takes several turns. Until it ends the kernel holds back what fills no packet, but
   * for a socket that is full; without, each acknowledgement would have it sent, as TCP_NODELAY is set.
   */
  cork(connection: Connection): void {
    if (!connection.isCorked) this.setCork(connection, true);
  }

  /** Notes that `sent` bytes have gone. */
  advance(connection: Connection, sent: u32): void {
    if (!connection.body.advance(sent)) this.end(connection);
  }

  /** Gives back what is held for the body, sent or not. */
  end(connection: Connection): void {
    const body = connection.body;
    body.kind = Content.None;
    if (body.parts != 0) {
      this.pool.give(body.parts);
      body.parts = 0;
    }
    if (connection.lease != 0) {
      this.handler.release(connection.lease);
      connection.lease = 0;
    }
    if (connection.isCorked) this.setCork(connection, false);
  }

  /** A socket that is no TCP socket has no such option, and does without. */
  private setCork(connection: Connection, isCorked: bool): void {
    connection.isCorked = isCorked;
    const result = cork(connection.fd, isCorked);
    if (isFault(result)) panic("cork", result, connection.fd);
  }
}
