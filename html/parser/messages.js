// What a server that uses the parser takes the bytes of a connection for: one request after the
// other, each with its content. Where the first ends is what smuggling is about.

const MOST = 20;

/** What a byte can be part of. */
export const KINDS = [
  ...["none", "method", "target", "path", "query", "authority", "version"],
  ...["field-name", "field-value", "content", "chunk-size", "unread"],
];

/**
 * Reads `bytes` as one connection.
 * @returns {{ requests: object[], kinds: Uint8Array, fault: object | null }} `kinds` holds for each
 *   byte an index of KINDS; the fault has its position in all of the bytes
 */
export function readConnection(bytes, parser) {
  const kinds = new Uint8Array(bytes.length);
  const paint = (start, end, kind) => kinds.fill(KINDS.indexOf(kind), start, end);
  const requests = [];
  let at = 0;
  while (at < bytes.length && requests.length < MOST) {
    const request = readRequest(bytes, at, parser, paint);
    requests.push(request);
    if (request.tag !== "complete") break;
    at = request.end;
    if (!request.head.keepAlive) {
      paint(at, bytes.length, "unread");
      break;
    }
  }
  return { requests, kinds, fault: requests.at(-1)?.fault ?? null };
}

/** One request, from `start` on. */
function readRequest(bytes, start, { parse, parseChunked }, paint) {
  const { tag, val } = parse(bytes.subarray(start));
  if (tag === "malformed") return { tag, start, part: "head", fault: moved(val, start) };
  if (tag === "incomplete") return { tag, start, part: "head" };
  const head = val;
  paintHead(head, start, paint);
  const body = start + head.length;
  const content = readContent(bytes, body, head.framing, parseChunked, paint);
  return { start, head, body, part: "content", ...content };
}

const moved = (fault, by) => ({ ...fault, position: fault.position + by });

function paintHead(head, start, paint) {
  const span = (part, kind) => part && paint(start + part.start, start + part.end, kind);
  for (const { name, value } of head.fields) {
    span(name, "field-name");
    span(value, "field-value");
  }
  span(head.method, "method");
  span(head.target, "target");
  // Behind the target are SP and the eight bytes of the version.
  span({ start: head.target.end + 1, end: head.target.end + 9 }, "version");
  span(head.path, "path");
  span(head.query, "query");
  if (head.authority?.end <= head.target.end) span(head.authority, "authority");
}

/** What the head says about the bytes behind it, and where they end. */
function readContent(bytes, body, framing, parseChunked, paint) {
  if (framing.tag === "chunked") return readChunked(bytes, body, parseChunked, paint);
  const length = framing.tag === "length" ? Number(framing.val) : 0;
  const end = Math.min(body + length, bytes.length);
  paint(body, end, "content");
  const missing = body + length - end;
  return { tag: missing ? "incomplete" : "complete", end, missing };
}

function readChunked(bytes, body, parseChunked, paint) {
  const rest = bytes.subarray(body);
  const { tag, val } = parseChunked(rest);
  const read = tag === "malformed" ? parseChunked(rest.subarray(0, val.position)).val : val;
  const span = (part, kind) => paint(body + part.start, body + part.end, kind);
  for (const { size, data } of read.chunks) {
    span(size, "chunk-size");
    span(data, "content");
  }
  for (const { name, value } of read.trailers) {
    span(name, "field-name");
    span(value, "field-value");
  }
  const { chunks } = read;
  if (tag === "malformed") return { tag, chunks, end: bytes.length, fault: moved(val, body) };
  return { tag, chunks, end: body + read.length };
}
