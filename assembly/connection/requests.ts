// Requests: parsed where they lie and answered in their order, as many as have come. How long a
// connection may take for them, and what becomes of it, is its own business: http.ts.

import { Persistence } from "../http/head";
import { Method } from "../http/method";
import { parse } from "../http/parse";
import { statusOf } from "../http/parse-error";
import { Handler, MAX_REPLY_FIELDS, Reply } from "../http/reply";
import { Request, REQUEST_SIZE, RequestFlag } from "../http/request";
import { counters } from "../platform/counters";
import { countReply } from "../platform/metrics";
import { Batch } from "./batch";
import { Connection, State } from "./connection";
import { beginContent, CONTENT_FLAGS, skipContent } from "./content";
import { Limits } from "./limits";
import { LogEntries } from "./log-entries";
import { Output, Sent } from "./output";
import { Pace } from "./pace";

export class Requests {
  /** Every answer is the last of its connection. */
  isDraining: bool = false;
  /** Where that begins and ends in the buffer which is not answered. */
  start: u32 = 0;
  end: u32 = 0;
  private reply: Reply = new Reply();
  /** How the last flush went: after one that left something nothing more is read. */
  private sent: Sent = Sent.All;

  constructor(
    private batch: Batch,
    private output: Output,
    private handler: Handler,
    private pace: Pace,
    private limits: Limits,
    private log: LogEntries | null,
  ) {}

  /**
   * Answers the requests that are complete in the `end` bytes of `buffer`, and sends the answers: how
   * that went. If they may wait, Sent.All may mean that they do. What is not answered lies between
   * `start` and `end`.
   */
  serve(connection: Connection, buffer: usize, end: u32, canWait: bool): Sent {
    const request = changetype<Request>(buffer);
    const bytes = buffer + REQUEST_SIZE;
    let start: u32 = 0;
    this.sent = Sent.All;
    // Room for an answer is asked for behind its head: this one's has come in an earlier turn.
    if (connection.state == State.Content) this.output.sendWaiting();
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
          this.refuse(connection, request, bytes + start, -stop);
          break;
        }
        if (connection.state == State.Content) {
          // What has come of the content is done with; the head is kept until the rest has.
          connection.progress += <f64>(end - next);
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
    this.start = start;
    this.end = end;
    if (!canWait || connection.isLast || this.sent != Sent.All) return this.finish(connection);
    return this.output.flushLater(connection);
  }

  /** Instead: refuses the one at `start` of `buffer`, which nobody reads any further. */
  turnAway(connection: Connection, buffer: usize, start: u32, status: i32): Sent {
    this.start = 0;
    this.end = 0;
    this.sent = Sent.All;
    // Nobody has asked for room.
    this.output.sendWaiting();
    const input = buffer + REQUEST_SIZE + start;
    this.refuse(connection, changetype<Request>(buffer), input, status);
    return this.finish(connection);
  }

  /** Length of the head at `input`; 0 when no request can be answered now. */
  private readHead(connection: Connection, request: Request, input: usize, length: u32): u32 {
    const result = parse(request, input, length);
    if (result == 0) return 0;
    const log = this.log;
    const isRoomy = this.batch.hasRoomFor(request.targetLength + MAX_REPLY_FIELDS);
    if (!(isRoomy && (!log || log.hasRoom)) && !this.flush(connection)) {
      // The responses so far have to leave first; then this request is read again.
      request.clear();
      return 0;
    }
    if (result < 0) {
      this.refuse(connection, request, input, statusOf(-result));
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
      return this.refuse(connection, request, input, 413);
    }
    if (request.flags & (RequestFlag.ExpectContinue | RequestFlag.ExpectOther)) {
      if (request.hasFlag(RequestFlag.ExpectOther) || !request.isSafeRead()) {
        // The final answer, instead of asking for content that is of no use.
        connection.isLast = true;
        connection.mustLinger = true;
        this.respond(connection, request, input);
        return request.clear();
      }
      this.batch.addContinue();
    }
    beginContent(connection, request, headLength);
    this.pace.begin(connection);
  }

  private respond(connection: Connection, request: Request, input: usize): void {
    const reply = this.reply;
    reply.clear();
    this.handler.handle(request, input, reply);
    let persistence = request.versionMinor == 0 ? Persistence.Stated : Persistence.Implied;
    if (!request.hasFlag(RequestFlag.KeepAlive) || !this.limits.keepAlive) {
      connection.isLast = true;
    } else if (++connection.requests == this.limits.maxRequests || this.isDraining) {
      connection.isLast = true;
      // The client learns it only now: more may be on the way.
      connection.mustLinger = true;
    }
    if (connection.isLast) persistence = Persistence.Close;
    if (this.add(connection, request, input, persistence)) {
      return countReply(request.method, reply.status);
    }
    counters.refused++;
    this.refuse(connection, request, input, 503);
  }

  /** The last answer on a connection whose input cannot be read any further. */
  private refuse(connection: Connection, request: Request, input: usize, status: i32): void {
    connection.isLast = true;
    connection.mustLinger = true;
    this.reply.clear();
    this.handler.refuse(status, this.reply);
    this.add(connection, request, input, Persistence.Close);
    countReply(request.method, status);
    request.clear();
  }

  /** Adds the reply to the output, and to what will be logged; false when there is no buffer. */
  private add(
    connection: Connection,
    request: Request,
    input: usize,
    persistence: Persistence,
  ): bool {
    const reply = this.reply;
    const withContent = request.method != Method.Head;
    const length = this.output.add(connection, reply, persistence, withContent);
    const log = this.log;
    if (log && length > 0) {
      const content = withContent ? reply.length : 0;
      log.begin(connection, request, input, reply.status, length, content);
    }
    return length > 0;
  }

  private flush(connection: Connection): bool {
    this.sent = this.output.flush(connection);
    return this.sent == Sent.All;
  }

  /** Sends what the turn has gathered. */
  private finish(connection: Connection): Sent {
    // Not a second time: with room for it now, nobody would come back for the requests that wait.
    if (this.sent == Sent.All) this.flush(connection);
    return this.sent;
  }
}
