// What a socket is made of: the resource, the streams of a connection, and pollables for both
// directions.

import {
  input_stream_drop,
  input_stream_subscribe,
  output_stream_drop,
  output_stream_subscribe,
  pollable_drop,
} from "./bindings/io";
import { tcp_socket_drop, tcp_socket_subscribe } from "./bindings/sockets";
import { Descriptor, descriptorAt } from "./descriptors";

/**
 * Streams and pollables are children of their socket: they must be dropped before it. 0 is none.
 */
@unmanaged
export class Socket extends Descriptor {
  input: u32;
  output: u32;
  /** Pollables, made when they are waited for. */
  readable: u32;
  writable: u32;
  /** In which round of waits it was last told that it is ready: see poll.ts. */
  round: u32;
  /** Of the connections that are closed and not ended: the next one. */
  nextClosing: Socket | null;
}

export function socketAt(fd: i32): Socket {
  return changetype<Socket>(descriptorAt(fd));
}

/** The pollable that tells when there is something to read, or to accept. */
export function readableOf(socket: Socket): u32 {
  if (socket.readable == 0) {
    const isListener = socket.input == 0;
    socket.readable = isListener
      ? tcp_socket_subscribe(socket.handle)
      : input_stream_subscribe(socket.input);
  }
  return socket.readable;
}

/** The pollable that tells when there is room to write. */
export function writableOf(socket: Socket): u32 {
  if (socket.writable == 0) socket.writable = output_stream_subscribe(socket.output);
  return socket.writable;
}

export function dropConnection(socket: Socket): void {
  if (socket.readable != 0) pollable_drop(socket.readable);
  if (socket.writable != 0) pollable_drop(socket.writable);
  output_stream_drop(socket.output);
  input_stream_drop(socket.input);
  tcp_socket_drop(socket.handle);
}
