/** OPTIONS: RFC 9110 §9.3.7, RFC 9112 §3.2.4. */
import { DIGITS_OK, must, ours, should, thenDigits } from "../case.js";
import { answers } from "../expect.js";
import { get, lines, request } from "../request.js";

const options = (target, ...fields) => request("OPTIONS", target, fields);
const ALLOW = {
  status: [200, 204],
  fields: { allow: /^(?=.*\bGET\b)(?=.*\bHEAD\b)(?=.*\bOPTIONS\b)/ },
};
const NEXT = get("/digits.txt");

export default [
  ours("9110 §9.3.7", "OPTIONS of a file succeeds and lists the methods",
    options("/hello.txt"), ALLOW),
  ours("9110 §9.3.7", "OPTIONS of a directory succeeds and lists the methods",
    options("/dir/"), ALLOW),
  ours("9112 §3.2.4", "OPTIONS * succeeds and lists the methods", options("*"), ALLOW),
  ours("9112 §3.2.4", "OPTIONS of an absolute-form with empty path succeeds",
    options("http://localhost"), ALLOW),
  ours("9110 §9.3.7", "the answer to OPTIONS has no content",
    options("/hello.txt"), { status: [200, 204], content: "" }),
  ours("9110 §9.3.7", "the connection persists after OPTIONS *",
    options("*") + NEXT, answers([200, 204], DIGITS_OK)),
  must("9112 §3.2", "OPTIONS * needs Host too", lines("OPTIONS * HTTP/1.1"), 400),
  must("9110 §9.3.7", "OPTIONS with content is answered and the next request found",
    request("OPTIONS", "/hello.txt", ["Content-Length: 5"], "hello") + NEXT,
    thenDigits("2xx", "4xx")),
  should("9110 §9.3.7", "a successful OPTIONS has Allow",
    options("/hello.txt"), { any: [{ status: "2xx", fields: { allow: true } }, [405, 501]] }),
  must("9110 §7.6.2", "OPTIONS with Max-Forwards: 0 is answered by the last recipient",
    options("/hello.txt", "Max-Forwards: 0"), ["2xx", 405, 501]),
  must("9110 §13.2.1", "OPTIONS ignores If-None-Match",
    options("/hello.txt", "If-None-Match: *"), ["2xx", 405, 501]),
  must("9110 §13.2.1", "OPTIONS ignores If-Match",
    options("/hello.txt", 'If-Match: "x"'), ["2xx", 405, 501]),
  must("9110 §13.2.1", "OPTIONS ignores If-Unmodified-Since",
    options("/hello.txt", "If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT"),
    ["2xx", 405, 501]),
  must("9110 §14.2", "OPTIONS ignores Range",
    options("/digits.txt", "Range: bytes=0-0"), [200, 204, 405, 501]),
];
