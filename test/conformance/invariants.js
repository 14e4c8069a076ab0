/**
 * What must hold for every response, whatever was asked: checked after each response of each
 * case. Grammar and framing are checked while parsing (response.js), fields here.
 */
import { parseImfFixdate } from "./dates.js";
import { show } from "./response.js";

const SINGLE = [
  "content-length", "content-type", "content-range", "date", "etag", "last-modified", "location",
  "age", "expires", "server", "retry-after",
];
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*$`,
);
const TOKEN_LIST = new RegExp(`^(?:${TOKEN})?(?:[ \\t]*,[ \\t]*(?:${TOKEN})?)*$`);
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const NEVER_IN_TRAILERS = [
  "transfer-encoding", "content-length", "host", "content-encoding", "content-type",
  "content-range", "trailer", "connection",
];

/**
 * The rules: [what is wrong, predicate that is true when it is]. A request is
 * { method, minor } of what this response answers.
 */
const RULES = [
  ["no Date (RFC 9110 §6.6.1: MUST in 2xx, 3xx and 4xx)",
    (r) => r.status >= 200 && r.status < 500 && r.get("date") === undefined],
  ["Date is no IMF-fixdate", (r) => isBadDate(r.get("date"))],
  ["Last-Modified is no IMF-fixdate", (r) => isBadDate(r.get("last-modified"))],
  ["Last-Modified is later than Date (RFC 9110 §8.8.2.1)",
    (r) => parseImfFixdate(r.get("last-modified")) > parseImfFixdate(r.get("date"))],
  ["ETag is no entity-tag",
    (r) => r.get("etag") !== undefined && !ENTITY_TAG.test(r.get("etag"))],
  ["Content-Type is no media-type",
    (r) => r.get("content-type") !== undefined && !MEDIA_TYPE.test(r.get("content-type"))],
  ["Content-Length in 1xx or 204 (RFC 9110 §8.6)",
    (r) => (r.isInterim || r.status === 204) && r.get("content-length") !== undefined],
  ["Transfer-Encoding in 1xx or 204 (RFC 9112 §6.1)",
    (r) => (r.isInterim || r.status === 204) && r.get("transfer-encoding") !== undefined],
  ["content in 205 (RFC 9110 §15.3.6)", (r) => r.status === 205 && r.content.length > 0],
  ["Transfer-Encoding in answer to HTTP/1.0 (RFC 9112 §6.1)",
    (r, q) => q.minor === 0 && r.get("transfer-encoding") !== undefined],
  ["1xx in answer to HTTP/1.0 (RFC 9110 §15.2)", (r, q) => q.minor === 0 && r.isInterim],
  ["101 though no Upgrade was asked for", (r) => r.status === 101],
  ["2xx to CONNECT by a server that is no proxy",
    (r, q) => q.method === "CONNECT" && r.status >= 200 && r.status < 300],
  ["Upgrade missing in 426 (RFC 9110 §15.5.22)",
    (r) => r.status === 426 && r.get("upgrade") === undefined],
  ["Location is no URI reference",
    (r) => r.get("location") !== undefined && !URI_REFERENCE.test(r.get("location"))],
  ["206 without or with a wrong Content-Range", (r, q) => isBadPart(r, q)],
  ["Content-Range in a response that is neither 206 nor 416 (RFC 9110 §14.4)",
    (r) => r.get("content-range") !== undefined && r.status !== 206 && r.status !== 416],
  ["trailer field that may not be one (RFC 9110 §6.5.1)",
    (r) => r.trailers.some(([name]) => NEVER_IN_TRAILERS.includes(name))],
  ["X-Injected: a field was injected", (r) => r.get("x-injected") !== undefined],
];

function isBadDate(text) {
  return text !== undefined && Number.isNaN(parseImfFixdate(text));
}

function isBadPart(response, request) {
  if (response.status !== 206) return false;
  const range = response.get("content-range");
  if (/^multipart\/byteranges\b/i.test(response.get("content-type") ?? "")) {
    return range !== undefined;
  }
  const match = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)$/.exec(range ?? "");
  if (!match) return true;
  const [first, last, complete] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (first > last || last >= complete) return true;
  return request.method !== "HEAD" && response.content.length !== last - first + 1;
}

/** What is wrong with this response to this request: a list of sentences, empty if nothing. */
export function violations(response, request) {
  const found = RULES.filter(([, isBroken]) => isBroken(response, request)).map(([text]) => text);
  for (const name of SINGLE) {
    if (response.getAll(name).length > 1) found.push(`${name} in more than one line`);
  }
  for (const name of ["connection", "allow", "vary", "content-encoding", "accept-ranges"]) {
    const value = response.get(name);
    if (value !== undefined && !TOKEN_LIST.test(value)) found.push(`${name}: ${show(value)}`);
  }
  return found.map((text) => `${text} [${response.status}]`);
}
