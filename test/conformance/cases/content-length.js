/** Content-Length and content of requests: RFC 9112 §6.2, §6.3, RFC 9110 §8.6. */
import { DIGITS_OK, HELLO_OK, must, NEEDS_CONTENT, ours, program, thenDigits } from "../case.js";
import { answers, closes } from "../expect.js";
import { get, HIDDEN_REQUEST, isSmuggled, lines, request, withContent } from "../request.js";

const NEXT = get("/digits.txt");
const raw = (...fieldLines) => lines("GET /hello.txt HTTP/1.1", "Host: localhost", ...fieldLines);

/** Not a number: the framing is unknown, so 400 and close. What follows is never a request. */
const invalid = (what, value) =>
  must("9112 §6.3", `${what} as Content-Length is answered with 400 and the end`,
    raw(`Content-Length: ${value}`) + HIDDEN_REQUEST, closes(400, 413));

const METHODS =
  ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "UNKNOWN"];
const ANY = ["2xx", "4xx", 501];

/** The content of any method is read to its end, or the connection ends. */
const consumed = METHODS.map((method) =>
  must("9112 §9.3", `the content of ${method} is not taken for the next request`,
    withContent(method, "/hello.txt", HIDDEN_REQUEST) + NEXT, thenDigits(...ANY)));

export default [
  ...consumed,
  invalid("a word", "abc"),
  invalid("nothing", ""),
  invalid("a negative number", "-1"),
  invalid("a number with plus sign", "+5"),
  invalid("a hexadecimal number", "0x5"),
  invalid("a fraction", "5.0"),
  invalid("a number with exponent", "1e1"),
  invalid("two numbers with a space between", "5 5"),
  invalid("a number in quotation marks", '"5"'),
  invalid("a number and a semicolon", "5;"),
  invalid("digits that are not ASCII", "\xef\xbc\x95"),
  invalid("two different numbers in a list", "5, 6"),
  invalid("a number and a word in a list", "5, x"),
  invalid("a number above 64 bits", "18446744073709551621"),
  invalid("a number of forty digits", "9".repeat(40)),
  must("9112 §6.3", "two Content-Length lines that differ are answered with 400 and the end",
    raw("Content-Length: 0", `Content-Length: ${HIDDEN_REQUEST.length}`) + HIDDEN_REQUEST,
    closes(400)),
  must("9112 §6.3", "two Content-Length lines that differ, the longer first, likewise",
    raw(`Content-Length: ${HIDDEN_REQUEST.length}`, "Content-Length: 0") + HIDDEN_REQUEST,
    closes(400)),
  ours("9110 §5.5", "a Content-Length with NUL behind it is answered with 400 and the end",
    raw("Content-Length: 5\0") + HIDDEN_REQUEST, closes(400)),
  must("9110 §8.6", "two equal Content-Length lines are refused or count once",
    raw("Content-Length: 5", "Content-Length: 5") + "hello" + NEXT, thenDigits(200, 400)),
  must("9110 §8.6", "a list of equal lengths is refused or counts once",
    raw("Content-Length: 5, 5") + "hello" + NEXT, thenDigits(200, 400)),
  must("9110 §8.6", "Content-Length: 0 means no content",
    raw("Content-Length: 0") + NEXT, answers(HELLO_OK, DIGITS_OK)),
  must("9110 §8.6", "leading zeros in Content-Length are valid and decimal",
    raw("Content-Length: 00010") + "0123456789" + NEXT, thenDigits(200), NEEDS_CONTENT),
  must("9110 §8.6", "white space around Content-Length is no part of it",
    raw("Content-Length: \t5 \t") + "hello" + NEXT, thenDigits(200), NEEDS_CONTENT),
  must("9112 §6.3", "a request without Content-Length has no content",
    request("POST", "/hello.txt") + NEXT, thenDigits(...ANY)),
  must("9110 §9.3.1", "GET with content is answered, or refused and the connection closed",
    withContent("GET", "/hello.txt", "hello") + NEXT, thenDigits(200, "4xx")),
  ours("9112 §9.3", "the connection persists after GET with content",
    withContent("GET", "/hello.txt", HIDDEN_REQUEST) + NEXT, answers(HELLO_OK, DIGITS_OK)),
  ours("9112 §9.3", "the connection persists after content of 100 kB",
    withContent("GET", "/hello.txt", "x".repeat(100000)) + NEXT, answers(HELLO_OK, DIGITS_OK)),
  must("9112 §9.3", "content that comes in pieces after the head is consumed",
    [raw("Content-Length: 10"), "01234", "56789", NEXT], thenDigits(200), NEEDS_CONTENT),
  must("9112 §9.3", "content of CRLFs is consumed and not skipped as empty lines",
    withContent("GET", "/hello.txt", "\r\n\r\n") + NEXT, thenDigits(200), NEEDS_CONTENT),
  must("9112 §9.3", "content that comes with the first bytes of the next request is consumed",
    [raw("Content-Length: 5") + "hel", `lo${NEXT.slice(0, 9)}`, NEXT.slice(9)],
    thenDigits(200), NEEDS_CONTENT),
  must("9112 §6.3", "content is exactly as long as declared: a shorter length leaves a rest",
    raw("Content-Length: 3") + "abc" + NEXT, thenDigits(200), NEEDS_CONTENT),
  program("MUST", "9112 §8", "content cut short by the client's FIN is followed by the end",
    async (t) => {
      const pieces = [raw(`Content-Length: ${HIDDEN_REQUEST.length + 1}`), HIDDEN_REQUEST];
      const result = await t.exchange(pieces, { halfClose: true });
      t.check(!result.responses.some(isSmuggled), "the content was answered as a request");
      t.check(result.responses.length <= 1, "more than one response");
      t.check(["closed", "reset"].includes(result.end), `the connection was ${result.end}`);
    }),
];
