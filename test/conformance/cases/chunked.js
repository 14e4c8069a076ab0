/** The chunked transfer coding: RFC 9112 §7.1. */
import {
  DIGITS_OK, HELLO_OK, must, NEEDS_CONTENT, ours, program, should, thenDigits,
} from "../case.js";
import { answers, closes } from "../expect.js";
import { byteByByte, chunked, get, HIDDEN_REQUEST, isSmuggled, request } from "../request.js";

const NEXT = get("/digits.txt");

/** The body is valid: the request is answered and the next one found behind it. */
const valid = (section, what, body) =>
  must(section, `decoded: ${what}`, chunked(body) + NEXT, thenDigits(200),
    NEEDS_CONTENT);

/**
 * The body is malformed: 400 and close. A server may have answered GET before it saw the body;
 * then it must still close without a second response.
 */
const invalid = (section, what, body) =>
  should(section, `the connection ends at ${what}`, chunked(body) + HIDDEN_REQUEST,
    closes(200, 400, 413, 431, 501));

/** The size is greater than what follows, or than any number: refused, or the rest awaited. */
const tooLarge = (what, size) =>
  must("9112 §7.1", `${what} is not taken for a smaller one`,
    chunked(`${size}\r\nhello\r\n0\r\n\r\n`) + HIDDEN_REQUEST,
    {
      any: [
        closes(200, 400, 413, 431, 501),
        { responses: [], end: "silent" },
        { responses: [200], end: "silent" },
      ],
    });

const hidden = `${HIDDEN_REQUEST.length.toString(16)}\r\n${HIDDEN_REQUEST}\r\n0\r\n\r\n`;

export default [
  valid("9112 §7.1", "a body without chunks", "0\r\n\r\n"),
  valid("9112 §7.1", "a body of several chunks", "5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"),
  valid("9112 §7.1", "a size in lower-case hexadecimal", `1a\r\n${"x".repeat(26)}\r\n0\r\n\r\n`),
  valid("9112 §7.1", "a size in upper-case hexadecimal", `1A\r\n${"x".repeat(26)}\r\n0\r\n\r\n`),
  valid("9112 §7.1", "a size with leading zeros", "0000005\r\nhello\r\n0\r\n\r\n"),
  valid("9112 §7.1", "a last chunk of several zeros", "5\r\nhello\r\n000\r\n\r\n"),
  valid("9112 §7.1", "a chunk that contains CRLFs", "8\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n"),
  valid("9112 §7.1", "a chunk that contains what looks like the last one",
    "5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
  valid("9112 §7.1", "a chunk that contains a request", hidden),
  valid("9112 §7.1", "a chunk of 64 KiB", `10000\r\n${"x".repeat(65536)}\r\n0\r\n\r\n`),
  valid("9112 §7.1", "a body of 1000 small chunks", "1\r\nx\r\n".repeat(1000) + "0\r\n\r\n"),
  valid("9112 §7.1.1", "an extension without value", "5;name\r\nhello\r\n0\r\n\r\n"),
  valid("9112 §7.1.1", "an extension with a token as value", "5;name=value\r\nhello\r\n0\r\n\r\n"),
  valid("9112 §7.1.1", "an extension with a quoted value",
    '5;name="a;b=c \\" d"\r\nhello\r\n0\r\n\r\n'),
  valid("9112 §7.1.1", "several extensions", "5;a;b=c;d=\"e\"\r\nhello\r\n0\r\n\r\n"),
  valid("9112 §7.1.1", "white space around an extension", "5 ; a = b\r\nhello\r\n0\r\n\r\n"),
  valid("9112 §7.1.1", "an extension of the last chunk", "5\r\nhello\r\n0;a=b\r\n\r\n"),
  valid("9112 §7.1.2", "a trailer section", "5\r\nhello\r\n0\r\nX-Checksum: 5\r\n\r\n"),
  valid("9112 §7.1.2", "a trailer section of several fields",
    "0\r\nA: b\r\nC: d\r\nE:\r\nA: f\r\n\r\n"),
  must("9112 §7.1.2", "Content-Length in a trailer does not frame what follows",
    chunked("0\r\nContent-Length: 45\r\n\r\n") + NEXT, thenDigits(200, 400)),
  must("9112 §7.1.2", "Transfer-Encoding in a trailer does not frame what follows",
    chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n") + NEXT, thenDigits(200, 400)),
  must("9110 §6.5.1", "a condition in a trailer is no condition of the request",
    chunked("0\r\nIf-None-Match: *\r\n\r\n") + NEXT, thenDigits(200, 400)),
  must("9110 §6.5.1", "Host in a trailer does not make up for a missing Host",
    "GET /hello.txt HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: localhost\r\n\r\n",
    400),
  ours("9112 §9.3", "the connection persists after a trailer section",
    chunked("5\r\nhello\r\n0\r\nX: y\r\n\r\n") + NEXT, answers(HELLO_OK, DIGITS_OK)),
  must("9112 §7.1", "a body that comes byte by byte is decoded",
    [request("GET", "/hello.txt", ["Transfer-Encoding: chunked"]),
      ...byteByByte('5;a="b"\r\nhello\r\n0\r\nX: y\r\n\r\n'), NEXT],
    thenDigits(200), NEEDS_CONTENT),
  must("9112 §7.1", "chunked content of POST is consumed",
    request("POST", "/hello.txt", ["Transfer-Encoding: chunked"], hidden) + NEXT,
    thenDigits("2xx", "4xx", 501)),
  must("9112 §7.1", "chunked content of HEAD is consumed",
    request("HEAD", "/hello.txt", ["Transfer-Encoding: chunked"], hidden) + NEXT,
    thenDigits(200, "4xx")),
  invalid("9112 §7.1", "a size that is no number", "g\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "an empty size", "\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a negative size", "-5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with plus sign", "+5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with 0x before it", "0x5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with an underscore", "0_5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with a space before it", " 5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size of two words", "5 5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with a comma", "5,5\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a size with NUL behind it", "5\0\r\nhello\r\n0\r\n\r\n"),
  tooLarge("a size of 2⁶⁴ + 5, which overflows to 5", "10000000000000005"),
  tooLarge("a size of 2³² + 5, whose low half is 5", "100000005"),
  tooLarge("a size of 2⁶⁴ − 1", "ffffffffffffffff"),
  tooLarge("a size of 2⁶³, which overflows to a negative number", "8000000000000000"),
  tooLarge("a size of 2⁵³ + 5, which no double holds exactly", "20000000000005"),
  invalid("9112 §7.1", "a chunk longer than its size", "3\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a chunk without CRLF after its data", "5\r\nhello0\r\n\r\n"),
  invalid("9112 §7.1", "a chunk with two other bytes in place of CRLF",
    "5\r\nhelloxx0\r\n\r\n"),
  invalid("9112 §7.1", "a chunk shorter than its size", "6\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1", "a bare CR after the size", "5\rhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1.1", "an extension that is no token", "5;(\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1.1", "an extension with a control byte", "5;a\x01\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1.1", "an extension with a bare CR", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
  invalid("9112 §7.1.2", "a trailer without colon", "0\r\nnonsense\r\n\r\n"),
  invalid("9112 §7.1.2", "a trailer with white space before its colon", "0\r\nX : y\r\n\r\n"),
  invalid("9112 §7.1.2", "a trailer with NUL in its value", "0\r\nX: y\0\r\n\r\n"),
  ours("9112 §2.2", "a bare LF after the size ends the connection",
    chunked("5\nhello\r\n0\r\n\r\n") + HIDDEN_REQUEST, closes(200, 400)),
  ours("9112 §2.2", "a bare LF after an extension ends the connection",
    chunked("5;a\nhello\r\n0\r\n\r\n") + HIDDEN_REQUEST, closes(200, 400)),
  ours("9112 §2.2", "a bare LF after the data ends the connection",
    chunked("5\r\nhello\n0\r\n\r\n") + HIDDEN_REQUEST, closes(200, 400)),
  ours("9112 §2.2", "a bare LF after a trailer ends the connection",
    chunked("0\r\nX: y\n\r\n") + HIDDEN_REQUEST, closes(200, 400)),
  ours("9112 §2.2", "a bare LF in place of the last line ends the connection",
    chunked("0\r\n\n") + HIDDEN_REQUEST, closes(200, 400)),
  ours("9112 §5.2", "a folded trailer ends the connection",
    chunked("0\r\nX: y\r\n z\r\n\r\n") + HIDDEN_REQUEST, closes(200, 400)),
  program("MUST", "9112 §8", "chunked content cut short by the client's FIN is followed by the end",
    async (t) => {
      const result = await t.exchange([chunked(`ff\r\n${HIDDEN_REQUEST}`)], { halfClose: true });
      t.check(!result.responses.some(isSmuggled), "the content was answered as a request");
      t.check(result.responses.length <= 1, "more than one response");
      t.check(["closed", "reset"].includes(result.end), `the connection was ${result.end}`);
    }),
];
