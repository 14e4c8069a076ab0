// Shows a connection: the bytes with their parts, and what was found in words.

import { isVisible, nameOf, spanText } from "./bytes.js";
import { KINDS } from "./messages.js";

const SHOWN = 20000; // bytes
const RFC = "https://www.rfc-editor.org/rfc/rfc";
const LF = 0x0a;
const SP = 0x20;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const count = (number) => Number(number).toLocaleString("en");
const bytesText = (number) => `${count(number)} byte${Number(number) === 1 ? "" : "s"}`;
const at = ({ start, end }) => {
  if (start === end) return `${start} (empty)`;
  return end - start === 1 ? `${start}` : `${start}–${end - 1}`;
};

/** The bytes, in one element for each part, and the offending one marked. */
export function showBytes(bytes, { kinds, fault }) {
  const shown = Math.min(bytes.length, SHOWN);
  const pieces = [];
  for (let start = 0; start < shown; ) {
    let end = start + 1;
    const isFault = start === fault?.position;
    const goesOn = () => end < shown && kinds[end] === kinds[start] && end !== fault?.position;
    while (!isFault && goesOn()) end++;
    const className = isFault ? "fault" : KINDS[kinds[start]];
    pieces.push(element("span", { className }, ...run(bytes, start, end)));
    start = end;
  }
  if (fault?.position >= bytes.length) {
    const end = element("i", { className: "byte" }, "end");
    pieces.push(element("span", { className: "fault" }, end));
  }
  if (shown < bytes.length) pieces.push(`… and ${bytesText(bytes.length - shown)} more`);
  return pieces;
}

/** The bytes [start, end) as text and, where there is nothing to see, as what they are called. */
function run(bytes, start, end) {
  const pieces = [];
  let text = "";
  for (let i = start; i < end; i++) {
    if (isVisible(bytes[i])) {
      text += String.fromCharCode(bytes[i]);
      continue;
    }
    const title = `${nameOf(bytes[i])}, byte ${i}`;
    const space = bytes[i] === SP;
    const className = space ? "space" : "byte";
    pieces.push(text, element("i", { className, title }, space ? "·" : nameOf(bytes[i])));
    text = bytes[i] === LF ? "\n" : "";
  }
  return [...pieces, text].filter((piece) => piece !== "");
}

/** What is to be said about a connection in a sentence or two. */
export function showVerdict({ requests, fault }, bytes) {
  if (fault) return showFault(fault, requests.length, bytes);
  const last = requests.at(-1);
  if (!last) return [element("p", {}, "Nothing yet.")];
  if (last.tag === "incomplete") {
    const before = requests.length > 1 ? `${countRequests(requests.length - 1)}, then an ` : "An ";
    const state = element("strong", {}, `${before}incomplete request.`);
    return [element("p", {}, state, ` ${waitingFor(last)}`)];
  }
  const state = element("strong", {}, `Accepted: ${countRequests(requests.length)}.`);
  const unread = bytes.length - last.end;
  const rest = unread ? ` The connection then closes; ${bytesText(unread)} stay unread.` : "";
  return [element("p", {}, state, rest)];
}

const countRequests = (number) => `${number} request${number === 1 ? "" : "s"}`;

function waitingFor({ part, missing }) {
  if (part === "head") return "The server waits for more: an empty line ends the head.";
  return missing ? `${bytesText(missing)} of content are missing.` : "The last chunk is missing.";
}

function showFault({ code, status, position, section, reason }, number, bytes) {
  const [, rfc, paragraph] = /RFC (\d+) §(.*)/.exec(section);
  const link = element("a", { href: `${RFC}${rfc}.html#section-${paragraph}` }, section);
  const isInside = position < bytes.length;
  const byte = isInside ? `byte ${position} (${nameOf(bytes[position])})` : "the end";
  const which = number > 1 ? `request ${number}, ` : "";
  return [
    element("p", {}, element("strong", {}, `Refused with ${status}`), ` at ${which}${byte}.`),
    element("p", {}, `${reason} `, link),
    element("p", { className: "note" }, "Code ", inCode(code), ". The connection closes."),
  ];
}

/** A table for each request whose head is whole. */
export function showRequests({ requests }, bytes) {
  const whole = requests.filter((request) => request.head);
  return whole.flatMap((request, i) => [
    element("h3", {}, whole.length > 1 ? `Request ${i + 1}` : "The request"),
    partsTable(request, bytes),
    fieldsTable(request, bytes),
  ]);
}

function partsTable({ start, head, body, end, chunks }, bytes) {
  const part = (name, span, more = "") =>
    span && row(name, [inCode(textOf(span, start, bytes)), more], at(moved(span, start)));
  const rows = [
    part("method", head.method, head.knownMethod ? "" : " unknown here"),
    part("target", head.target, ` ${head.form} form`),
    part("path", head.path),
    part("query", head.query),
    part("authority", head.authority, head.authority?.end > head.target.end ? " from Host" : ""),
    row("version", [inCode(`HTTP/1.${head.versionMinor}`)], ""),
    row("content", [contentText(head.framing, chunks)], body < end ? at({ start: body, end }) : ""),
    row("connection", [head.keepAlive ? "persists" : "closes after the answer"], ""),
    head.expectation && row("expectation", [expectationText(head.expectation)], ""),
  ];
  return table("Parts", ["part", "what it is", "bytes"], rows.filter(Boolean));
}

const moved = ({ start, end }, by) => ({ start: start + by, end: end + by });
const textOf = (span, by, bytes) => spanText(bytes, moved(span, by));
const inCode = (text) => element("code", {}, text);

function contentText({ tag, val }, chunks) {
  if (tag === "none") return "none";
  if (tag === "length") return `${bytesText(val)}, by Content-Length`;
  const size = chunks.reduce((sum, { data }) => sum + data.end - data.start, 0);
  const number = `${chunks.length} chunk${chunks.length === 1 ? "" : "s"}`;
  return `chunked: ${number} with ${bytesText(size)} of data`;
}

const expectationText = (expectation) =>
  expectation === "continue" ? "100-continue" : "one that is not understood: 417";

function fieldsTable({ start, head }, bytes) {
  if (head.fields.length === 0) return "";
  const known = new Set(head.known.map(({ first }) => first));
  const rows = head.fields.map(({ name, value }, line) =>
    row(
      textOf(name, start, bytes),
      [inCode(textOf(value, start, bytes)), known.has(line) ? " known" : ""],
      at(moved(value, start)),
    ),
  );
  return table("Fields", ["name", "value", "bytes"], rows);
}

function row(name, content, place) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    element("td", {}, ...content),
    element("td", { className: "place" }, place),
  );
}

function table(caption, columns, rows) {
  const head = element("tr", {}, ...columns.map((text) => element("th", { scope: "col" }, text)));
  return element(
    "table",
    { className: "parts" },
    element("caption", {}, caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
}
