/**
 * Request smuggling: RFC 9112 §11.2. Each request has two readings; the second one would answer
 * what the first takes for content. Whatever the server makes of it, it must not be both.
 */
import {
  BAD_REQUEST, HELLO_OK, must, NEEDS_CONTENT, notSmuggled, ours, thenDigits,
} from "../case.js";
import { closes, HANGS_UP } from "../expect.js";
import { get, HIDDEN_REQUEST, lines, request, withContent } from "../request.js";

const raw = (...fieldLines) => lines("GET /hello.txt HTTP/1.1", "Host: localhost", ...fieldLines);
const NEXT = get("/digits.txt");
const CHUNKED = "Transfer-Encoding: chunked";
const LENGTH = `Content-Length: ${5 + HIDDEN_REQUEST.length}`;

/**
 * By Content-Length the hidden request is content; by Transfer-Encoding it is the next request.
 * A server that honours Transfer-Encoding must close after its answer.
 */
const disguised = (what, ...fieldLines) =>
  must("9112 §11.2", `Transfer-Encoding ${what} beside Content-Length lets nothing through`,
    raw(LENGTH, ...fieldLines) + "0\r\n\r\n" + HIDDEN_REQUEST, notSmuggled());

export default [
  disguised("undisguised", CHUNKED),
  disguised("with a space before the colon", "Transfer-Encoding : chunked"),
  disguised("with a tab before the colon", "Transfer-Encoding\t: chunked"),
  disguised("with a tab after the colon", "Transfer-Encoding:\tchunked"),
  disguised("in a folded line", "X: y", " Transfer-Encoding: chunked"),
  disguised("with a folded value", "Transfer-Encoding:", " chunked"),
  disguised("behind a bare CR", `X: y\r${CHUNKED}`),
  disguised("behind a bare LF", `X: y\n${CHUNKED}`),
  disguised("with NUL in its value", "Transfer-Encoding: chunked\0"),
  disguised("with a vertical tab in its value", "Transfer-Encoding: \x0bchunked"),
  disguised("in upper case", "TRANSFER-ENCODING: CHUNKED"),
  disguised("of a longer word", "Transfer-Encoding: xchunked"),
  disguised("in quotation marks", 'Transfer-Encoding: "chunked"'),
  disguised("twice, once unknown", CHUNKED, "Transfer-Encoding: x"),
  disguised("twice, unknown first", "Transfer-Encoding: x", CHUNKED),
  disguised("with identity", "Transfer-Encoding: identity"),
  disguised("with an empty value", "Transfer-Encoding:"),
  disguised("with a parameter", "Transfer-Encoding: chunked;x=y"),
  must("9112 §11.2", "a field named Transfer_Encoding is not Transfer-Encoding",
    raw(LENGTH, "Transfer_Encoding: chunked") + "0\r\n\r\n" + HIDDEN_REQUEST + NEXT,
    thenDigits(200, 400)),
  must("9112 §11.2", "a field named X-Transfer-Encoding is not Transfer-Encoding",
    raw(LENGTH, "X-Transfer-Encoding: chunked") + "0\r\n\r\n" + HIDDEN_REQUEST + NEXT,
    thenDigits(200), NEEDS_CONTENT),
  must("9112 §11.2", "a field named Content_Length is not Content-Length",
    raw("Content_Length: 5") + NEXT, thenDigits(200, 400)),
  must("9112 §11.2", "Content-Length with a space before its colon is answered with 400",
    raw("Content-Length : 5") + HIDDEN_REQUEST, { responses: [400] }),
  must("9112 §11.2", "Content-Length in a folded line frames nothing unless all is refused",
    raw("X: y", " Content-Length: 5") + NEXT, { any: [closes(400), thenDigits(200)] }),
  must("9112 §11.2", "chunked content that is shorter than Content-Length lets nothing through",
    raw(CHUNKED, "Content-Length: 3") + `5\r\nhello\r\n0\r\n\r\n` + HIDDEN_REQUEST, notSmuggled()),
  must("9112 §11.2", "the rest behind an unexpected Content-Length of HEAD is content",
    withContent("HEAD", "/hello.txt", HIDDEN_REQUEST), notSmuggled()),
  must("9112 §11.2", "the content of another method than GET is content",
    withContent("POST", "/hello.txt", HIDDEN_REQUEST), notSmuggled()),
  must("9112 §11.2", "the content of a request for a missing file is content",
    withContent("GET", "/missing", HIDDEN_REQUEST), notSmuggled(404), NEEDS_CONTENT),
  must("9112 §11.2", "the content of a request for a directory is content",
    withContent("GET", "/dir", HIDDEN_REQUEST), notSmuggled()),
  must("9112 §11.2", "the content of a conditional request answered with 304 is content",
    withContent("GET", "/hello.txt", HIDDEN_REQUEST, "If-None-Match: *"), notSmuggled(304, 200),
    NEEDS_CONTENT),
  must("9112 §11.2", "the content of a request answered with 412 is content",
    withContent("GET", "/hello.txt", HIDDEN_REQUEST, 'If-Match: "no such tag"'),
    notSmuggled(412, 200), NEEDS_CONTENT),
  must("9112 §11.2", "the content of a request for an unsatisfiable range is content",
    withContent("GET", "/digits.txt", HIDDEN_REQUEST, "Range: bytes=1000-"),
    notSmuggled(416, 200), NEEDS_CONTENT),
  must("9112 §11.2", "the content of OPTIONS * is content",
    withContent("OPTIONS", "*", HIDDEN_REQUEST), notSmuggled()),
  must("9112 §11.2", "nothing behind a malformed request line is answered",
    lines("GET /hello.txt HTTP/1.1 x", "Host: localhost") + HIDDEN_REQUEST,
    { any: [BAD_REQUEST, HANGS_UP] }),
  must("9112 §11.2", "nothing behind a refused version is answered",
    lines("GET /hello.txt HTTP/2.0", "Host: localhost") + HIDDEN_REQUEST,
    { any: [closes("4xx", "5xx"), HANGS_UP] }),
  must("9112 §11.2", "an encoded CRLF in the target does not begin another request",
    get("/hello.txt%20HTTP/1.1%0D%0AHost:%20x%0D%0A%0D%0AGET%20/smuggled.txt"),
    notSmuggled("4xx")),
  ours("9112 §11.2", "what follows a field line that is no field is never answered",
    lines("GET /hello.txt HTTP/1.1", "Host: localhost", "GET /smuggled.txt HTTP/1.1"),
    { any: [BAD_REQUEST, { ...HELLO_OK, end: "closed" }] }),
  must("9112 §11.2", "a request within the content of a pipelined request is content",
    get("/hello.txt") + request("GET", "/hello.txt", [LENGTH], "0\r\n\r\n" + HIDDEN_REQUEST) + NEXT,
    {
      any: [
        { responses: [HELLO_OK, 200, 200], check: (r) => nothingHidden(r) },
        { responses: [HELLO_OK, [200, "4xx"]], end: "closed" },
      ],
    }),
];

function nothingHidden({ responses }) {
  const hidden = responses.some((r) => r.content.includes("SMUGGLED"));
  return hidden ? "the hidden request was answered" : undefined;
}
