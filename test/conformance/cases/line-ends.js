/** Line ends: RFC 9112 §2.2. */
import { BAD_REQUEST, HELLO_OK, must, ours } from "../case.js";
import { answers } from "../expect.js";
import { get, lines } from "../request.js";

const START = "GET /hello.txt HTTP/1.1";
const HOST = "Host: localhost";

export default [
  ours("9112 §2.2", "a bare LF after the request line is refused",
    `${START}\n${HOST}\r\n\r\n`, BAD_REQUEST),
  ours("9112 §2.2", "a bare LF after a field line is refused",
    `${START}\r\n${HOST}\nX: y\r\n\r\n`, BAD_REQUEST),
  ours("9112 §2.2", "a bare LF after the last field line is refused",
    `${START}\r\n${HOST}\n\r\n`, BAD_REQUEST),
  ours("9112 §2.2", "a bare LF in place of the empty line is refused",
    `${START}\r\n${HOST}\r\n\n`, BAD_REQUEST),
  ours("9112 §2.2", "bare LFs throughout are refused", `${START}\n${HOST}\n\n`, BAD_REQUEST),
  must("9112 §2.2", "a bare CR after the request line is no line end",
    `${START}\r${HOST}\r\n\r\n`, 400),
  must("9112 §2.2", "a bare CR in a field value does not begin another field",
    lines(START, HOST, "X: a\rIf-None-Match: *"), [200, 400]),
  must("9112 §2.2", "a bare CR in a field name is refused",
    lines(START, HOST, "X\rY: z"), 400),
  must("9112 §2.2", "a bare CR in Host is refused or a space, which is invalid",
    lines(START, "Host: local\rhost"), 400),
  must("9112 §2.2", "CRs alone end nothing", `${START}\r${HOST}\r\r\r\n\r\n`, 400),
  ours("9112 §2.2", "a bare CR in a field value is refused",
    lines(START, HOST, "X: a\rb"), BAD_REQUEST),
  ours("9112 §2.2", "CR CR LF after a field line is refused",
    `${START}\r\n${HOST}\r\r\n\r\n`, BAD_REQUEST),
  ours("9112 §2.2", "CR CR LF after the request line is refused",
    `${START}\r\r\n${HOST}\r\n\r\n`, BAD_REQUEST),
  ours("9112 §2.2", "a bare CR before the empty line's CRLF is refused",
    `${START}\r\n${HOST}\r\n\r\r\n`, BAD_REQUEST),
  must("9112 §2.2", "CR and LF of a line end may come apart",
    [`${START}\r`, `\n${HOST}\r`, "\n\r", "\n"], HELLO_OK),
  must("9112 §2.2", "the CRLF that ends one request does not disturb the next",
    [get("/hello.txt") + START.slice(0, 1), START.slice(1) + "\r\n", `${HOST}\r\n\r\n`],
    answers(HELLO_OK, HELLO_OK)),
];
