// Responses on their way, for the access log. Each has an entry, and the bytes that a connection
// sends belong to its entries in their order: one that has been sent whole becomes a line. As a rule
// that is before the turn ends; entries of what a client has not taken move to a buffer of the pool.

import { Request } from "../http/request";
import { AccessLog } from "../log/access-log";
import { Entry, MAX_ENTRY } from "../log/entry";
import { Pool } from "../loop/pool";
import { MAX_ADDRESS, writeAddress } from "../platform/address";
import { PeerRecord } from "../platform/layout";
import { Connection, CONNECTION_SIZE } from "./connection";

/** What is kept of a connection, behind its record. */
@unmanaged
class LogRecord {
  /** A pool buffer with a queue, or 0. */
  entries: usize;
  /** The address of the client: so many bytes, which lie behind this record. */
  clientLength: u8;
}

/** How much longer slots are. */
export const LOG_RECORD_SIZE: usize =
  (offsetof<LogRecord>("clientLength") + 1 + MAX_ADDRESS + 15) & ~15;

/** Where entries are; it stands at the beginning of the buffer, unless they wait. */
@unmanaged
export class EntryQueue {
  start: usize;
  end: usize;
}

export class LogEntries {
  /** Entries of the connection being served, in the buffer behind those that wait. */
  private made: EntryQueue;
  /** Where they begin. */
  private first: usize;
  /** What it is about: these, but while what has waited is settled. */
  private queue: EntryQueue;

  /** `buffer` is like those of the pool; `peer` is where the listeners put a PeerRecord. */
  constructor(
    private log: AccessLog,
    private pool: Pool,
    private buffer: usize,
    private peer: usize,
  ) {
    this.made = changetype<EntryQueue>(buffer);
    this.queue = changetype<EntryQueue>(buffer);
    this.first = buffer + offsetof<EntryQueue>();
    this.clear(this.queue);
  }

  /** Notes whose connection it is. */
  opened(connection: Connection): void {
    const client = recordOf(connection) + offsetof<LogRecord>("clientLength");
    const end = writeAddress(client + 1, changetype<PeerRecord>(this.peer));
    store<u8>(client, <u8>(end - client - 1));
  }

  /**
   * Is there room for another entry? If not, what has been answered is to be sent first. There always
   * is when nothing waits and nothing has been answered.
   */
  get hasRoom(): bool {
    return this.made.end + MAX_ENTRY <= this.buffer + this.pool.size;
  }

  /** A response has been added to the output: so many bytes, so many of them content. */
  begin(
    connection: Connection,
    request: Request,
    input: usize,
    status: i32,
    length: f64,
    content: f64,
  ): void {
    const queue = this.queue;
    const entry = changetype<Entry>(queue.end);
    const client = recordOf(connection) + offsetof<LogRecord>("clientLength");
    entry.left = length;
    entry.content = content;
    this.log.line.begin(entry, request, input, client, status);
    queue.end = entry.next;
  }

  /** Sets the entries of the connection being served aside: its responses wait, with `aside`. */
  wait(aside: EntryQueue): void {
    const made = this.made;
    aside.start = made.start;
    aside.end = made.end;
    made.start = made.end;
    this.first = made.end;
  }

  /** From now on it is about those entries; `resume` ends that. */
  takeUp(aside: EntryQueue): void {
    this.queue = aside;
  }

  /** Nothing waits any more. */
  resume(): void {
    const made = this.made;
    this.queue = made;
    this.first = this.buffer + offsetof<EntryQueue>();
    if (made.start == made.end) this.clear(made);
  }

  /** The connection has sent so many bytes. */
  sent(connection: Connection, bytes: f64): void {
    const queue = this.queueOf(connection);
    while (queue.start < queue.end) {
      const entry = changetype<Entry>(queue.start);
      const step = min(entry.left, bytes);
      entry.left -= step;
      bytes -= step;
      if (entry.left > 0) return;
      this.log.add(entry);
      queue.start = entry.next;
    }
    this.release(connection);
  }

  /** The client has not taken all that was sent. Without a buffer it is logged as it is. */
  keep(connection: Connection): void {
    const record = changetype<LogRecord>(recordOf(connection));
    const queue = this.queue;
    if (record.entries != 0 || queue.start == queue.end) return;
    // Half of the buffers are for requests and responses alone.
    const own = this.pool.available > this.pool.count >> 1 ? this.pool.take() : 0;
    if (own == 0) return this.end(connection);
    const length = queue.end - queue.start;
    const copy = changetype<EntryQueue>(own);
    this.clear(copy);
    memory.copy(copy.start, queue.start, length);
    copy.end = copy.start + length;
    record.entries = own;
    this.clear(queue);
  }

  /** Nothing more will be sent. */
  end(connection: Connection): void {
    const queue = this.queueOf(connection);
    while (queue.start < queue.end) {
      const entry = changetype<Entry>(queue.start);
      this.log.add(entry);
      queue.start = entry.next;
    }
    this.release(connection);
  }

  /** The connection has no entries any more. */
  private release(connection: Connection): void {
    const record = changetype<LogRecord>(recordOf(connection));
    if (record.entries == 0) return this.clear(this.queue);
    this.pool.give(record.entries);
    record.entries = 0;
  }

  private queueOf(connection: Connection): EntryQueue {
    const entries = changetype<LogRecord>(recordOf(connection)).entries;
    return entries == 0 ? this.queue : changetype<EntryQueue>(entries);
  }

  private clear(queue: EntryQueue): void {
    const isMade = queue == this.made;
    queue.start = isMade ? this.first : changetype<usize>(queue) + offsetof<EntryQueue>();
    queue.end = queue.start;
  }
}

function recordOf(connection: Connection): usize {
  return changetype<usize>(connection) + CONNECTION_SIZE;
}
