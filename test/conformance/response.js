/**
 * A strict parser of HTTP/1.1 responses (RFC 9112 §4 to §7). It reads what grammar allows and
 * nothing else: whatever differs is thrown as a Violation, because a client that repairs what it
 * reads hides a server's faults. What the fields mean is judged in invariants.js.
 */

const TCHARS = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TOKEN = new RegExp(`^${TCHARS}$`);
const STATUS_LINE = /^HTTP\/([0-9])\.([0-9]) ([1-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const CHUNK_EXT = `[ \\t]*;[ \\t]*${TCHARS}(?:[ \\t]*=[ \\t]*(?:${TCHARS}|"(?:[^"\\\\]|\\\\.)*"))?`;
const CHUNK_LINE = new RegExp(`^([0-9A-Fa-f]+)(?:${CHUNK_EXT})*$`);

const INCOMPLETE = { missing: 1 };

export class Violation extends Error {}

export class Response {
  constructor(status, minor, reason, fields) {
    this.status = status;
    this.minor = minor;
    this.reason = reason;
    /** Field lines in order, names in lower case. */
    this.fields = fields;
    this.content = Buffer.alloc(0);
    this.trailers = [];
    /** "none", "length", "chunked" or "close". */
    this.framing = "none";
  }

  /** All values of a field, in order. */
  getAll(name) {
    return this.fields.filter((field) => field[0] === name).map((field) => field[1]);
  }

  /** The field's value, lines combined as RFC 9110 §5.3 says; undefined when absent. */
  get(name) {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(", ");
  }

  /** The members of a list field, in lower case. */
  list(name) {
    return (this.get(name) ?? "").split(",").map((s) => s.trim().toLowerCase()).filter(Boolean);
  }

  get isInterim() {
    return this.status < 200;
  }

  /** Whether the connection ends after this response, by its own words. */
  get saysClose() {
    const options = this.list("connection");
    if (this.isInterim) return false;
    if (options.includes("close") || this.framing === "close") return true;
    return this.minor === 0 && !options.includes("keep-alive");
  }
}

/** Index after the line that begins at `start` and its text, or null while it is incomplete. */
function readLine(bytes, start, what) {
  const end = bytes.indexOf(10, start);
  const text = bytes.toString("latin1", start, end < 0 ? bytes.length : end);
  if (end < 0) {
    if (text.length > 65536) throw new Violation(`${what} of more than 64 KiB`);
    return null;
  }
  if (!text.endsWith("\r")) throw new Violation(`bare LF at the end of ${what}: ${show(text)}`);
  const line = text.slice(0, -1);
  if (line.includes("\r")) throw new Violation(`bare CR in ${what}: ${show(line)}`);
  return { line, next: end + 1 };
}

/** Field lines up to the empty line. */
function readFields(bytes, start, what) {
  const fields = [];
  let at = start;
  for (;;) {
    const read = readLine(bytes, at, what);
    if (!read) return null;
    at = read.next;
    if (read.line === "") return { fields, next: at };
    fields.push(parseField(read.line, what));
  }
}

function parseField(line, what) {
  const colon = line.indexOf(":");
  if (/^[ \t]/.test(line)) throw new Violation(`obs-fold in ${what}: ${show(line)}`);
  if (colon < 0) throw new Violation(`${what} without colon: ${show(line)}`);
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
  if (!TOKEN.test(name)) throw new Violation(`field name is no token: ${show(line)}`);
  if (!FIELD_VALUE.test(value)) throw new Violation(`control byte in ${what}: ${show(line)}`);
  return [name.toLowerCase(), value];
}

function readChunked(bytes, start) {
  const chunks = [];
  let at = start;
  for (;;) {
    const read = readLine(bytes, at, "chunk-size line");
    if (!read) return null;
    const match = CHUNK_LINE.exec(read.line);
    if (!match) throw new Violation(`malformed chunk-size line: ${show(read.line)}`);
    const size = parseInt(match[1], 16);
    at = read.next;
    if (size === 0) break;
    if (bytes.length < at + size + 2) return null;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
    if (bytes[at] !== 13 || bytes[at + 1] !== 10) throw new Violation("no CRLF after chunk data");
    at += 2;
  }
  const trailer = readFields(bytes, at, "trailer field");
  if (!trailer) return null;
  return { content: Buffer.concat(chunks), trailers: trailer.fields, next: trailer.next };
}

/** The declared length of the content; a violation if the field is not one decimal number. */
function contentLength(response) {
  const values = response.getAll("content-length");
  if (values.length === 0) return -1;
  if (values.length > 1) throw new Violation("more than one Content-Length line");
  if (!/^[0-9]+$/.test(values[0])) throw new Violation(`Content-Length: ${show(values[0])}`);
  return Number(values[0]);
}

/** RFC 9112 §6.3 rules 1 and 2: these responses have no content, whatever their fields say. */
function hasNoContent(response, method) {
  const { status } = response;
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return true;
  return method === "CONNECT" && status < 300;
}

function readContent(bytes, start, response, method, ended) {
  const length = contentLength(response);
  const codings = response.get("transfer-encoding");
  if (codings !== undefined && length >= 0) {
    throw new Violation("both Content-Length and Transfer-Encoding");
  }
  if (hasNoContent(response, method)) return { content: Buffer.alloc(0), next: start };
  if (codings !== undefined) {
    if (codings.toLowerCase() !== "chunked") throw new Violation(`Transfer-Encoding: ${codings}`);
    response.framing = "chunked";
    return readChunked(bytes, start);
  }
  if (length >= 0) {
    response.framing = "length";
    const missing = start + length - bytes.length;
    if (missing > 0) return { missing };
    return { content: bytes.subarray(start, start + length), next: start + length };
  }
  response.framing = "close";
  return ended ? { content: bytes.subarray(start), next: bytes.length } : null;
}

/**
 * Reads the response at the beginning of `bytes`, which answers a request of this `method`.
 * Returns { response, next }, or { missing } while it is incomplete: so many bytes at least are
 * to come. Throws Violation. `ended`: nothing more will come.
 */
export function parseResponse(bytes, method, ended) {
  const statusLine = readLine(bytes, 0, "status-line");
  if (!statusLine) {
    if (bytes.length >= 5 && bytes.toString("latin1", 0, 5) !== "HTTP/") {
      throw new Violation(`no status-line: ${show(bytes.toString("latin1", 0, 60))}`);
    }
    return INCOMPLETE;
  }
  const match = STATUS_LINE.exec(statusLine.line);
  if (!match) throw new Violation(`malformed status-line: ${show(statusLine.line)}`);
  if (match[1] !== "1") throw new Violation(`major version of the response: ${match[1]}`);
  const head = readFields(bytes, statusLine.next, "field line");
  if (!head) return INCOMPLETE;
  const response = new Response(Number(match[3]), Number(match[2]), match[4], head.fields);
  const body = readContent(bytes, head.next, response, method, ended);
  if (!body) return INCOMPLETE;
  if (body.missing) return body;
  response.content = body.content;
  response.trailers = body.trailers ?? [];
  return { response, next: body.next };
}

/** Bytes as people can read them: controls and non-ASCII escaped, long text cut. */
export function show(bytes, limit = 300) {
  const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
  const short = text.length > limit ? text.slice(0, limit) : text;
  // eslint-disable-next-line no-control-regex
  const escaped = short.replace(/[\x00-\x1f\\\x7f-\xff]/g, (c) => {
    const known = { "\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\" }[c];
    return known ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return text.length > limit ? `${escaped}… (${text.length} bytes)` : escaped;
}
