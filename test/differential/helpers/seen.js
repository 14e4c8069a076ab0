// A request in which our parser and llhttp differ, as the rules of differences.js look at it: cut
// up by regular expressions that know of neither parser.

import { isIPv6 } from "node:net";

const LINE =
  /^(?<lead>[\r\n]*)(?<method>[^ \r\n]*)(?<space> *)(?<target>[^ \r\n]*)(?<rest>[^\r\n]*)/;
const ABSOLUTE = /^https?:\/\//i;
const NAME_AND_PORT = /^(?:[!$&-.0-9;=A-Z_a-z~]|%[0-9A-Fa-f]{2})*(?::[0-9]*)?$/;
const LITERAL_AND_PORT = /^\[([^\]]*)\](?::[0-9]*)?$/;
const FUTURE = /^v[0-9A-Fa-f]+\.[!$&-.0-;=A-Z_a-z~]+$/i;

/**
 * @typedef {import("./ours.js").Head} Head
 * @typedef {(text: string) => { ours: Head, theirs: Head }} Judge
 */

/** Whether a text is uri-host [ ":" port ] (RFC 9110 §7.2). */
export function isHostAndPort(text) {
  const [, literal] = LITERAL_AND_PORT.exec(text) ?? [];
  if (literal === undefined) return NAME_AND_PORT.test(text);
  return FUTURE.test(literal) || (isIPv6(literal) && !literal.includes("%"));
}

export class Seen {
  /**
   * @param {string} text
   * @param {import("../../helpers/parser.js").Limits} limits
   * @param {{ ours: Head, theirs: Head }} heads
   * @param {Judge} judge what both parsers say about another text, with the usual limits
   */
  constructor(text, limits, heads, judge) {
    this.text = text;
    this.limits = { maxFields: 100, maxTarget: 8192, maxHead: 16384, ...limits };
    this.ours = heads.ours;
    this.theirs = heads.theirs;
    this.judge = judge;
    const { lead, method, space, target, rest } = LINE.exec(text).groups;
    this.method = method;
    this.target = target;
    this.targetStart = lead.length + method.length + space.length;
    this.targetEnd = this.targetStart + target.length;
    this.version = rest.trim();
    this.isAbsolute = method !== "CONNECT" && ABSOLUTE.test(target);
    const scheme = this.isAbsolute ? ABSOLUTE.exec(target)[0].length : 0;
    this.authority = /^[^/?#]*/.exec(target.slice(scheme))[0];
    this.authorityStart = this.targetStart + scheme;
    /** Where ours or else llhttp saw the error, and the byte there. */
    this.position = this.ours.position ?? this.theirs.position ?? text.length;
    this.byte = text[this.position] ?? "";
  }

  /** Whether the error is in the authority of the target, or is that there is none. */
  get inAuthority() {
    const { position, authority, authorityStart: start } = this;
    if (!this.isAbsolute && this.method !== "CONNECT") return false;
    return position === start ? true : position > start && position < start + authority.length;
  }

  /** The values of the field lines of a name, with the whitespace behind them. */
  rawValues(name) {
    const [head] = this.text.slice(this.targetStart).split("\r\n\r\n");
    const lines = head.matchAll(new RegExp(`\\n${name}:[ \\t]*([^\\r\\n]*)`, "gi"));
    return Array.from(lines, ([, value]) => value);
  }

  /** The same values without it. */
  values(name) {
    return this.rawValues(name).map((value) => value.replace(/[ \t]+$/, ""));
  }

  /** The transfer codings: the elements of all lines, without the empty ones, in small letters. */
  get codings() {
    const elements = this.values("Transfer-Encoding").join().toLowerCase().split(",");
    return elements.map((element) => element.replace(/^[ \t]+|[ \t]+$/g, "")).filter(Boolean);
  }

  /** A request with the lines here that say whether the connection persists, and no others. */
  persistenceAlone() {
    const head = this.text.slice(this.targetEnd, this.ours.consumed);
    const lines = head.match(/(?<=\n)(?:Proxy-)?Connection:[^\r\n]*/gi) ?? [];
    return [`GET / HTTP/${this.ours.version}`, "Host: a", ...lines, "", ""].join("\r\n");
  }

  /** What our parser says to nothing but the lines here that frame content, in a request. */
  framingAlone() {
    const lines = this.text.match(/(?<=\n)(?:Content-Length|Transfer-Encoding):[^\r\n]*/gi) ?? [];
    return this.judge(["POST / HTTP/1.1", "Host: a", ...lines, "", ""].join("\r\n")).ours;
  }
}
