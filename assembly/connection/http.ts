// HTTP connections: bytes come in, requests are parsed and handled in order, responses go out.
//
// A connection is always in one of these conditions, and its interest follows from it:
//
//   idle         nothing held                           readable
//   receiving    input buffer held                      readable
//   sending      output buffer or body held             writable; nothing is read meanwhile
//   lingering    its write side is shut down            readable; everything is discarded

import { Persistence } from "../http/head";
import { Method } from "../http/method";
import { parse } from "../http/parse";
import { statusOf } from "../http/parse-error";
import { Handler, MAX_REPLY_FIELDS, Reply } from "../http/reply";
import { Request, REQUEST_SIZE, RequestFlag } from "../http/request";
import { Acceptor, refuseSocket } from "../loop/listener";
import { Loop } from "../loop/loop";
import { Slot, SlotHandler } from "../loop/slot";
import { counters } from "../platform/counters";
import { isFault, isWouldBlock } from "../platform/errno";
import { shutdown } from "../platform/imports";
import { panic } from "../platform/panic";
import { Interest, Readiness } from "../poller/poller";
import { Connection, State } from "./connection";
import { beginContent, CONTENT_FLAGS, skipContent } from "./content";
import { Inputs } from "./input";
import { Limits, LINGER_TIMEOUT_MS } from "./limits";
import { Output, Sent } from "./output";

const SHUT_WR: i32 = 1;

export class HttpConnections extends SlotHandler implements Acceptor {
  /** Every response is the last of its connection. */
  isDraining: bool = false;
  private kind: u8;
  private reply: Reply = new Reply();
  /** How the last flush of the turn went: after one that left something nothing more is read. */
  private sent: Sent = Sent.All;

  constructor(
    private loop: Loop,
    private inputs: Inputs,
    private output: Output,
    private handler: Handler,
    private limits: Limits,
  ) {
    super();
    this.kind = loop.register(this);
  }

  /**
   * Takes over an accepted socket. Its first request is there as a rule: connections are deferred
   * until it is. One that ends with the first answer is never watched, which saves a call.
   */
  accepted(fd: i32): void {
    const slot = this.loop.slots.take();
    if (!slot) return refuseSocket(fd);
    slot.fd = fd;
    slot.kind = this.kind;
    const connection = changetype<Connection>(slot);
    this.loop.want(slot, Interest.Readable);
    this.loop.expireIn(slot, this.limits.headerTimeoutMs);
    this.receive(connection, Readiness.Unknown);
    if (slot.isClosed || this.loop.add(slot)) return;
    counters.refused++;
    this.close(connection);
  }

  ready(slot: Slot, readiness: u32): bool {
    const connection = changetype<Connection>(slot);
    if (connection.state == State.Lingering) return this.discardInput(connection);
    if (connection.hasOutput) return this.resume(connection);
    return this.receive(connection, readiness);
  }

  expired(slot: Slot): void {
    const connection = changetype<Connection>(slot);
    const isReceiving = connection.input != 0 && !connection.hasOutput;
    if (!isReceiving || connection.state == State.Lingering) return this.close(connection);
    this.sent = Sent.All;
    this.refuse(connection, changetype<Request>(connection.input), 408);
    this.finishTurn(connection, connection.input, 0, 0);
  }

  /** Ends everything that is idle. */
  drain(): void {
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const connection = changetype<Connection>(slots.at(i));
      if (!connection.isOpenOf(this.kind) || !connection.isIdle) continue;
      // A request may have come since the last turn.
      this.receive(connection, Readiness.Unknown);
      if (!connection.isClosed && connection.isIdle) this.close(connection);
    }
  }

  /** How many connections have a request in progress. */
  countBusy(): i32 {
    let busy = 0;
    const slots = this.loop.slots;
    for (let i = 0; i < slots.length; i++) {
      const connection = changetype<Connection>(slots.at(i));
      if (connection.isOpenOf(this.kind) && !connection.isIdle) busy++;
    }
    return busy;
  }

  /**
   * Reads once and serves what has come; what `ready` answers. Fewer bytes than there was room for
   * are all that there were, and what comes later is reported: epoll(7). But the end of the stream
   * may have come with them.
   */
  private receive(connection: Connection, readiness: u32): bool {
    const room = this.inputs.roomOf(connection);
    const result = this.inputs.receive(connection);
    if (result > 0) {
      const length = connection.input != 0 ? connection.inputLength : 0;
      this.serve(connection, this.inputs.bufferOf(connection), length + result);
      return <u32>result < room && (readiness & Readiness.PeerClosed) == 0;
    }
    if (isWouldBlock(result)) return true;
    if (result < 0 && isFault(result)) panic("recv", result, connection.fd);
    this.close(connection);
    return true;
  }

  /**
   * The socket may have room again: sends what is left, then serves what has been waiting behind it.
   * What `ready` answers.
   */
  private resume(connection: Connection): bool {
    const sent = this.output.flush(connection);
    if (sent == Sent.Part) return true;
    if (sent == Sent.PeerGone) this.close(connection);
    else if (sent == Sent.All) this.goOn(connection);
    return connection.isClosed;
  }

  /** All output is sent. */
  private goOn(connection: Connection): void {
    if (connection.isLast) return this.finish(connection);
    this.loop.want(connection, Interest.Readable);
    if (connection.input == 0) {
      return this.loop.expireIn(connection, this.limits.idleTimeoutMs);
    }
    this.loop.expireIn(connection, this.limits.headerTimeoutMs);
    this.serve(connection, connection.input, connection.inputLength);
  }

  /** Answers the requests that are complete in the `end` bytes of `buffer`. */
  private serve(connection: Connection, buffer: usize, end: u32): void {
    const request = changetype<Request>(buffer);
    const bytes = buffer + REQUEST_SIZE;
    let start: u32 = 0;
    this.sent = Sent.All;
    while (start < end && !connection.isLast) {
      const isHead = connection.state == State.Head;
      const head = isHead
        ? this.readHead(connection, request, bytes + start, end - start)
        : connection.headLength;
      if (head == 0) break;
      let next = start + head;
      if (connection.state == State.Content) {
        const limit = this.limits.maxContent;
        const stop = skipContent(connection, request, bytes + next, bytes + end, limit);
        if (stop < 0) {
          this.refuse(connection, request, -stop);
          break;
        }
        if (connection.state == State.Content) {
          // What has come of the content is done with; the head is kept until the rest has.
          end = next;
          break;
        }
        next = <u32>(<usize>stop - bytes);
      }
      this.respond(connection, request, bytes + start);
      request.clear();
      start = next;
      if (connection.hasOutput && !this.flush(connection)) break;
    }
    this.finishTurn(connection, buffer, start, end);
  }

  /** Length of the head at `input`; 0 when no request can be answered now. */
  private readHead(connection: Connection, request: Request, input: usize, length: u32): u32 {
    const result = parse(request, input, length);
    if (result <= 0) {
      if (result < 0) this.refuse(connection, request, statusOf(-result));
      return 0;
    }
    const isRoomy = this.output.makeRoom(request.targetLength + MAX_REPLY_FIELDS);
    if (!isRoomy && !this.flush(connection)) {
      // The responses so far have to leave first; then this request is read again.
      request.clear();
      return 0;
    }
    if (request.flags & CONTENT_FLAGS) this.admitContent(connection, request, input, result);
    return connection.isLast ? 0 : result;
  }

  /** Decides whether the content that a head announces is read, or refused at once. */
  private admitContent(
    connection: Connection,
    request: Request,
    input: usize,
    headLength: u32,
  ): void {
    if (request.contentLength > this.limits.maxContent) {
      return this.refuse(connection, request, 413);
    }
    if (request.flags & (RequestFlag.ExpectContinue | RequestFlag.ExpectOther)) {
      if (request.hasFlag(RequestFlag.ExpectOther) || !request.isSafeRead()) {
        // The final answer, instead of asking for content that is of no use.
        connection.isLast = true;
        connection.mustLinger = true;
        this.respond(connection, request, input);
        return request.clear();
      }
      this.output.addContinue();
    }
    beginContent(connection, request, headLength);
  }

  private respond(connection: Connection, request: Request, input: usize): void {
    counters.requests++;
    const reply = this.reply;
    reply.clear();
    this.handler.handle(request, input, reply);
    let persistence = request.versionMinor == 0 ? Persistence.Stated : Persistence.Implied;
    if (!request.hasFlag(RequestFlag.KeepAlive) || !this.limits.keepAlive || this.isDraining) {
      connection.isLast = true;
    }
    if (connection.isLast) persistence = Persistence.Close;
    const withContent = request.method != Method.Head;
    if (this.output.add(connection, reply, persistence, withContent)) return;
    counters.refused++;
    this.refuse(connection, request, 503);
  }

  /** The last answer on a connection whose input cannot be read any further. */
  private refuse(connection: Connection, request: Request, status: i32): void {
    counters.requests++;
    connection.isLast = true;
    connection.mustLinger = true;
    this.reply.clear();
    this.handler.refuse(status, this.reply);
    this.output.add(connection, this.reply, Persistence.Close, request.method != Method.Head);
    request.clear();
  }

  private flush(connection: Connection): bool {
    this.sent = this.output.flush(connection);
    return this.sent == Sent.All;
  }

  /** Sends what the turn has gathered and keeps the input from `start` on for the next one. */
  private finishTurn(connection: Connection, buffer: usize, start: u32, end: u32): void {
    // Not a second time: with room for it now, nobody would come back for the requests that wait.
    if (this.sent == Sent.All) this.flush(connection);
    const sent = this.sent;
    if (sent == Sent.PeerGone) return this.close(connection);
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
    const isNew = start > 0 || connection.input == 0 || connection.state == State.Content;
    if (!this.inputs.keep(connection, buffer, start, end)) {
      counters.refused++;
      return this.close(connection);
    }
    if (isNew && sent == Sent.All) this.loop.expireIn(connection, this.limits.headerTimeoutMs);
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
    this.loop.expireIn(connection, LINGER_TIMEOUT_MS);
  }

  /** Reads once and forgets it; what `ready` answers. */
  private discardInput(connection: Connection): bool {
    const result = this.inputs.discard(connection);
    if (result > 0) return false;
    if (isWouldBlock(result)) return true;
    if (result < 0 && isFault(result)) panic("recv", result, connection.fd);
    this.close(connection);
    return true;
  }

  private close(connection: Connection): void {
    this.output.discard(connection);
    this.inputs.release(connection);
    this.loop.close(connection);
  }
}
