// What status codes and fields mean, close to the words of RFC 9110, 9111 and 9112.

const RFC = "https://www.rfc-editor.org/rfc/rfc";

// name: [explanation, RFC, section]
const FIELDS = {
  "accept-ranges": ["The server takes range requests for this resource.", 9110, "14.3"],
  "age": ["Estimated seconds since the answer was made at the origin server.", 9111, "5.1"],
  "allow": ["The methods that this resource supports.", 9110, "10.2.1"],
  "cache-control": ["Directives for caches along the way.", 9111, "5.2"],
  "connection": ["What the sender wants done with this connection.", 9110, "7.6.1"],
  "content-encoding": ["The codings applied to the representation.", 9110, "8.4"],
  "content-language": ["The language of the intended audience.", 9110, "8.5"],
  "content-length": ["How long the content is, in octets: so the connection can be kept.", 9110, "8.6"],
  "content-range": ["Which part of the representation this is, and of how much.", 9110, "14.4"],
  "content-type": ["The media type of the representation.", 9110, "8.3"],
  "date": ["When the message was originated.", 9110, "6.6.1"],
  "etag": [
    "An opaque validator that tells this version of the representation from others.",
    9110,
    "8.8.3",
  ],
  "keep-alive": ["A hint how long the connection stays open when idle.", 9112, "9.3"],
  "last-modified": [
    "When, as far as the origin server knows, the representation was last modified.",
    9110,
    "8.8.2",
  ],
  "location": ["The resource that this answer refers to.", 9110, "10.2.2"],
  "server": ["The software that made the answer.", 9110, "10.2.4"],
  "transfer-encoding": ["How the content is framed on this connection.", 9112, "6.1"],
  "vary": ["The parts of a request that may have influenced the choice.", 9110, "12.5.5"],
};

const NO_CACHE = [
  "Caches may keep the answer, but must not use it without asking the origin server first.",
  9111,
  "5.2.2.4",
];

const STATUSES = {
  200: ["The request has succeeded.", "15.3.1"],
  206: ["Part of the representation, as the request's Range field wished.", "15.3.7"],
  301: ["The page has a new address.", "15.4.2"],
  304: ["The version you have is still good, so no content is sent.", "15.4.5"],
  308: ["The page has a new address.", "15.4.9"],
  404: ["The origin server has no current representation of this.", "15.5.5"],
  405: ["The method is known, but this resource does not support it.", "15.5.6"],
  416: ["None of the ranges overlap the representation.", "15.5.17"],
};

/** { text, source, link } for a field; `text` is empty when it is not a field we know. */
export function explainField(name, value) {
  const entry = name === "cache-control" && value === "no-cache" ? NO_CACHE : FIELDS[name];
  return entry ? withLink(...entry) : { text: "", source: "", link: "" };
}

const RANGE_IGNORED = ["This server ignores Range and sends everything, as it may.", "14.2"];

/** The same for a status; `wasRange` when the request asked for a range. */
export function explainStatus(status, wasRange) {
  const [text, section] = wasRange && status === 200 ? RANGE_IGNORED : STATUSES[status] ?? ["", "15"];
  return withLink(text, 9110, section);
}

function withLink(text, number, section) {
  return {
    text,
    source: `RFC ${number} §${section}`,
    link: `${RFC}${number}.html#section-${section}`,
  };
}
