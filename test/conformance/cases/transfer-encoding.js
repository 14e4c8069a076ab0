/** Transfer-Encoding: RFC 9112 §6.1, §6.3, §7. */
import { DIGITS_OK, HELLO_OK, must, NEEDS_CONTENT, ours, should, thenDigits } from "../case.js";
import { answers, closes } from "../expect.js";
import { get, HIDDEN_REQUEST, lines } from "../request.js";

const NEXT = get("/digits.txt");
const BODY = "5\r\nhello\r\n0\r\n\r\n";
const raw = (...fieldLines) => lines("GET /hello.txt HTTP/1.1", "Host: localhost", ...fieldLines);
/** Behind the head stands what a server that framed it wrongly would answer. */
const attack = (...fieldLines) => raw(...fieldLines) + "0\r\n\r\n" + HIDDEN_REQUEST;
const REFUSED = closes(400, 501);

const undetermined = [
  ["nothing", ""],
  ["a coding alone that is not chunked", "gzip"],
  ["an unknown coding alone", "example"],
  ["identity", "identity"],
  ["chunked before another coding", "chunked, gzip"],
  ["chunked before identity", "chunked, identity"],
  ["a word that begins with chunked", "chunkedx"],
  ["a word that ends with chunked", "xchunked"],
  ["chunked in quotation marks", '"chunked"'],
  ["chunked followed by another word", "chunked x"],
  ["chunked with a control byte", "chunked\x0b"],
];

export default [
  must("9112 §6.1", "chunked content is read and the next request found behind it",
    raw("Transfer-Encoding: chunked") + BODY + NEXT, thenDigits(200), NEEDS_CONTENT),
  ours("9112 §9.3", "the connection persists after chunked content",
    raw("Transfer-Encoding: chunked") + BODY + NEXT, answers(HELLO_OK, DIGITS_OK)),
  must("9112 §7", "the name of the coding is case-insensitive",
    raw("Transfer-Encoding: cHuNkEd") + BODY + NEXT, thenDigits(200), NEEDS_CONTENT),
  must("9112 §5.1", "white space around the coding is no part of it",
    raw("Transfer-Encoding:\t chunked \t") + BODY + NEXT, thenDigits(200), NEEDS_CONTENT),
  must("9110 §5.6.1", "an empty list member beside chunked is ignored, or the request refused",
    raw("Transfer-Encoding: , chunked ,") + BODY + NEXT, thenDigits(200, 400, 501)),
  ...undetermined.map(([what, value]) =>
    must("9112 §6.3", `${what} as Transfer-Encoding is refused and the connection closed`,
      attack(`Transfer-Encoding: ${value}`), REFUSED)),
  should("9112 §7.1", "chunked applied twice is refused",
    attack("Transfer-Encoding: chunked, chunked"), REFUSED),
  ours("9110 §5.5", "chunked behind NUL is refused",
    attack("Transfer-Encoding: \0chunked"), REFUSED),
  should("9112 §7.1", "chunked in each of two Transfer-Encoding lines is refused",
    attack("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), REFUSED),
  must("9112 §6.3", "two Transfer-Encoding lines are one list: chunked must be last",
    attack("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), REFUSED),
  should("9112 §6.1", "a coding that the server does not know before chunked is answered with 501",
    attack("Transfer-Encoding: example, chunked"), closes(501)),
  should("9112 §6.1", "a coding that the server does not know in a line before chunked likewise",
    attack("Transfer-Encoding: example", "Transfer-Encoding: chunked"), closes(501)),
  should("9112 §7.1", "a parameter of chunked is an error",
    attack("Transfer-Encoding: chunked;q=1"), REFUSED),
  must("9112 §5.1", "white space before the colon of Transfer-Encoding is refused",
    attack("Transfer-Encoding : chunked"), { responses: [400] }),
  must("9112 §6.1", "Content-Length beside Transfer-Encoding ends the connection",
    raw("Content-Length: 5", "Transfer-Encoding: chunked") + BODY + NEXT,
    closes(200, 400)),
  must("9112 §6.1", "Transfer-Encoding beside Content-Length, in that order, likewise",
    raw("Transfer-Encoding: chunked", "Content-Length: 5") + BODY + NEXT,
    closes(200, 400)),
  ours("9112 §6.1", "Content-Length beside Transfer-Encoding is answered with 400",
    raw("Content-Length: 15", "Transfer-Encoding: chunked") + BODY, closes(400)),
  ours("9112 §6.1", "Content-Length: 0 beside Transfer-Encoding is answered with 400",
    raw("Transfer-Encoding: chunked", "Content-Length: 0") + BODY, closes(400)),
  must("9112 §6.1", "Transfer-Encoding in HTTP/1.0 is faulty framing: the connection ends",
    lines("GET /hello.txt HTTP/1.0", "Connection: keep-alive", "Transfer-Encoding: chunked") +
      BODY + HIDDEN_REQUEST,
    closes(200, 400)),
  ours("9112 §6.1", "Transfer-Encoding in HTTP/1.0 is answered with 400",
    lines("GET /hello.txt HTTP/1.0", "Host: localhost", "Transfer-Encoding: chunked") + BODY,
    closes(400)),
];
