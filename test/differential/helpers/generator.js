// Random requests for the comparison with llhttp: written from the grammar, with something odd in
// every third of them, or taken from the cases in test/cases/request; and then half of them are
// mutated. Texts have one character for each byte.

import * as words from "./words.js";

/** One in so many is … */
const CASE = 5;
const ODD = 3;
const SMALL_LIMITS = 40;
const MUTATED = 2;

/**
 * @typedef {import("../../helpers/cases.js").Case} Case
 * @typedef {import("../../helpers/parser.js").Limits} Limits
 */

export class Generator {
  /**
   * @param {(sides: number) => number} dice
   * @param {Case[]} cases
   */
  constructor(dice, cases) {
    this.dice = dice;
    this.cases = cases.map(({ input, limits }) => ({ text: input.toString("latin1"), limits }))
      .filter(({ text }) => text.length <= 1000);
    this.last = "";
  }

  /** @returns {{ text: string, limits: Limits }} the next request */
  next() {
    const { dice } = this;
    const start = dice(CASE) ? { text: this.request(), limits: {} } : this.pick(this.cases);
    const text = dice(MUTATED) ? start.text : this.mutate(start.text);
    this.last = start.text;
    if (dice(SMALL_LIMITS)) return { text, limits: start.limits };
    const limits = { maxFields: 1 + dice(4), maxTarget: 1 + dice(30), maxHead: 16 + dice(150) };
    return { text, limits };
  }

  /**
   * @template T
   * @param {T[]} list
   */
  pick(list) {
    return list[this.dice(list.length)];
  }

  /** Up to `most` of a list, in a row. */
  some(list, most) {
    let text = "";
    for (let count = this.dice(most + 1); count > 0; count--) text += this.pick(list);
    return text;
  }

  /** A request; one in `ODD` has something odd in one of its places. */
  request() {
    const { dice } = this;
    const odd = dice(ODD) ? "" : this.pick(["method", "target", "version", "space", "end", "head"]);
    const line = this.requestLine(odd);
    if (odd === "target" && !dice(12)) return line.slice(0, dice(line.length));
    const lines = [];
    let oddLines = odd === "head" ? 1 + dice(2) : 0;
    if (dice(30)) lines.push(this.host(false));
    for (let count = this.pick([0, 0, 1, 1, 2, 2, 3, 4, 6]); count > 0; count--) {
      lines.splice(dice(lines.length + 1), 0, this.field());
    }
    for (; oddLines > 0; oddLines--) lines.splice(dice(lines.length + 1), 0, this.oddField());
    let text = line;
    for (const one of lines) text += one + words.CRLF;
    return odd === "end" ? this.oddEnd(line, lines) : text + words.CRLF + this.content();
  }

  /** Now and then something follows the head. */
  content() {
    return this.dice(8) ? "" : this.pick(["x", "5\r\nhello\r\n", "GET / HTTP/1.1\r\n", "\r\n"]);
  }

  requestLine(odd) {
    const { dice } = this;
    const isOdd = odd === "method" || (odd === "version" && !dice(4));
    const method = isOdd ? this.pick(words.ODD_METHODS) : this.pick(words.METHODS);
    const connect = odd !== "method" && dice(15) === 0;
    const target = odd === "target" ? this.oddTarget(connect) : this.target(connect);
    const version = odd === "version" ? this.pick(words.ODD_VERSIONS) : this.pick(words.VERSIONS);
    const space = () => (odd === "space" ? this.pick([" ", " ", "  ", "\t", "", "   "]) : " ");
    const lead = dice(20) ? "" : this.pick(["\r\n", "\r\n\r\n", ...(odd ? ["\n", "\r", " "] : [])]);
    const start = `${lead}${connect ? "CONNECT" : method}${space()}${target}`;
    // A request line that ends behind the target is what HTTP/0.9 was.
    const rest = version || dice(2) ? `${space()}${version}` : "";
    return start + rest + words.CRLF;
  }

  path() {
    return `/${this.some(words.PATH_PARTS, 4)}`;
  }

  query() {
    return this.dice(3) ? "" : `?${this.some(words.PATH_PARTS, 3)}`;
  }

  target(connect) {
    const { dice } = this;
    if (connect) return this.pick(words.AUTHORITIES);
    if (dice(8)) return this.path() + this.query();
    if (dice(5) === 0) return "*";
    const path = dice(3) ? this.path() : "";
    return this.pick(words.SCHEMES) + this.pick(words.AUTHORITIES) + path + this.query();
  }

  oddTarget(connect) {
    const { dice } = this;
    const path = this.path() + this.query();
    if (connect) return this.pick([this.pick(words.ODD_AUTHORITIES), path, this.target(false)]);
    switch (dice(5)) {
      case 0: return this.pick(words.SCHEMES) + this.pick(words.ODD_AUTHORITIES) + path;
      case 1: return this.pick(words.ODD_SCHEMES) + this.pick(words.AUTHORITIES) + path;
      case 2: return this.pick(words.OTHER_TARGETS);
      default: return this.splice(this.target(false), this.pick(words.ODD_TARGET_PARTS));
    }
  }

  splice(text, part) {
    const at = this.dice(text.length + 1);
    return text.slice(0, at) + part + text.slice(at);
  }

  line(name, value) {
    return `${name}:${this.pick(words.SPACES)}${value}${this.pick(words.TRAILING)}`;
  }

  host(odd) {
    const hosts = odd ? words.ODD_AUTHORITIES : words.AUTHORITIES;
    return this.line(this.pick(words.HOST_NAMES), this.pick(hosts));
  }

  /** A field line that is right, unless beside another. */
  field() {
    const name = (list) => this.pick(list);
    switch (this.dice(24)) {
      case 0: return this.line(name(words.LENGTH_NAMES), this.pick(words.LENGTHS));
      case 1: return this.line(name(words.CODING_NAMES), this.pick(words.CODINGS));
      case 2:
      case 3:
      case 4: return this.line(name(words.CONNECTION_NAMES), this.pick(words.CONNECTIONS));
      case 5: return this.line("Expect", this.pick(words.EXPECTATIONS));
      default: return this.line(name(words.NAMES), this.some(words.VALUE_PARTS, 4));
    }
  }

  oddField() {
    const value = this.some(words.VALUE_PARTS, 3);
    switch (this.dice(8)) {
      case 0: return this.host(true);
      case 1: return this.host(false);
      case 2: return this.line(this.pick(words.LENGTH_NAMES), this.pick(words.ODD_LENGTHS));
      case 3:
      case 4: return this.line(this.pick(words.CODING_NAMES), this.pick(words.ODD_CODINGS));
      case 5: return this.line(this.pick(words.ODD_NAMES), value);
      case 6: return this.line(this.pick(words.NAMES),
        this.splice(value, this.pick(words.ODD_VALUE_PARTS)));
      default: return this.pick([...words.ODD_LINES, value]);
    }
  }

  /** Other line ends than CRLF, or an end too early. */
  oddEnd(line, lines) {
    const { dice } = this;
    const text = `${line}${lines.join(words.CRLF)}${words.CRLF}${words.CRLF}`;
    if (dice(2)) return text.slice(0, dice(text.length + 1));
    const ends = [...text.matchAll(/\r\n/g)];
    const { index } = this.pick(ends);
    const end = this.pick(["\n", "\r", "\n\n", "\r\r\n", "", "\n\r", "\r\n ", "\0"]);
    return text.slice(0, index) + end + text.slice(index + 2);
  }

  /** One to three changes anywhere. */
  mutate(text) {
    let result = text;
    for (let times = this.pick([1, 1, 1, 2, 3]); times > 0; times--) result = this.change(result);
    return result;
  }

  change(text) {
    const { dice } = this;
    const at = dice(text.length + 1);
    const head = text.slice(0, at);
    const rest = text.slice(at + 1);
    const byte = (number) => String.fromCharCode(number);
    switch (dice(11)) {
      case 0: return head + byte(text.charCodeAt(at) ^ (1 << dice(8))) + rest;
      case 1: return head + byte(dice(256)) + rest;
      case 2: return head + byte(this.pick(words.BORDERS)) + rest;
      case 3: return head + byte(this.pick(words.BORDERS)) + text.slice(at);
      case 4:
      case 5: return head + this.pick(words.PIECES) + text.slice(at);
      case 6: return head + rest;
      case 7: return head + text.slice(at + 1 + dice(12));
      case 8: return head + text.slice(at, at + dice(20)) + text.slice(at);
      case 9: return head + this.last.slice(dice(this.last.length + 1));
      default: return this.changeLines(text);
    }
  }

  /** A line doubled, gone or in another place. */
  changeLines(text) {
    const lines = text.split(words.CRLF);
    const [line] = lines.splice(this.dice(lines.length), 1);
    for (let copies = this.dice(3); copies > 0; copies--) {
      lines.splice(this.dice(lines.length + 1), 0, line);
    }
    return lines.join(words.CRLF);
  }
}
