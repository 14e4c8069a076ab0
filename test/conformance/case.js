/** Short forms of cases by level, and expectations that many cases share. */
import { DIGITS, HELLO } from "./fixtures.js";
import { isSmuggled } from "./request.js";

const level = (name) => (section, sentence, send, expect, more = {}) => ({
  section, level: name, name: sentence, send, expect, ...more,
});

/** For requests with content: skipped where GET may have none. */
export const NEEDS_CONTENT = { needsContent: true };

/** What the RFC requires. */
export const must = level("MUST");
/** What the RFC recommends. */
export const should = level("SHOULD");
/** Where the RFC leaves a choice: the one that epollux made. */
export const ours = level("epollux");
/** A case that is a program: run(t) with a Context. */
export const program = (name, section, sentence, run) => ({
  section, level: name, name: sentence, run,
});

export const HELLO_OK = { status: 200, content: HELLO };
export const DIGITS_OK = { status: 200, content: DIGITS };

/**
 * The grammar was broken: 400 and the connection closed (RFC 9112 §2.2). Nothing else came.
 */
export const BAD_REQUEST = { responses: [400], end: "closed" };

/**
 * The first request was answered with one of these and the second, /digits.txt, was found behind
 * its content; or the connection ended after the first answer.
 */
export const thenDigits = (...status) => ({
  any: [
    { responses: [status, DIGITS_OK] },
    { responses: [status], end: "closed" },
  ],
});

/** One answer, whichever, and nothing made of what was hidden in the content. */
export const notSmuggled = (...status) => ({
  responses: [{
    status: status.length > 0 ? status : undefined,
    check: (response) => (isSmuggled(response) ? "the hidden request was answered" : undefined),
  }],
});

/** These responses, `times` over. */
export const withEach = (times, ...responses) =>
  Array.from({ length: times }, () => responses).flat();
