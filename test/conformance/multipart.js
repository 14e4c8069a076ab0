/** A strict parser of multipart/byteranges (RFC 9110 §14.6, RFC 2046 §5.1). */

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([0-9A-Za-z'()+_,\-./:=?]{1,70}))\s*$/i;

/**
 * The parts of a multipart response as { range, type, content }, or { error } with a sentence.
 * @param {import("./response.js").Response} response
 */
export function parseMultipart(response) {
  const match = BOUNDARY.exec(response.get("content-type") ?? "");
  if (!match) return { error: "no boundary in Content-Type" };
  const delimiter = `--${match[1] ?? match[2]}`;
  const text = response.content.toString("latin1");
  const first = text.startsWith(delimiter) ? 0 : text.indexOf(`\r\n${delimiter}`) + 2;
  if (first === 1) return { error: "the boundary does not occur" };
  const pieces = text.slice(first + delimiter.length).split(`\r\n${delimiter}`);
  const last = pieces.pop();
  if (!/^--[ \t]*(\r\n)?$/.test(last)) return { error: "no closing boundary at the end" };
  const parts = pieces.map(parsePart);
  return { parts, error: parts.map((part) => part.error).find(Boolean) };
}

function parsePart(piece) {
  const head = /^[ \t]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(piece);
  if (!head) return { error: "malformed fields of a part" };
  const fields = new Map();
  for (const line of head[1].split("\r\n").filter(Boolean)) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!field) return { error: `malformed field of a part: ${line}` };
    fields.set(field[1].toLowerCase(), field[2]);
  }
  const range = fields.get("content-range");
  const bounds = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? "");
  if (!bounds) return { error: `Content-Range of a part: ${range}` };
  const content = Buffer.from(piece.slice(head[0].length), "latin1");
  const [firstPos, lastPos, complete] = bounds.slice(1).map(Number);
  if (content.length !== lastPos - firstPos + 1 || lastPos >= complete) {
    return { error: `${content.length} bytes in part ${range}` };
  }
  return { range, type: fields.get("content-type"), content };
}
