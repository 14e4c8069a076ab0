/**
 * What a case expects, and its comparison with what came.
 *
 * A response is described by a status (200, [400, 501], "4xx") or by
 *   { status, fields: { name: matcher }, content: matcher, check: (response) => complaint }
 * where a matcher is a string (equal), a RegExp, true (present), null (absent) or a function that
 * returns a complaint or nothing. An outcome is
 *   { responses: [...], end, check: (result) => complaint }
 * and an expectation is a response, an outcome, or { any: [...] } of them.
 *
 * Ends: "closed" (after complete responses a reset counts as closed too), "clean" (closed by FIN),
 * "open" (one more request was answered). Not given: "closed" or "open".
 */
import { show } from "./response.js";

/** The connection must have been closed; the only answer was one of these. */
export const closes = (...status) => ({ responses: [status], end: "closed" });

/** An answer to each request in order, then still in step. */
export const answers = (...responses) => ({ responses });

/** No answer at all, but the connection ended. */
export const HANGS_UP = { responses: [], end: "closed" };

/** @returns {object[]} outcomes, any of which satisfies */
export function normalize(expect) {
  if (expect.any) return expect.any.flatMap(normalize);
  if (expect.responses) return [{ ...expect, responses: expect.responses.map(response) }];
  const { end, ...only } = response(expect);
  return [{ responses: [only], end }];
}

function response(expect) {
  const plain = typeof expect === "object" && !Array.isArray(expect);
  return plain ? expect : { status: expect };
}

/** How many final responses have to be read before the probe is sent. */
export function leastCount(outcomes) {
  return Math.max(1, Math.min(...outcomes.map((outcome) => outcome.responses.length)));
}

/** Complaints of the outcome that came nearest; empty if one is satisfied. */
export function compare(outcomes, result) {
  const all = outcomes.map((outcome) => complaintsOf(outcome, result));
  const best = all.reduce((least, next) => (next.length < least.length ? next : least));
  if (best.length === 0 || all.length === 1) return best;
  return best.map((complaint) => `${complaint} (the nearest of ${all.length} allowed outcomes)`);
}

function complaintsOf(outcome, result) {
  const complaints = [];
  const { responses } = result;
  const expected = outcome.responses.length;
  if (responses.length !== expected) {
    complaints.push(`${expected} responses expected, ${responses.length} came`);
  }
  for (let i = 0; i < Math.min(expected, responses.length); i++) {
    const which = expected > 1 ? `response ${i + 1}: ` : "";
    complaints.push(...matchResponse(outcome.responses[i], responses[i]).map((c) => which + c));
  }
  if (!isEnd(outcome.end, result.end)) {
    complaints.push(`connection ${outcome.end ?? "closed or open"} expected, was ${result.end}`);
  }
  const complaint = complaints.length === 0 && outcome.check?.(result);
  return complaint ? [complaint] : complaints;
}

function isEnd(expected, end) {
  if (expected === undefined) return end === "closed" || end === "reset" || end === "open";
  if (expected === "closed") return end === "closed" || end === "reset";
  return expected === "clean" ? end === "closed" : expected === end;
}

/** Complaints about one response. */
function matchResponse(expected, actual) {
  const complaints = [];
  if (!isStatus(expected.status, actual.status)) {
    complaints.push(`status ${describeStatus(expected.status)} expected, was ${actual.status}`);
  }
  for (const [name, matcher] of Object.entries(expected.fields ?? {})) {
    const complaint = match(matcher, actual.get(name));
    if (complaint) complaints.push(`${name}: ${complaint}`);
  }
  if (expected.content !== undefined) {
    const complaint = match(expected.content, actual.content);
    if (complaint) complaints.push(`content: ${complaint}`);
  }
  const complaint = complaints.length === 0 && expected.check?.(actual);
  return complaint ? [complaint] : complaints;
}

function isStatus(expected, status) {
  if (expected === undefined) return true;
  if (typeof expected === "string") return Number(expected[0]) === Math.floor(status / 100);
  return Array.isArray(expected) ? expected.some((e) => isStatus(e, status)) : expected === status;
}

const describeStatus = (expected) =>
  Array.isArray(expected) ? expected.join(" or ") : String(expected);

/** A complaint, or "" when the value (text of a field or bytes of content) matches. */
function match(matcher, value) {
  if (matcher === null) return value === undefined ? "" : `absence expected, was ${show(value)}`;
  if (value === undefined) return "missing";
  if (matcher === true) return "";
  if (typeof matcher === "function") return matcher(value) ?? "";
  const text = Buffer.isBuffer(value) ? value.toString("latin1") : value;
  if (matcher instanceof RegExp) {
    return matcher.test(text) ? "" : `${matcher} expected, was ${show(text, 120)}`;
  }
  // A string in a case is text: as content it stands for its UTF-8 bytes.
  const wanted = Buffer.isBuffer(value) ? Buffer.from(matcher).toString("latin1") : matcher;
  return text === wanted ? "" : `${show(wanted, 120)} expected, was ${show(text, 120)}`;
}
