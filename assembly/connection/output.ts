// Sending: responses are gathered in one batch and leave in one call; one that is alone and ready
// leaves from where it lies. What the socket does not take is kept with the connection, which then
// is interested in writability until it is all sent.

import { writeBytes } from "../bytes/text";
import {
  MAX_HEAD_OVERHEAD,
  Persistence,
  setDate,
  stampDate,
  writeContinue,
  writeHead,
} from "../http/head";
import { Content, Reply } from "../http/reply";
import { Loop } from "../loop/loop";
import { Pool } from "../loop/pool";
import { Clock } from "../platform/clock";
import { counters } from "../platform/counters";
import { EINVAL, isFault, isWouldBlock } from "../platform/errno";
import { send, sendv } from "../platform/imports";
import { Vector } from "../platform/layout";
import { panic } from "../platform/panic";
import { Interest } from "../poller/poller";
import { Bodies, MAX_BYTES_PER_TURN, MSG_MORE } from "./body";
import { Connection } from "./connection";
import { Durations } from "./durations";
import { LogEntries } from "./log-entries";
import { Pace } from "./pace";

/** Content up to this size is copied behind its head; more is sent from where it lies. */
export const MAX_COPIED_CONTENT: f64 = 4096;

/** What is always left in the batch: for a 100 (Continue), and an answer that ends the connection. */
const REFUSAL_ROOM: u32 = 1024;

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
  /** Bytes in the batch: responses of the connection being served, not yet sent. */
  private batchLength: u32 = 0;
  /** Instead: the only response, which lies ready elsewhere until a request is handled. */
  private ready: usize = 0;
  private readyLength: u32 = 0;
  /** How much of the two belongs to responses that are complete, and how many these are. */
  private answered: u32 = 0;
  private added: u32 = 0;

  /** The turn in which a body was sent last had lasted long then: which one it was. */
  private isLate: bool = false;
  private turn: u32 = 0;

  /** `batch` is as large as a buffer of the pool, so that what is not taken fits in one. */
  constructor(
    private loop: Loop,
    private pool: Pool,
    private bodies: Bodies,
    private pace: Pace,
    private clock: Clock,
    private durations: Durations,
    private batch: usize,
    private log: LogEntries | null,
  ) {}

  /**
   * To be called before a request is handled: is there room for its response, with `fieldsLength`
   * bytes of fields and a copied content?
   */
  makeRoom(fieldsLength: u32): bool {
    this.gather();
    const needed = fieldsLength + MAX_HEAD_OVERHEAD + <u32>MAX_COPIED_CONTENT + REFUSAL_ROOM;
    return this.batchLength + needed <= this.pool.size;
  }

  addContinue(): void {
    this.gather();
    this.batchLength = <u32>(writeContinue(this.batch + this.batchLength) - this.batch);
  }

  /**
   * Adds a response, and tells how many bytes it has. When it leaves a body to be sent from its
   * place, `flush` must come next. 0 when there is no buffer to send it with; then nothing was added.
   */
  add(connection: Connection, reply: Reply, persistence: Persistence, withContent: bool): f64 {
    this.gather();
    setDate(this.clock.seconds);
    const hasContent = withContent && reply.length > 0;
    const isCopied = hasContent && isCopyable(reply);
    if (hasContent && !isCopied && !this.bodies.begin(connection, reply)) return 0;
    this.added++;
    if (reply.ready != 0 && persistence == Persistence.Implied) {
      stampDate(reply.ready, reply.status);
      this.ready = reply.ready;
      this.readyLength = reply.readyLength + (isCopied ? <u32>reply.length : 0);
      if (this.batchLength > 0) this.gather();
    } else {
      let end = writeHead(this.batch + this.batchLength, reply, persistence);
      if (isCopied) end = writeBytes(end, reply.pointer + <usize>reply.offset, <usize>reply.length);
      this.batchLength = <u32>(end - this.batch);
    }
    // A 100 (Continue) that waits is part of what it precedes.
    const length = this.batchLength + this.readyLength - this.answered;
    this.answered += length;
    return <f64>length + (hasContent && !isCopied ? reply.length : 0);
  }

  /** Has the turn lasted so long that no more bodies are sent in it? */
  get isTurnLate(): bool {
    return this.isLate && this.turn == this.loop.turns;
  }

  /** Sends what has been gathered, or what is left from earlier turns. */
  flush(connection: Connection): Sent {
    const bytesBefore = counters.bytes;
    let result = Sent.All;
    if (connection.output != 0) {
      result = this.sendLeftOver(connection);
    } else if (this.readyLength > 0) {
      result = this.sendNew(connection, this.ready, this.readyLength);
    } else if (this.batchLength > 0) {
      result = this.sendNew(connection, this.batch, this.batchLength);
    }
    const hasBody = connection.body.kind != Content.None;
    if (result == Sent.All && hasBody) result = this.sendBody(connection);
    const log = this.log;
    if (log) log.sent(connection, counters.bytes - bytesBefore);
    if (result == Sent.Part || result == Sent.Yielded) {
      if (log) log.keep(connection);
      if (connection.wanted != Interest.Writable) this.pace.begin(connection);
      this.loop.want(connection, Interest.Writable);
      this.durations.delayed(connection, this.added);
    } else if (result == Sent.All) {
      this.durations.sent(connection, this.added);
    }
    this.added = 0;
    return result;
  }

  /** Gives back all that is held for a connection's output. */
  discard(connection: Connection): void {
    this.forgetNew();
    this.added = 0;
    const log = this.log;
    if (log) log.end(connection);
    if (connection.output != 0) {
      this.pool.give(connection.output);
      connection.output = 0;
    }
    if (connection.body.kind != Content.None) this.bodies.end(connection);
  }

  /** Moves a response that lies elsewhere into the batch. */
  private gather(): void {
    if (this.readyLength == 0) return;
    writeBytes(this.batch + this.batchLength, this.ready, this.readyLength);
    this.batchLength += this.readyLength;
    this.readyLength = 0;
  }

  /** Sends what the turn has gathered, `length` bytes at `pointer`, and keeps what is not taken. */
  private sendNew(connection: Connection, pointer: usize, length: u32): Sent {
    this.forgetNew();
    const sent = this.sendBytes(connection, pointer, length);
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

  private forgetNew(): void {
    this.readyLength = 0;
    this.batchLength = 0;
    this.answered = 0;
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

/** Is the content small, and in memory as a whole? */
function isCopyable(reply: Reply): bool {
  const isWhole = reply.content == Content.Memory && reply.partsLength == 0;
  return isWhole && reply.length <= MAX_COPIED_CONTENT;
}

function setVector(i: usize, pointer: usize, length: u32): void {
  const vector = changetype<Vector>(vectors + i * offsetof<Vector>());
  vector.pointer = <u32>pointer;
  vector.length = length;
}
