// The rules for requests that our parser refuses, and llhttp does not, or not yet.

import { isHostAndPort } from "./seen.js";

/**
 * @typedef {import("./differences.js").Rule} Rule
 * @typedef {import("./seen.js").Seen} Seen
 */

/**
 * A rule for one ParseError.
 * @param {string} name
 * @param {{ error: string, applies: (seen: Seen) => boolean, why: string }} rule
 * @returns {Rule}
 */
function refusal(name, { error, applies, why }) {
  const exact = (/** @type {Seen} */ seen) => seen.ours.error === error && applies(seen);
  return { name, kind: "we refuse", applies: exact, why };
}

const emptyCoding = (/** @type {Seen} */ seen) =>
  seen.values("Transfer-Encoding").length > 0 && seen.codings.length === 0;
const otherCoding = (/** @type {Seen} */ { codings }) =>
  codings.some((coding) => coding !== "chunked");

const followsAsterisk = (/** @type {Seen} */ { target, position, targetStart }) =>
  /^\*./.test(target) && position === targetStart + 1;
const isConnectToHost = (/** @type {Seen} */ { method, target }) =>
  method === "CONNECT" && isHostAndPort(target);

const REQUEST_LINES = [
  refusal("A bare CR or LF comes first", {
    error: "BadLineEnd",
    applies: ({ text, position }) => /^[\r\n]*$/.test(text.slice(0, position)),
    why: "only CRLF may precede the request line (RFC 9112 §2.2)",
  }),
  refusal("Two spaces follow the method", {
    error: "BadTarget",
    applies: ({ text, position, byte }) =>
      byte === " " && /^[\r\n]*[^ \r\n]+ $/.test(text.slice(0, position)),
    why: "one space (RFC 9112 §3); to split at any whitespace is a MAY, and smugglers like it",
  }),
  refusal("Two spaces follow the target", {
    error: "BadVersion",
    applies: ({ text, position, byte }) => byte === " " && text[position - 1] === " ",
    why: "one space (RFC 9112 §3), as above",
  }),
  refusal("The request line ends behind the target", {
    error: "BadTarget",
    applies: ({ text, position, targetEnd }) =>
      position === targetEnd && /^(?:\r\n|\r$|\n)/.test(text.slice(position)),
    why: "a request line names its version (RFC 9112 §3); HTTP/0.9 is no part of it any more",
  }),
  refusal("The protocol is RTSP or ICE", {
    error: "BadVersion",
    applies: ({ byte, version }) => /[RI]/.test(byte) &&
      ["RTSP/", "ICE/"].some((name) => version.startsWith(name) || name.startsWith(version)),
    why: "HTTP-name is `HTTP` (RFC 9112 §2.3)",
  }),
  refusal("The major version is not 1", {
    error: "UnsupportedVersion",
    applies: ({ version }) => /^HTTP\/(?:2\.0|0\.9)/.test(version),
    why: "this is the syntax of HTTP/1.x; another major version is 505 (RFC 9110 §15.6.6)",
  }),
];

const TARGETS = [
  refusal("The target has a fragment", {
    error: "BadTarget",
    applies: ({ byte, target, isAbsolute }) =>
      byte === "#" && (target.startsWith("/") || isAbsolute),
    why: "no form of a target has a fragment (RFC 9112 §3.2)",
  }),
  refusal("The target has a byte that no URI has", {
    error: "BadTarget",
    applies: ({ text, byte, position, targetStart }) => /["<>\\`{}]/.test(byte) &&
      /^(?:https?:\/\/[^/?#]+)?[/?]/i.test(text.slice(targetStart, position)),
    why: "not in pchar (RFC 3986 §3.3, §3.4); the bytes of browsers that we allow are in abi.md",
  }),
  refusal("The scheme is neither http nor https", {
    error: "BadTarget",
    applies: ({ target, method, isAbsolute, position, targetStart }) => position >= targetStart &&
      method !== "CONNECT" && !isAbsolute && /^[a-z]+(?:$|:$|:\/$|:\/\/)/i.test(target),
    why: "this server is no origin of such a URI (RFC 9110 §4.2, §7.4)",
  }),
  refusal("The target has userinfo", {
    error: "BadTarget",
    applies: ({ inAuthority, authority }) => inAuthority && authority.includes("@"),
    why: "in an http URI its presence is to be treated as an error (RFC 9110 §4.2.4)",
  }),
  refusal("The target has no valid host and port", {
    error: "BadTarget",
    applies: ({ inAuthority, authority }) => inAuthority && !authority.includes("@") &&
      (/^(?::|$)/.test(authority) || !isHostAndPort(authority)),
    why: "uri-host and port have a grammar (RFC 9110 §4.2, RFC 3986 §3.2), and there is a host",
  }),
  refusal("CONNECT names a path or a query", {
    error: "BadTarget",
    applies: ({ method, byte, position, authority, authorityStart }) => method === "CONNECT" &&
      /[/?]/.test(byte) && position === authorityStart + authority.length,
    why: "its target is host and port alone (RFC 9112 §3.2.3)",
  }),
  refusal("Something follows the asterisk", {
    error: "BadTarget",
    applies: (seen) => followsAsterisk(seen) && !isConnectToHost(seen),
    why: "the asterisk form is the asterisk (RFC 9112 §3.2.4)",
  }),
];

const HOSTS = [
  refusal("Host is missing", {
    error: "MissingHost",
    applies: (seen) => seen.values("Host").length === 0,
    why: "HTTP/1.1 without Host is 400 (RFC 9112 §3.2); Node looks for it behind llhttp",
  }),
  refusal("Host is repeated", {
    error: "RepeatedHost",
    applies: (seen) => seen.values("Host").length > 1,
    why: "more than one Host line is 400 (RFC 9112 §3.2)",
  }),
  refusal("Host is not a host and a port", {
    error: "BadHost",
    applies: (seen) => {
      const [host, ...more] = seen.values("Host");
      return more.length === 0 && !isHostAndPort(host);
    },
    why: "an invalid value is 400 (RFC 9112 §3.2; the grammar is in RFC 9110 §7.2)",
  }),
];

const FRAMING = [
  refusal("The length is above 2^53-1", {
    error: "BadContentLength",
    applies: (seen) => {
      const [length] = seen.values("Content-Length");
      if (!/^\d+$/.test(length)) return false;
      return BigInt(length) > 2n ** 53n - 1n && BigInt(length) < 2n ** 64n;
    },
    why: "a number must not lose precision (RFC 9110 §8.6), and an f64 is exact to here",
  }),
  refusal("HTTP/1.0 is chunked", {
    error: "BadTransferEncoding",
    applies: ({ version, theirs, codings }) => version === "HTTP/1.0" &&
      theirs.chunked === true && codings.length === 1 && codings[0] === "chunked",
    why: "Transfer-Encoding in HTTP/1.0 is faulty framing (RFC 9112 §6.1)",
  }),
  refusal("Transfer-Encoding is empty", {
    error: "BadTransferEncoding",
    applies: emptyCoding,
    why: "where chunked is not the final coding the answer is 400 (RFC 9112 §6.3)",
  }),
  refusal("An empty Transfer-Encoding precedes a length", {
    error: "LengthConflict",
    applies: (seen) => emptyCoding(seen) && seen.values("Content-Length").length > 0,
    why: "both fields in one request ought to be an error (RFC 9112 §6.3)",
  }),
  refusal("Another coding precedes chunked", {
    error: "UnsupportedCoding",
    applies: (seen) => seen.codings.at(-1) === "chunked" && otherCoding(seen),
    why: "a transfer coding that is not understood is 501 (RFC 9112 §6.1)",
  }),
  refusal("An upgrade hides a transfer coding", {
    error: "UnsupportedCoding",
    applies: (seen) =>
      seen.theirs.upgrade === true && seen.theirs.chunked === false && otherCoding(seen),
    why: "content comes before whatever CONNECT or Upgrade asks for (RFC 9112 §6.3)",
  }),
];

const LIMITS = [
  refusal("The target is longer than the limit", {
    error: "TargetTooLong",
    applies: ({ target, limits }) => target.length > limits.maxTarget,
    why: "414 (RFC 9112 §3); llhttp leaves limits to its caller",
  }),
  refusal("The head is longer than the limit", {
    error: "HeadTooLarge",
    applies: ({ text, position, limits }) =>
      text.length >= position && position === limits.maxHead,
    why: "431 (RFC 9110 §5.4, RFC 6585 §5), as above",
  }),
  refusal("There are more fields than the limit", {
    error: "TooManyFields",
    applies: ({ text, position, limits, targetStart }) =>
      text.slice(targetStart, position).split("\r\n").length === limits.maxFields + 2,
    why: "431 (RFC 9110 §5.4, RFC 6585 §5), as above",
  }),
];

/** @type {Rule[]} */
export const REFUSED_BY_US = [...REQUEST_LINES, ...TARGETS, ...HOSTS, ...FRAMING, ...LIMITS];
