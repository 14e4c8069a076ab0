// An HTTP connection: bytes come in, requests are parsed and handled in order, responses go out.
//
// A connection is always in one of these conditions, and its interest follows from it:
//
//   idle         nothing held                           readable
//   waiting      its answer leaves when the turn ends   readable
//   receiving    input buffer held                      readable
//   sending      output buffer or body held             writable; nothing is read meanwhile
//   lingering    its write side is shut down            readable; everything is discarded

import { parse } from "../http/parse";
import { Request, REQUEST_SIZE, RequestFlag } from "../http/request";
import { Loop } from "../loop/loop";
import { Slot, SlotHandler } from "../loop/slot";
import { counters } from "../platform/counters";
import { isFault, isWouldBlock } from "../platform/errno";
import { shutdown } from "../platform/imports";
import { panic } from "../platform/panic";
import { Interest, Readiness } from "../poller/poller";
import { Clients } from "./clients";
import { Connection, State } from "./connection";
import { heldLength, Inputs } from "./input";
import { Limits, LINGER_TIMEOUT_MS, NEXT_REQUEST_MS } from "./limits";
import { Output, Sent } from "./output";
import { Pace } from "./pace";
import { Requests } from "./requests";

const SHUT_WR: i32 = 1;

export class ConnectionHandler extends SlotHandler {
  /** Nobody stays idle for longer than a moment. */
  isEnding: bool = false;

  constructor(
    private loop: Loop,
    private inputs: Inputs,
    private output: Output,
    private requests: Requests,
    private pace: Pace,
    private clients: Clients | null,
    private limits: Limits,
  ) {
    super();
  }

  /** The first request of a new connection is there as a rule: accepting is deferred until it is. */
  opened(connection: Connection): void {
    this.loop.want(connection, Interest.Readable);
    this.loop.expireIn(connection, this.limits.headerTimeoutMs);
    const clients = this.clients;
    if (clients && !clients.enter(connection)) this.refuseExcess(connection);
    else this.receive(connection, Readiness.Unknown, true);
  }

  /** One connection too many of its client: it is told so, whatever it has asked. */
  private refuseExcess(connection: Connection): void {
    counters.refused++;
    const buffer = this.inputs.bufferOf(connection);
    const room = this.inputs.roomOf(connection);
    // Unread input would make the kernel reset the answer away; and it tells whether it is HEAD.
    const result = this.inputs.receive(connection);
    const request = changetype<Request>(buffer);
    const head = result > 0 ? parse(request, buffer + REQUEST_SIZE, result) : 0;
    const isAll =
      head > 0 &&
      <u32>result < room &&
      !request.hasFlag(RequestFlag.Chunked) &&
      <f64>head + request.contentLength == <f64>result;
    const sent = this.requests.turnAway(connection, buffer, 0, 503);
    // One request as a rule, and there is nothing to wait for.
    connection.mustLinger = !isAll;
    this.finishTurn(connection, buffer, sent);
  }

  ready(slot: Slot, readiness: u32): bool {
    const connection = changetype<Connection>(slot);
    // First: its own come before what it is sent now, and the bytes of others are not its progress.
    if (connection.isWaiting || connection.hasOutput) this.output.sendWaiting();
    if (connection.state == State.Lingering) return this.discardInput(connection);
    if (connection.hasOutput) return this.resume(connection);
    return this.receive(connection, readiness, true);
  }

  expired(slot: Slot): void {
    const connection = changetype<Connection>(slot);
    // First: the bytes of others are not its progress.
    if (connection.isWaiting || connection.hasOutput) this.output.sendWaiting();
    if (connection.hasOutput) this.sendLate(connection);
    else if (connection.state != State.Lingering) this.receiveLate(connection);
    if (connection.isClosed || connection.deadline != 0 || this.pace.isKept(connection)) return;
    const isReceiving = connection.input != 0 && !connection.hasOutput;
    if (!isReceiving || connection.state == State.Lingering) return this.close(connection);
    const sent = this.requests.turnAway(connection, connection.input, 0, 408);
    this.finishTurn(connection, connection.input, sent);
  }

  /** Closes it, unless a request has come since the last turn: that is answered, and it stays. */
  closeIdle(connection: Connection): void {
    if (connection.state == State.Lingering) return this.close(connection);
    if (!connection.isIdle) return;
    const answered = connection.requests;
    this.receive(connection, Readiness.Unknown, false);
    if (connection.isClosed || !connection.isIdle) return;
    if (connection.requests == answered) this.close(connection);
  }

  /**
   * Sends what there is room for before the window is judged: the kernel reports a socket as writable
   * only when a good part of its buffer is free, which takes a slow client long.
   */
  private sendLate(connection: Connection): void {
    const bytesBefore = counters.bytes;
    const sent = this.output.flush(connection);
    connection.progress += counters.bytes - bytesBefore;
    if (sent == Sent.Failed) this.close(connection);
    else if (sent == Sent.All) this.proceed(connection);
    else if (sent == Sent.Yielded) {
      if (this.output.isTurnLate) connection.progress = Infinity; // not its own fault
      this.loop.callAgain(connection);
    }
  }

  /**
   * Reads what has come before the window is judged, of a content all of it: after a turn that was
   * held up it may have been there for long.
   */
  private receiveLate(connection: Connection): void {
    let before: f64;
    do {
      before = connection.progress;
      this.receive(connection, Readiness.Unknown, false);
    } while (!connection.isClosed && connection.deadline == 0 && connection.progress > before);
  }

  /**
   * Reads once and serves what has come; what `ready` answers. Fewer bytes than there was room for
   * are all that there were, and what comes later is reported: epoll(7). But the end of the stream
   * may have come with them.
   */
  private receive(connection: Connection, readiness: u32, canWait: bool): bool {
    const room = this.inputs.roomOf(connection);
    const result = this.inputs.receive(connection);
    if (result > 0) {
      const end = heldLength(connection) + result;
      this.serve(connection, this.inputs.bufferOf(connection), end, canWait);
      return <u32>result < room && (readiness & Readiness.PeerClosed) == 0;
    }
    this.receivedNothing(connection, result);
    return true;
  }

  /** Would block, or has ended, which closes the connection. */
  private receivedNothing(connection: Connection, result: i32): void {
    if (isWouldBlock(result)) return;
    if (result < 0 && isFault(result)) panic("recv", result, connection.fd);
    this.close(connection);
  }

  /**
   * The socket may have room again: sends what is left, then serves what has been waiting behind it.
   * What `ready` answers.
   */
  private resume(connection: Connection): bool {
    const deadline = connection.deadline;
    const progress = connection.progress - counters.bytes;
    const sent = this.output.flush(connection);
    if (sent == Sent.Failed) this.close(connection);
    else if (sent == Sent.All) this.proceed(connection);
    if (connection.hasOutput) {
      // In the window that is open, even if it is another response: many small ones win no time.
      connection.deadline = deadline;
      connection.progress = progress + counters.bytes;
    }
    return sent == Sent.Part || connection.isClosed;
  }

  /** All output is sent: ends the connection, or goes on with its input. */
  private proceed(connection: Connection): void {
    if (connection.isLast) return this.finish(connection);
    this.loop.want(connection, Interest.Readable);
    if (connection.input == 0) {
      const idleMs = this.isEnding ? NEXT_REQUEST_MS : this.limits.idleTimeoutMs;
      return this.loop.expireIn(connection, idleMs);
    }
    this.pace.begin(connection);
    this.serve(connection, connection.input, connection.inputLength, false);
  }

  private serve(connection: Connection, buffer: usize, end: u32, canWait: bool): void {
    const sent = this.requests.serve(connection, buffer, end, canWait);
    this.finishTurn(connection, buffer, sent);
  }

  /** What follows from how the answers were sent; keeps the input that is not answered. */
  private finishTurn(connection: Connection, buffer: usize, sent: Sent): void {
    const start = this.requests.start;
    const end = this.requests.end;
    if (sent == Sent.Failed) {
      // Requests of others are read into the same buffer, and would go on where this one ended.
      changetype<Request>(buffer).clear();
      return this.close(connection);
    }
    if (connection.isLast) {
      if (start < end) connection.mustLinger = true;
      this.inputs.release(connection);
      if (sent == Sent.All) this.finish(connection);
      return;
    }
    if (start == end) {
      this.inputs.release(connection);
      if (sent == Sent.All) this.loop.expireIn(connection, this.limits.idleTimeoutMs);
      return;
    }
    const isNew = start > 0 || connection.input == 0;
    if (!this.inputs.keep(connection, buffer, start, end)) {
      return this.endWithoutBuffer(connection, buffer, start, sent);
    }
    if (isNew && sent == Sent.All) this.loop.expireIn(connection, this.limits.headerTimeoutMs);
  }

  /** There is no buffer for a request that has not come whole: what is being sent is the last. */
  private endWithoutBuffer(connection: Connection, buffer: usize, start: u32, sent: Sent): void {
    counters.refused++;
    // An answer before it may have waited, and not all of it may have gone.
    this.output.sendWaiting();
    if (sent == Sent.All && !connection.hasOutput && !connection.isLast) {
      const refused = this.requests.turnAway(connection, buffer, start, 503);
      return this.finishTurn(connection, buffer, refused);
    }
    changetype<Request>(buffer).clear();
    connection.isLast = true;
    connection.mustLinger = true;
  }

  /** Everything is sent. Unread input would make the kernel reset the connection (RFC 9112 §9.6). */
  private finish(connection: Connection): void {
    if (!connection.mustLinger) return this.close(connection);
    const result = shutdown(connection.fd, SHUT_WR);
    if (result < 0) {
      if (isFault(result)) panic("shutdown", result, connection.fd);
      return this.close(connection);
    }
    connection.state = State.Lingering;
    this.loop.want(connection, Interest.Readable);
    this.loop.expireIn(connection, this.isEnding ? NEXT_REQUEST_MS : LINGER_TIMEOUT_MS);
  }

  /** Reads once and forgets it; what `ready` answers. */
  private discardInput(connection: Connection): bool {
    const result = this.inputs.discard(connection);
    if (result > 0) return false;
    this.receivedNothing(connection, result);
    return true;
  }

  close(connection: Connection): void {
    const clients = this.clients;
    if (clients) clients.leave(connection);
    this.output.discard(connection);
    this.inputs.release(connection);
    this.loop.close(connection);
  }
}
