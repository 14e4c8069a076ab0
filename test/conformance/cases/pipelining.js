/** Pipelining: RFC 9112 §9.3.2, and how errors end a pipeline. */
import { DIGITS_OK, HELLO_OK, must, ours, withEach } from "../case.js";
import { answers } from "../expect.js";
import { LARGE } from "../fixtures.js";
import { byteByByte, get, head, lines, request, withContent } from "../request.js";

const HELLO = get("/hello.txt");
const DIGITS = get("/digits.txt");
const LARGE_OK = { status: 200, content: (bytes) => (bytes.equals(LARGE) ? "" : "not the file") };
const BAD = lines("GET /hello.txt HTTP/1.1", "Host: localhost", "bad line");

export default [
  must("9112 §9.3.2", "two requests in one packet are answered in order",
    HELLO + DIGITS, answers(HELLO_OK, DIGITS_OK)),
  must("9112 §9.3.2", "ten requests in one packet are answered in order",
    (HELLO + DIGITS).repeat(5), answers(...withEach(5, HELLO_OK, DIGITS_OK))),
  must("9112 §9.3.2", "200 requests in one write are answered in order",
    (HELLO + DIGITS).repeat(100), answers(...withEach(100, HELLO_OK, DIGITS_OK))),
  must("9112 §9.3.2", "a response to HEAD between others has no content",
    HELLO + head("/hello.txt") + DIGITS, answers(HELLO_OK, 200, DIGITS_OK)),
  must("9112 §9.3.2", "a large response comes whole before the small one behind it",
    get("/large.bin") + HELLO, answers(LARGE_OK, HELLO_OK)),
  must("9112 §9.3.2", "large responses among small ones come whole and in order",
    HELLO + get("/large.bin") + DIGITS + get("/large.bin") + HELLO,
    answers(HELLO_OK, LARGE_OK, DIGITS_OK, LARGE_OK, HELLO_OK)),
  must("9112 §9.3.2", "a missing file in a pipeline disturbs no other answer",
    HELLO + get("/missing") + DIGITS, answers(HELLO_OK, 404, DIGITS_OK)),
  must("9112 §9.3.2", "conditions and ranges in a pipeline belong to their own requests",
    get("/digits.txt", "Range: bytes=0-1") + DIGITS + get("/hello.txt", "If-None-Match: *") + HELLO,
    answers([206, 200], DIGITS_OK, [304, 200], HELLO_OK)),
  must("9112 §9.3.2", "a request behind content is answered",
    withContent("GET", "/hello.txt", "x".repeat(5000)) + DIGITS,
    { any: [answers(HELLO_OK, DIGITS_OK), { responses: [[200, "4xx"]], end: "closed" }] }),
  must("9112 §9.3.2", "a pipeline that comes byte by byte is answered in order",
    byteByByte(HELLO + DIGITS), answers(HELLO_OK, DIGITS_OK)),
  must("9112 §9.3.2", "a pipeline cut in the middle of a request line is answered in order",
    [HELLO + DIGITS.slice(0, 9), DIGITS.slice(9) + HELLO.slice(0, 2), HELLO.slice(2)],
    answers(HELLO_OK, DIGITS_OK, HELLO_OK)),
  must("9112 §9.3.2", "a pipeline cut between CR and LF of the empty line is answered in order",
    [HELLO.slice(0, -1), "\n" + DIGITS], answers(HELLO_OK, DIGITS_OK)),
  must("9112 §9.6", "close in the middle of a pipeline ends it",
    HELLO + get("/digits.txt", "Connection: close") + HELLO,
    { responses: [HELLO_OK, DIGITS_OK], end: "closed" }),
  must("9112 §9.3", "an HTTP/1.0 request ends a pipeline",
    HELLO + lines("GET /digits.txt HTTP/1.0") + HELLO,
    { responses: [HELLO_OK, DIGITS_OK], end: "closed" }),
  ours("9112 §2.2", "a malformed request in a pipeline is answered with 400 behind the others",
    HELLO + BAD + DIGITS, { responses: [HELLO_OK, 400], end: "clean" }),
  ours("9112 §2.2", "a malformed request behind a large response leaves it whole",
    get("/large.bin") + BAD, { responses: [LARGE_OK, 400], end: "clean" }),
  ours("9112 §2.2", "a malformed request ends the connection though more comes behind it",
    HELLO + BAD + DIGITS.repeat(2000), { responses: [HELLO_OK, 400], end: "clean" }),
  ours("9112 §9.3.2", "refused methods in a pipeline disturb no other answer",
    request("DELETE", "/hello.txt") + HELLO + request("UNKNOWN", "/hello.txt") + DIGITS,
    answers(405, HELLO_OK, 501, DIGITS_OK)),
];
