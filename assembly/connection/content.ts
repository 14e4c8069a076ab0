// The content of a request: read so that the next request on the connection is found, and
// discarded (RFC 9112 §6).

import { Chunk, skipChunks } from "../http/chunked";
import { Request, RequestFlag } from "../http/request";
import { Connection, State } from "./connection";

/** The flags of a request that announces content. */
export const CONTENT_FLAGS: u32 = RequestFlag.Chunked | RequestFlag.ContentLength;

/** From now on what comes behind the head of `headLength` bytes is content. */
export function beginContent(connection: Connection, request: Request, headLength: u32): void {
  connection.state = State.Content;
  connection.headLength = headLength;
  connection.contentLeft = request.contentLength;
  connection.chunk.clear();
}

/**
 * Discards content in [at, end). Result: the position behind it, with State.Head when it has ended
 * there; or −status, 400 when it is not what the head announced, 413 when it is more than
 * `maxContent` bytes.
 */
export function skipContent(
  connection: Connection,
  request: Request,
  at: usize,
  end: usize,
  maxContent: f64,
): i32 {
  if (!request.hasFlag(RequestFlag.Chunked)) {
    const step = min(connection.contentLeft, <f64>(end - at));
    connection.contentLeft -= step;
    if (connection.contentLeft == 0) connection.state = State.Head;
    return <i32>at + <i32>step;
  }
  const chunk = connection.chunk;
  const stop = skipChunks(chunk, at, end);
  if (stop == 0) return -400;
  if (chunk.total + chunk.remaining > maxContent) return -413;
  if (chunk.state == Chunk.Done) connection.state = State.Head;
  return <i32>stop;
}
