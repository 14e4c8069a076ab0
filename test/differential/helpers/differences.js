// The table of differences: each rule explains one kind of difference between our parser and
// llhttp, and the first that applies counts. docs/llhttp.md shows the same rules in the same
// order, with the same reasons; test/cases/request/llhttp.md has a case for each.

import { METHOD_NAMES } from "./llhttp.js";
import { REFUSED_BY_US } from "./refused-by-us.js";

/**
 * @typedef {import("./seen.js").Seen} Seen
 * @typedef {import("./compare.js").Kind} Kind
 * @typedef {object} Rule
 * @property {string} name
 * @property {Kind | Kind[]} kind of the differences that it explains
 * @property {(seen: Seen, line: number) => boolean} applies `line`: see Difference in compare.js
 * @property {string} why ours is right
 */

const RTSP_METHODS = METHOD_NAMES.filter((name, number) => number >= 35 && name !== "QUERY");
const EMPTY_BEHIND_CHUNKED = /(?:^|,)[ \t]*chunked *,[ \t,]*$/i;
const TAB_BEHIND_CHUNKED = /(?:^|,)[ \t]*chunked *\t/i;
const TAB_BEHIND_LENGTH = /^\d+ *\t[ \t]*$/;

/** Chunked is the one coding, and in a version that knows it. */
const isFine = (/** @type {Seen} */ { codings, version }) =>
  codings.join() === "chunked" && version !== "HTTP/1.0";

/** @type {Rule[]} */
const REFUSED_BY_LLHTTP = [
  {
    name: "The method is not in llhttp's list",
    kind: "llhttp refuses",
    applies: ({ theirs, method }) =>
      theirs.error === "INVALID_METHOD" && !METHOD_NAMES.includes(method),
    why: "a method is a token; one that a server does not know is 501, not 400 (RFC 9110 §9.1)",
  },
  {
    name: "A method of RTSP is used in HTTP",
    kind: "llhttp refuses",
    applies: ({ theirs, method }) =>
      theirs.error === "INVALID_CONSTANT" && RTSP_METHODS.includes(method),
    why: "it is a token like any other (RFC 9110 §9.1)",
  },
  {
    name: "The method is PRI",
    kind: ["llhttp refuses", "we refuse", "state"],
    applies: ({ theirs, method }) => method === "PRI" &&
      (theirs.error === "INVALID_VERSION" || theirs.state === "incomplete"),
    why: "in HTTP/1.1 an unknown method, 501; the preface of HTTP/2 (RFC 9113 §3.4) is 505 here",
  },
  {
    name: "The minor version is above 1",
    kind: "llhttp refuses",
    applies: ({ theirs, version }) =>
      theirs.error === "INVALID_VERSION" && /^HTTP\/1\.[2-9]/.test(version),
    why: "it is processed as the highest minor version that is known (RFC 9110 §2.5)",
  },
  {
    name: "The head breaks off behind wrong framing",
    kind: "llhttp refuses",
    applies: (seen) => seen.ours.state === "incomplete" &&
      /CONTENT_LENGTH|TRANSFER_ENCODING/.test(seen.theirs.error) &&
      /Length|Coding|Encoding/.test(seen.framingAlone().error),
    why: "ours judges framing when the head is complete, and refuses it then (abi.md)",
  },
  {
    name: "The request breaks off in a wrong authority",
    kind: "llhttp refuses",
    applies: ({ text, ours, theirs, judge }) => ours.state === "incomplete" &&
      theirs.error === "INVALID_URL" && judge(`${text} HTTP/1.1\r\n`).ours.error === "BadTarget",
    why: "ours judges an authority when all of it has come, and refuses it then (abi.md)",
  },
  {
    name: "An empty element follows chunked",
    kind: "llhttp refuses",
    applies: (seen) => seen.theirs.error === "INVALID_TRANSFER_ENCODING" &&
      EMPTY_BEHIND_CHUNKED.test(seen.values("Transfer-Encoding").filter(Boolean).join()),
    why: "a recipient ignores empty elements of a list (RFC 9110 §5.6.1.2)",
  },
  {
    name: "A tab follows chunked",
    kind: ["llhttp refuses", "we refuse", "chunked"],
    applies: (seen) => [undefined, "INVALID_TRANSFER_ENCODING"].includes(seen.theirs.error) &&
      seen.rawValues("Transfer-Encoding").some((value) => TAB_BEHIND_CHUNKED.test(value)) &&
      isFine(seen) !== (seen.ours.error === "BadTransferEncoding"),
    why: "the whitespace around elements is spaces and tabs (RFC 9110 §5.6.3)",
  },
  {
    name: "A tab follows the length",
    kind: "llhttp refuses",
    applies: (seen) => seen.theirs.error === "INVALID_CONTENT_LENGTH" && seen.byte === "\t" &&
      seen.rawValues("Content-Length").some((value) => TAB_BEHIND_LENGTH.test(value)),
    why: "the whitespace around a value is spaces and tabs (RFC 9112 §5.1)",
  },
];

/** Changes to the lines about persistence, each of which takes one reason to differ away. */
const REPAIRS = [
  (/** @type {string} */ text) => text.replaceAll("\t", " "),
  (/** @type {string} */ text) => text.replace(/"[^"\r]*"?/g, "x"),
  (/** @type {string} */ text) => text.replace(/\nProxy-Connection:/gi, "\nNothing:"),
  (/** @type {string} */ text) => text.replace("HTTP/1.0", "HTTP/1.1"),
];

/**
 * Whether the first so many repairs, and not less, let both parsers agree about keep-alive.
 * @param {number} count
 */
function agreesAfter(count) {
  return (/** @type {Seen} */ seen) => {
    const agree = (/** @type {string} */ text) => {
      const { ours, theirs } = seen.judge(text);
      return ours.state === "accepted" && ours.keepAlive === theirs.keepAlive;
    };
    const last = REPAIRS[count - 1];
    const before = REPAIRS.slice(0, count - 1).reduce((text, repair) => repair(text),
      seen.persistenceAlone());
    return !agree(before) && agree(last(before));
  };
}

/** @type {Rule[]} */
const ACCEPTED_BY_BOTH = [
  {
    name: "A tab follows a connection option",
    kind: "keepAlive",
    applies: agreesAfter(1),
    why: "the whitespace around elements is spaces and tabs (RFC 9110 §5.6.3)",
  },
  {
    name: "A comma of Connection is in quotes",
    kind: "keepAlive",
    applies: agreesAfter(2),
    why: "a comma in a quoted string separates no elements (RFC 9110 §5.6.4)",
  },
  {
    name: "Proxy-Connection says close or keep-alive",
    kind: "keepAlive",
    applies: agreesAfter(3),
    why: "it is no field of HTTP (RFC 9112 appendix C.2.2); Connection says close (§9.6)",
  },
  {
    name: "HTTP/1.0 says close and keep-alive",
    kind: "keepAlive",
    applies: agreesAfter(4),
    why: "close wins, whatever the version (RFC 9112 §9.3)",
  },
  {
    name: "Whitespace follows a value",
    kind: "value",
    applies: ({ text, ours, theirs }, line) => {
      const [start, length] = ours.fields.slice(line + 2);
      const [theirStart, theirLength] = theirs.fields.slice(line + 2);
      return length > 0 && start === theirStart && /[^ \t]/.test(text[start + length - 1]) &&
        /^[ \t]+$/.test(text.slice(start + length, theirStart + theirLength));
    },
    why: "it does not belong to the value (RFC 9112 §5.1); Node removes it behind llhttp",
  },
  {
    name: "A value is empty",
    kind: "value",
    applies: ({ text, ours, theirs }, line) => {
      const [start, length] = ours.fields.slice(line + 2);
      const [theirStart, theirLength] = theirs.fields.slice(line + 2);
      return length === 0 && theirLength === 0 && text.slice(start, theirStart) === "\r\n";
    },
    why: "no byte for either; ours lies in its line (abi.md), llhttp's at the start of the next",
  },
];

/** @type {Rule[]} */
export const DIFFERENCES = [...REFUSED_BY_US, ...REFUSED_BY_LLHTTP, ...ACCEPTED_BY_BOTH];

/** @type {Map<Kind, Rule[]>} */
const BY_KIND = new Map();
for (const rule of DIFFERENCES) {
  for (const kind of [rule.kind].flat()) BY_KIND.set(kind, [...BY_KIND.get(kind) ?? [], rule]);
}

/**
 * The rule that explains a difference.
 * @param {import("./compare.js").Difference} difference
 * @param {Seen} seen
 * @returns {Rule | undefined}
 */
export function explain({ kind, line = 0 }, seen) {
  return BY_KIND.get(kind)?.find((rule) => rule.applies(seen, line));
}
