/** Field lines: RFC 9112 §5, RFC 9110 §5. */
import { BAD_REQUEST, HELLO_OK, must, ours, should } from "../case.js";
import { get, lines } from "../request.js";

const START = "GET /hello.txt HTTP/1.1";
const HOST = "Host: localhost";
const CLOSED = { ...HELLO_OK, end: "closed" };
const refused = (section, level, what, fieldLine) =>
  level(section, `${what} is refused`, lines(START, HOST, fieldLine, "A: b"), BAD_REQUEST);

const badNames = [
  ["a field line without colon", "nonsense"],
  ["an empty field name", ": value"],
  ["a space inside a field name", "X Y: z"],
  ["a parenthesis in a field name", "X(Y): z"],
  ["an at sign in a field name", "X@Y: z"],
  ["a quotation mark in a field name", '"X": z'],
  ["a slash in a field name", "X/Y: z"],
  ["NUL in a field name", "X\0Y: z"],
  ["a control byte in a field name", "X\x01Y: z"],
  ["DEL in a field name", "X\x7fY: z"],
  ["a byte above 127 in a field name", "X\xe9Y: z"],
];

const badValues = [
  ["NUL in a field value", "X: a\0b"],
  ["a control byte in a field value", "X: a\x01b"],
  ["a vertical tab in a field value", "X: a\x0bb"],
  ["an escape byte in a field value", "X: a\x1bb"],
  ["DEL in a field value", "X: a\x7fb"],
  ["NUL at the end of a field value", "X: a\0"],
];

const folds = [
  ["a line folded with SP", "X: a\r\n b"],
  ["a line folded with HTAB", "X: a\r\n\tb"],
  ["a fold before an empty value", "X:\r\n b"],
  ["a fold that holds white space only", "X: a\r\n  "],
];

export default [
  must("9112 §5.1", "white space between field name and colon is answered with 400",
    lines(START, HOST, "X : y"), 400),
  must("9112 §5.1", "a tab between field name and colon is answered with 400",
    lines(START, HOST, "X\t: y"), 400),
  must("9112 §5.1", "white space between Host and its colon is answered with 400",
    lines(START, "Host : localhost"), 400),
  ...badNames.map(([what, fieldLine]) => refused("9112 §2.2", should, what, fieldLine)),
  ...badValues.map(([what, fieldLine]) => refused("9110 §5.5", ours, what, fieldLine)),
  ...folds.map(([what, fieldLine]) => refused("9112 §5.2", ours, what, fieldLine)),
  must("9112 §5.2", "a folded line is never a field of its own",
    lines(START, HOST, "X: a", " If-None-Match: *"), [200, 400]),
  must("9112 §5.2", "a fold of Host is refused or read as a space, which is invalid",
    lines(START, "Host: local", " host"), 400),
  should("9110 §5.1", "unknown fields are ignored", get("/hello.txt", "X-Unknown: y"), HELLO_OK),
  must("9110 §5.1", "field names are case-insensitive: upper case",
    lines(START, "HOST: localhost", "CONNECTION: close"), CLOSED),
  must("9110 §5.1", "field names are case-insensitive: mixed case",
    lines(START, "hOsT: localhost", "cOnNeCtIoN: close"), CLOSED),
  must("9110 §5.6.2", "a field name may be any token",
    get("/hello.txt", "!#$%&'*+-.^_`|~09azAZ: value"), HELLO_OK),
  must("9110 §5.6.2", "a field name of one character is valid",
    get("/hello.txt", "X: y"), HELLO_OK),
  must("9112 §5.1", "white space before the value is no part of it",
    get("/hello.txt", "Connection: \t  close"), CLOSED),
  must("9112 §5.1", "white space after the value is no part of it",
    get("/hello.txt", "Connection: close \t "), CLOSED),
  must("9112 §5", "no white space is needed after the colon",
    get("/hello.txt", "Connection:close"), CLOSED),
  must("9110 §5.5", "an empty value is valid", get("/hello.txt", "X:", "Y: ", "Z: \t"), HELLO_OK),
  must("9110 §5.5", "bytes above 127 in a value are opaque, not an error",
    get("/hello.txt", "X: caf\xc3\xa9 \xff\x80"), HELLO_OK),
  must("9110 §5.5", "a tab inside a value is valid", get("/hello.txt", "X: a\tb"), HELLO_OK),
  must("9110 §5.5", "a colon in a value is valid", get("/hello.txt", "X: a:b: c"), HELLO_OK),
  must("9110 §5.3", "an unknown field may come in several lines",
    get("/hello.txt", "X: a", "X: b", "X: c"), HELLO_OK),
  must("9110 §5.4", "fifty fields are no reason to refuse",
    get("/hello.txt", ...Array.from({ length: 50 }, (_, i) => `X-${i}: ${i}`)), HELLO_OK),
  must("9110 §5.4", "a value of 4000 bytes is no reason to refuse",
    get("/hello.txt", `Cookie: ${"c".repeat(4000)}`), HELLO_OK),
  must("9110 §7.8", "an Upgrade to an unknown protocol is ignored",
    get("/hello.txt", "Connection: Upgrade", "Upgrade: example/1"), HELLO_OK),
  must("9110 §7.8", "an offer of h2c is ignored",
    get("/hello.txt", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk"), HELLO_OK),
  must("9110 §7.6.2", "Max-Forwards is ignored with GET",
    get("/hello.txt", "Max-Forwards: 0"), HELLO_OK),
  must("9110 §10.1.4", "TE is no reason to refuse",
    get("/hello.txt", "Connection: TE", "TE: trailers, deflate;q=0.5"), HELLO_OK),
  must("9110 §6.6.2", "Trailer without trailers is no reason to refuse",
    get("/hello.txt", "Trailer: X-Checksum"), HELLO_OK),
  ours("9110 §12.5.1", "an Accept that the file does not match is no reason to refuse",
    get("/hello.txt", "Accept: image/png"), HELLO_OK),
  ours("9110 §11.6.2", "Authorization that nobody asked for is ignored",
    get("/hello.txt", "Authorization: Basic eDp5"), HELLO_OK),
];
