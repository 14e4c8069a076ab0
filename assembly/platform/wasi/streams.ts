// What input and output streams of wasi:io answer, in the terms of recv(2) and send(2).

import { EAGAIN, ECONNRESET, EPIPE } from "../errno";
import {
  error_drop,
  input_stream_read,
  output_stream_check_write,
  output_stream_flush,
  output_stream_write,
} from "./bindings/io";
import { expectLists, isError, result } from "./canonical";

const enum StreamError {
  LastOperationFailed,
  Closed,
}

/** −errno of the stream-error that stands behind the outcome: `closed` if it is no failure. */
export function streamFailure(offset: usize, closed: i32): i32 {
  if (load<u8>(result + offset) == StreamError.Closed) return closed;
  error_drop(load<u32>(result + offset, 4));
  return -ECONNRESET;
}

/** Bytes that have come, 0 at the end, −EAGAIN while there are none. */
export function readStream(stream: u32, buffer: usize, length: i32): i32 {
  expectLists(buffer, length);
  input_stream_read(stream, length, result);
  if (isError()) return streamFailure(4, 0);
  const count = load<i32>(result, 8);
  return count > 0 ? count : -EAGAIN;
}

/** How many of `length` bytes may be written now: −EAGAIN if none. */
export function permit(stream: u32, length: u32): i32 {
  output_stream_check_write(stream, result);
  if (isError()) return streamFailure(8, -EPIPE);
  const permitted = load<u64>(result, 8);
  return permitted > 0 ? <i32>min<u64>(permitted, length) : -EAGAIN;
}

/** Hands over `length` bytes, for which there is a permit: how many. */
export function writeStream(stream: u32, pointer: usize, length: i32): i32 {
  output_stream_write(stream, pointer, length, result);
  return isError() ? streamFailure(4, -EPIPE) : length;
}

/** Is nothing of what was written still to leave? It cannot, if the stream has failed. */
export function isFlushed(stream: u32): bool {
  output_stream_flush(stream, result);
  if (isError()) {
    streamFailure(4, 0);
    return true;
  }
  return permit(stream, 1) != -EAGAIN;
}
