/** Host: RFC 9112 §3.2 and RFC 9110 §7.2. */
import { HELLO_OK, must, ours } from "../case.js";
import { lines } from "../request.js";

const START = "GET /hello.txt HTTP/1.1";
const OLD = "GET /hello.txt HTTP/1.0";
const invalid = (why, value) =>
  must("9112 §3.2", `a Host ${why} is answered with 400`, lines(START, `Host: ${value}`), 400);
const valid = (what, ...fieldLines) =>
  must("9110 §7.2", `${what} is a valid Host`, lines(START, ...fieldLines), HELLO_OK);

export default [
  must("9112 §3.2", "an HTTP/1.1 request without Host is answered with 400", lines(START), 400),
  must("9112 §3.2", "an HTTP/1.1 request with other fields but without Host is answered with 400",
    lines(START, "User-Agent: x", "X-Host: localhost"), 400),
  must("9112 §3.2", "two Host lines that differ are answered with 400",
    lines(START, "Host: localhost", "Host: other.example"), 400),
  must("9112 §3.2", "two equal Host lines are answered with 400",
    lines(START, "Host: localhost", "Host: localhost"), 400),
  must("9112 §3.2", "two Host lines apart, in different case, are answered with 400",
    lines(START, "Host: localhost", "X: y", "hOST: localhost"), 400),
  must("9112 §3.2", "two Host lines in HTTP/1.0 are answered with 400",
    lines(OLD, "Host: localhost", "Host: other.example"), 400),
  must("9112 §3.2", "an invalid Host in HTTP/1.0 is answered with 400",
    lines(OLD, "Host: a b"), 400),
  must("9112 §3.2", "HTTP/1.0 needs no Host", lines(OLD), HELLO_OK),
  invalid("with a space inside", "local host"),
  invalid("with a tab inside", "local\thost"),
  invalid("with userinfo", "user@localhost"),
  invalid("with a path", "localhost/hello.txt"),
  invalid("that is a URI", "http://localhost"),
  invalid("with a port that is no number", "localhost:http"),
  invalid("with two ports", "localhost:80:80"),
  invalid("with a negative port", "localhost:-1"),
  invalid("with an unclosed bracket", "[::1"),
  invalid("with text after the bracket", "[::1]x"),
  invalid("with an IPv6 address without brackets", "::1"),
  invalid("with no address in brackets", "[]"),
  invalid("with angle brackets", "<localhost>"),
  invalid("with a quotation mark", '"localhost"'),
  invalid("with a backslash", "local\\host"),
  invalid("with a query", "localhost?x"),
  invalid("with a fragment", "localhost#x"),
  invalid("with a malformed percent-encoding", "local%zzhost"),
  invalid("with bytes above 127", "lo\xe7alhost"),
  invalid("with two members of a list and a space", "localhost, other.example"),
  valid("a name with port", "Host: localhost:7788"),
  valid("a name with an empty port", "Host: localhost:"),
  valid("a name in upper case", "Host: LOCALHOST"),
  valid("an IPv4 address", "Host: 127.0.0.1"),
  valid("an IPv6 address with port", "Host: [::1]:7788"),
  valid("a name with an underscore", "Host: my_host"),
  valid("a name with a dot at its end", "Host: localhost."),
  valid("a name without space after the colon", "Host:localhost"),
  valid("a name with spaces and tabs around it", "Host: \t localhost \t "),
  valid("a name in the last of many fields", "A: b", "C: d", "Host: localhost"),
  ours("9110 §7.2", "a server of one site answers for any host",
    lines(START, "Host: other.example"), HELLO_OK),
  ours("9110 §7.2", "sub-delims and percent-encoding are valid in a reg-name",
    lines(START, "Host: a!b$c&d'(e)*f+g,h;i=j%20k"), HELLO_OK),
];
