// Sends back what it receives, byte for byte. A connection holds a buffer only while the peer does
// not take what it was sent, and meanwhile nothing more is read from it; without a buffer nothing is
// read at all. So no byte is ever dropped, and what came before the peer's FIN is echoed before ours.

import { Loop } from "../loop/loop";
import { Pool } from "../loop/pool";
import { counters } from "../platform/counters";
import { isFault, isWouldBlock } from "../platform/errno";
import { recv, send } from "../platform/imports";
import { panic } from "../platform/panic";
import { Interest } from "../poller/poller";
import { Connections, TcpConnection } from "./connections";

@unmanaged
class EchoConnection extends TcpConnection {
  /** What the peer has not taken yet: bytes [start, end) of a pool buffer, or 0. */
  buffer: usize;
  start: u32;
  end: u32;
}

export class EchoConnections extends Connections {
  constructor(
    loop: Loop,
    private pool: Pool,
  ) {
    super(loop);
  }

  get busy(): i32 {
    return this.pool.count - this.pool.available;
  }

  endTurn(): void {
    if (this.heldCount > 0) this.resume(this.pool.available);
  }

  protected opened(connection: TcpConnection): void {
    // Nothing is said before the peer has spoken.
  }

  protected serve(slot: TcpConnection): bool {
    const connection = changetype<EchoConnection>(slot);
    if (connection.buffer != 0 && !this.send(connection)) return true;
    return this.receive(connection);
  }

  /** Reads once and sends it back; what `ready` answers. */
  private receive(connection: EchoConnection): bool {
    const buffer = this.pool.take();
    if (buffer == 0) {
      this.hold(connection);
      return true;
    }
    const received = recv(connection.fd, buffer, this.pool.size);
    if (received <= 0) {
      this.pool.give(buffer);
      if (isWouldBlock(received) && !this.isDraining) return true;
      if (received < 0 && isFault(received)) panic("recv", received, connection.fd);
      this.loop.close(connection);
      return true;
    }
    counters.bytes += received;
    connection.buffer = buffer;
    connection.start = 0;
    connection.end = received;
    if (!this.send(connection)) return true;
    if (this.isDraining) this.loop.callAgain(connection);
    return false;
  }

  /** Sends what is left. False if not all has gone: the socket is full, or the peer has gone. */
  private send(connection: EchoConnection): bool {
    const left = connection.end - connection.start;
    const sent = send(connection.fd, connection.buffer + connection.start, left, 0);
    if (<u32>sent == left) {
      this.release(connection);
      this.loop.want(connection, Interest.Readable);
      return true;
    }
    if (sent >= 0 || isWouldBlock(sent)) {
      connection.start += max(sent, 0);
      this.loop.want(connection, Interest.Writable);
      return false;
    }
    if (isFault(sent)) panic("send", sent, connection.fd);
    this.release(connection);
    this.loop.close(connection);
    return false;
  }

  private release(connection: EchoConnection): void {
    this.pool.give(connection.buffer);
    connection.buffer = 0;
  }
}

export const ECHO_CONNECTION_SIZE: usize = (offsetof<EchoConnection>() + 15) & ~15;
