// Chunked content as the result of `parse-chunked`: the decoder of the server is fed byte by byte,
// and the spans follow from the states that it passes through.

import { isSpace } from "../bytes/ascii";
import { Chunk, ChunkState, skipChunks } from "../http/chunked";
import { BAD_CHUNK, writeFault } from "./fault";
import { CONTENT_FAULT, ContentResult, Outcome, SPANS_SIZE, storeSpans } from "./layout";
import { allocate } from "./memory";

/** Reads the `length` bytes at `input` and returns a content-outcome. */
export function writeContent(input: usize, length: u32): usize {
  const chunk = changetype<ChunkState>(allocate(offsetof<ChunkState>(), 8));
  const content = changetype<ContentResult>(allocate(offsetof<ContentResult>(), 8));
  memory.fill(changetype<usize>(content), 0, offsetof<ContentResult>());
  chunk.clear();
  let line: u32 = 0; // where the line of a size, or a trailer, starts
  let lineEnd: u32 = 0; // where the size, or the name of the trailer, ends
  let at: u32 = 0;
  while (at < length && chunk.state != Chunk.Done) {
    const from = chunk.state;
    const step: u32 = from == Chunk.Data ? dataLength(chunk, length - at) : 1;
    if (skipChunks(chunk, input + at, input + at + step) == 0) {
      return writeFault(BAD_CHUNK, at, CONTENT_FAULT);
    }
    const to = chunk.state;
    if (from == Chunk.Size || from == Chunk.Trailer) line = at;
    if (to == Chunk.SizeLineFeed) lineEnd = at;
    if (from == Chunk.SizeLineFeed) {
      pushChunk(content, line, lineEnd, at + 1, dataLength(chunk, length - at - 1));
    }
    if (from == Chunk.TrailerName && to == Chunk.TrailerValue) lineEnd = at;
    if (to == Chunk.TrailerLineFeed) pushTrailer(content, input, line, lineEnd, at);
    at += step;
  }
  content.outcome = chunk.state == Chunk.Done ? Outcome.Complete : Outcome.Incomplete;
  content.length = at;
  return changetype<usize>(content);
}

/** Bytes of the chunk that are among the next `rest`. */
function dataLength(chunk: ChunkState, rest: u32): u32 {
  return <u32>min(chunk.remaining, <f64>rest);
}

/** Elements of a list lie one behind the other: nothing else is allocated meanwhile. */
function pushChunk(content: ContentResult, line: u32, lineEnd: u32, data: u32, size: u32): void {
  const element = allocate(SPANS_SIZE, 4);
  if (content.chunkCount++ == 0) content.chunks = element;
  storeSpans(element, line, lineEnd, data, data + size);
}

/** The trailer of the name [line, nameEnd), whose line ends at `end`. */
function pushTrailer(
  content: ContentResult,
  input: usize,
  line: u32,
  nameEnd: u32,
  end: u32,
): void {
  let value = nameEnd + 1;
  while (value < end && isSpace(load<u8>(input + value))) value++;
  while (end > value && isSpace(load<u8>(input + end - 1))) end--;
  const element = allocate(SPANS_SIZE, 4);
  if (content.trailerCount++ == 0) content.trailers = element;
  storeSpans(element, line, nameEnd, value, end);
}
