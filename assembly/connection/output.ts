// Sending: the responses of a connection leave as one batch. It waits for the end of the turn, to
// leave with those of other connections, unless the connection ends with it or has a body to be sent
// from its place.
// What the socket does not take is kept with the connection, which then is interested in writability
// until it is all sent.

import { Persistence, setDate } from "../http/head";
import { Content, Handler, Reply } from "../http/reply";
import { Loop } from "../loop/loop";
import { Pool } from "../loop/pool";
import { Clock } from "../platform/clock";
import { counters } from "../platform/counters";
import { EINVAL, isFault, isWouldBlock } from "../platform/errno";
import { send, sendv, shutdown } from "../platform/imports";
import { Vector } from "../platform/layout";
import { panic } from "../platform/panic";
import { Interest } from "../poller/poller";
import { Batch, isCopyable } from "./batch";
import { Bodies, MAX_BYTES_PER_TURN, MSG_MORE } from "./body";
import { Connection } from "./connection";
import { Durations } from "./durations";
import { LogEntries } from "./log-entries";
import { Pace } from "./pace";
import { Sends } from "./sends";

const SHUT_RDWR: i32 = 2;

const vectors = memory.data(16);

export const enum Sent {
  /** Nothing is left to send. */
  All,
  /** Something is left, and the socket is full; the loop will call when there is room. */
  Part,
  /** Something is left, but it is the turn of others; the loop will call. */
  Yielded,
  /**
   * Something is left that never will: the peer has gone, the file has become shorter, or there is
   * no buffer. The connection is to be closed.
   */
  Failed,
}

export class Output {
  /** How many responses have been added to the batch. */
  private added: u32 = 0;

  /** The turn in which a body was sent last had lasted long then: which one it was. */
  private isLate: bool = false;
  private turn: u32 = 0;

  private sends: Sends = new Sends();

  constructor(
    private loop: Loop,
    private pool: Pool,
    private bodies: Bodies,
    private handler: Handler,
    private pace: Pace,
    private clock: Clock,
    private durations: Durations,
    private batch: Batch,
    private log: LogEntries | null,
  ) {}

  /**
   * Adds a response, and tells how many bytes it has. When it leaves a body to be sent from its
   * place, `flush` must come next. 0 when there is no buffer to send it with; then nothing was added.
   */
  add(connection: Connection, reply: Reply, persistence: Persistence, withContent: bool): f64 {
    setDate(this.clock.seconds);
    const hasContent = withContent && reply.length > 0;
    const isCopied = hasContent && isCopyable(reply);
    const hasBody = hasContent && !isCopied;
    if (hasBody && !this.bodies.begin(connection, reply)) return 0;
    this.added++;
    const length = this.batch.add(reply, persistence, isCopied);
    // A head alone is copied: held in place, it would keep its file open while it waits.
    if (!hasContent) this.batch.gather();
    return <f64>length + (hasBody ? reply.length : 0);
  }

  /** Has the turn lasted so long that no more bodies are sent in it? */
  get isTurnLate(): bool {
    return this.isLate && this.turn == this.loop.turns;
  }

  /** Sends what has been gathered, or what is left from earlier turns. */
  flush(connection: Connection): Sent {
    this.sendWaiting();
    const bytesBefore = counters.bytes;
    let result = Sent.All;
    if (connection.output != 0) {
      result = this.sendLeftOver(connection);
    } else if (this.batch.length > 0) {
      result = this.sendBatch(connection);
    }
    const hasBody = connection.body.kind != Content.None;
    if (result == Sent.All && hasBody) result = this.sendBody(connection);
    this.conclude(connection, result, counters.bytes - bytesBefore, this.added);
    this.added = 0;
    return result;
  }

  /** The same when the turn ends, if it can wait; then it counts as sent. */
  flushLater(connection: Connection): Sent {
    // What is left of the batch is all that the next connection has.
    if (connection.hasOutput || this.batch.isCrowded) return this.flush(connection);
    if (this.sends.isFull) this.sendWaiting();
    if (this.batch.length > 0) this.wait(connection);
    return Sent.All;
  }

  /**
   * To be called when the turn ends. A connection whose response cannot be sent is shut down: the
   * loop will call for it once more.
   */
  sendWaiting(): void {
    const sends = this.sends;
    if (sends.count == 0) return;
    sends.sendAll();
    for (let i = 0; i < sends.count; i++) this.settle(i);
    sends.count = 0;
    const log = this.log;
    if (log) log.resume();
    this.batch.reset();
  }

  /** Gives back all that is held for a connection's output. */
  discard(connection: Connection): void {
    if (connection.isWaiting) this.sendWaiting();
    this.batch.forget();
    if (this.sends.count == 0) this.batch.reset();
    this.added = 0;
    const log = this.log;
    if (log) log.end(connection);
    if (connection.output != 0) {
      this.pool.give(connection.output);
      connection.output = 0;
    }
    if (connection.body.kind != Content.None) this.bodies.end(connection);
  }

  /** Puts the batch among what waits for the end of the turn. */
  private wait(connection: Connection): void {
    const batch = this.batch;
    const waiting = this.sends.add(connection, batch.pointer, batch.length);
    waiting.lease = batch.lease;
    waiting.responses = this.added;
    if (waiting.lease != 0) this.handler.retain(waiting.lease);
    const log = this.log;
    if (log) log.wait(waiting);
    connection.isWaiting = true;
    this.added = 0;
    batch.leave();
  }

  /** What follows from how number `i` of those that have waited was sent. */
  private settle(i: i32): void {
    const record = this.sends.recordAt(i);
    const waiting = this.sends.at(i);
    const connection = waiting.connection;
    connection.isWaiting = false;
    const log = this.log;
    if (log) log.takeUp(waiting);
    const sent = this.outcome(record.result, connection);
    const result = this.keepRest(connection, record.pointer, record.length, sent);
    this.conclude(connection, result, max<i32>(sent, 0), waiting.responses);
    if (waiting.lease != 0) this.handler.release(waiting.lease);
    if (result != Sent.Failed) return;
    if (log) log.end(connection);
    connection.isLast = true;
    const shut = shutdown(connection.fd, SHUT_RDWR);
    if (isFault(shut)) panic("shutdown", shut, connection.fd);
  }

  /** What follows from how a connection's output was sent: so many bytes, so many new responses. */
  private conclude(connection: Connection, result: Sent, bytes: f64, responses: u32): void {
    const log = this.log;
    if (log) log.sent(connection, bytes);
    if (result == Sent.Part || result == Sent.Yielded) {
      if (log) log.keep(connection);
      if (connection.wanted != Interest.Writable) this.pace.begin(connection);
      this.loop.want(connection, Interest.Writable);
      this.durations.delayed(connection, responses);
    } else if (result == Sent.All) {
      this.durations.sent(connection, responses);
    }
  }

  /** Sends the batch, and keeps what is not taken. */
  private sendBatch(connection: Connection): Sent {
    const pointer = this.batch.pointer;
    const length = this.batch.length;
    this.batch.forget();
    this.batch.reset();
    const sent = this.sendBytes(connection, pointer, length);
    return this.keepRest(connection, pointer, length, sent);
  }

  /** Keeps what the socket has not taken of `length` bytes at `pointer`; `sent` < 0 is a failure. */
  private keepRest(connection: Connection, pointer: usize, length: u32, sent: i32): Sent {
    if (sent < 0) return Sent.Failed;
    if (<u32>sent >= length) return Sent.All;

    const buffer = this.pool.take();
    // Without a buffer the rest of the response is lost, and with it the connection.
    if (buffer == 0) return Sent.Failed;
    memory.copy(buffer, pointer + sent, length - sent);
    connection.output = buffer;
    connection.outputStart = 0;
    connection.outputEnd = length - sent;
    return Sent.Part;
  }

  private sendLeftOver(connection: Connection): Sent {
    const length = connection.outputEnd - connection.outputStart;
    const sent = this.sendBytes(connection, connection.output + connection.outputStart, length);
    if (sent < 0) return Sent.Failed;
    if (<u32>sent < length) {
      connection.outputStart += sent;
      return Sent.Part;
    }
    this.pool.give(connection.output);
    connection.output = 0;
    return Sent.All;
  }

  /**
   * Sends `length` bytes and, in the same call, a body in memory. Result: how many of the bytes
   * have gone, or −1 when the peer has. The body is advanced by what has gone of it.
   */
  private sendBytes(connection: Connection, pointer: usize, length: u32): i32 {
    let sent: i32;
    const body = connection.body;
    if (body.kind == Content.Memory && body.parts == 0) {
      setVector(0, pointer, length);
      setVector(1, body.pointer, <u32>body.length);
      sent = this.outcome(sendv(connection.fd, vectors, 2, 0), connection);
      if (sent > <i32>length) this.bodies.advance(connection, sent - length);
    } else {
      const flags = body.kind == Content.None ? 0 : MSG_MORE;
      sent = this.outcome(send(connection.fd, pointer, length, flags), connection);
    }
    return min<i32>(sent, length);
  }

  private sendBody(connection: Connection): Sent {
    if (this.isTurnLate) return Sent.Yielded;
    const sent = this.sendPieces(connection);
    const isOver = sent == Sent.All || sent == Sent.Failed;
    if (!isOver && connection.body.kind == Content.File) this.bodies.cork(connection);
    return sent;
  }

  private sendPieces(connection: Connection): Sent {
    let budget = MAX_BYTES_PER_TURN;
    while (connection.body.kind != Content.None) {
      if (budget <= 0) return Sent.Yielded;
      const result = this.bodies.send(connection, budget);
      // The file has become shorter than its Content-Length: all that is left is to say so by
      // closing.
      if (result == 0) return Sent.Failed;
      const sent = this.outcome(result, connection);
      if (sent < 0) return Sent.Failed;
      if (sent == 0) return Sent.Part;
      this.bodies.advance(connection, sent);
      budget -= sent;
      this.turn = this.loop.turns;
      this.isLate = this.loop.isLong;
    }
    return Sent.All;
  }

  /** Bytes that have gone: 0 when the socket is full; −1 when the peer has gone. */
  private outcome(result: i32, connection: Connection): i32 {
    if (result >= 0) {
      counters.bytes += result;
      return result;
    }
    if (isWouldBlock(result)) return 0;
    // sendfile answers EINVAL for a file that cannot be read this way.
    const isFile = connection.body.kind == Content.File;
    if (isFault(result) && !(isFile && result == -EINVAL)) panic("send", result, connection.fd);
    return -1;
  }
}

function setVector(i: usize, pointer: usize, length: u32): void {
  const vector = changetype<Vector>(vectors + i * offsetof<Vector>());
  vector.pointer = <u32>pointer;
  vector.length = length;
}
