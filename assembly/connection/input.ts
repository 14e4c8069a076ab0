// Input buffers: a request record and behind it the bytes. Input that comes whole never leaves the
// scratch buffer, which all connections share; what is incomplete at the end of a turn moves to a
// buffer of the pool.

import { Request, REQUEST_SIZE } from "../http/request";
import { Pool } from "../loop/pool";
import { recv } from "../platform/imports";
import { Connection } from "./connection";
import { Limits } from "./limits";

export class Inputs {
  /** `scratch` is a buffer like those of the pool. */
  constructor(
    private pool: Pool,
    limits: Limits,
    private scratch: usize,
  ) {
    const request = changetype<Request>(scratch);
    request.clear();
    request.maxFields = <u16>limits.maxFields;
    request.maxTarget = <u16>limits.maxTarget;
    request.maxHead = <u16>limits.maxHead;
  }

  /** The buffer that holds the connection's input, or the scratch when it holds none. */
  bufferOf(connection: Connection): usize {
    return connection.input != 0 ? connection.input : this.scratch;
  }

  /** How many bytes `receive` asks for. */
  roomOf(connection: Connection): u32 {
    return this.pool.size - REQUEST_SIZE - heldLength(connection);
  }

  /** Reads behind the input that is there: what recv answered. */
  receive(connection: Connection): i32 {
    const at = this.bufferOf(connection) + REQUEST_SIZE + heldLength(connection);
    return recv(connection.fd, at, this.roomOf(connection));
  }

  /** Reads what nobody wants: what recv answered. */
  discard(connection: Connection): i32 {
    return recv(connection.fd, this.scratch + REQUEST_SIZE, this.pool.size - REQUEST_SIZE);
  }

  /**
   * Moves the bytes [start, end) of `buffer`, and its request record, to the front of a buffer of
   * the connection's own. False when there is none left; then nothing was changed.
   */
  keep(connection: Connection, buffer: usize, start: u32, end: u32): bool {
    const length = end - start;
    if (connection.input == 0) {
      const own = this.pool.take();
      if (own == 0) return false;
      memory.copy(own, buffer, REQUEST_SIZE);
      memory.copy(own + REQUEST_SIZE, buffer + REQUEST_SIZE + start, length);
      connection.input = own;
      changetype<Request>(buffer).clear();
    } else if (start > 0) {
      memory.copy(buffer + REQUEST_SIZE, buffer + REQUEST_SIZE + start, length);
    }
    connection.inputLength = length;
    return true;
  }

  release(connection: Connection): void {
    if (connection.input == 0) return;
    this.pool.give(connection.input);
    connection.input = 0;
  }
}

/** How much input there is that nobody has answered. */
export function heldLength(connection: Connection): u32 {
  return connection.input != 0 ? connection.inputLength : 0;
}
