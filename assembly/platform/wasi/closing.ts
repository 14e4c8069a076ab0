// Connections that are closed and not ended. What has been written to a stream may still be on its
// way out when the connection is closed; dropped then, it would be lost, or hold up everybody until
// it has gone. So such a connection ends only later.

import { pollable_drop } from "./bindings/io";
import { freeDescriptor } from "./descriptors";
import { dropConnection, Socket } from "./socket";
import { isFlushed } from "./streams";

/** The first of them. */
export let closing: Socket | null = null;
let count: i32 = 0;
/** When there are so many, nobody else is accepted. */
let most: i32 = i32.MAX_VALUE;

/**
 * Once, at the start. Twice as many descriptors hold them and those that are open, if these are as
 * many.
 */
export function limitClosing(limit: i32): void {
  most = limit;
}

export function areTooManyClosing(): bool {
  return count >= most;
}

/** The connection ends when all it has written has gone. */
export function closeLater(socket: Socket): void {
  if (socket.readable != 0) pollable_drop(socket.readable);
  socket.readable = 0;
  socket.nextClosing = closing;
  closing = socket;
  count++;
}

/** Ends those that have sent everything. */
export function endFlushed(): void {
  let before: Socket | null = null;
  let socket = closing;
  while (socket) {
    const next = socket.nextClosing;
    if (!isFlushed(socket.output)) before = socket;
    else {
      if (before) before.nextClosing = next;
      else closing = next;
      count--;
      dropConnection(socket);
      freeDescriptor(socket);
    }
    socket = next;
  }
}
