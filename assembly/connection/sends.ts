// Responses that leave together when a turn ends: one call of the host sends them all, after all
// that was ready has been handled. It is cheaper than a call for each, and so is the handling when
// no call comes in between.

import { send_each } from "../platform/imports";
import { SendRecord } from "../platform/layout";
import { panic } from "../platform/panic";
import { Connection } from "./connection";
import { EntryQueue } from "./log-entries";

/** The more there are, the longer the first one waits. */
const MOST: i32 = 32;

/** What goes with a send record: whose bytes they are; it begins with what will be logged of them. */
@unmanaged
export class Waiting extends EntryQueue {
  connection: Connection;
  /** What holds the bytes in place, retained, or 0. */
  lease: usize;
  /** Of how many responses they are. */
  responses: u32;
}

const records = memory.data(512);
const waiting = memory.data(640);

export class Sends {
  count: i32 = 0;

  get isFull(): bool {
    return this.count == MOST;
  }

  /** Adds `length` bytes at `pointer`, which stay there until they are sent. */
  add(connection: Connection, pointer: usize, length: u32): Waiting {
    const record = this.recordAt(this.count);
    record.fd = connection.fd;
    record.pointer = <u32>pointer;
    record.length = length;
    const added = this.at(this.count++);
    added.connection = connection;
    return added;
  }

  /** Sends all of them; the outcome of each is in its record. */
  sendAll(): void {
    const result = send_each(records, this.count);
    if (result < 0) panic("send_each", result, 0);
  }

  recordAt(i: i32): SendRecord {
    return changetype<SendRecord>(records + <usize>i * offsetof<SendRecord>());
  }

  at(i: i32): Waiting {
    return changetype<Waiting>(waiting + <usize>i * offsetof<Waiting>());
  }
}
