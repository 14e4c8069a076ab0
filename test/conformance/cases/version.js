/** Versions: RFC 9112 §2.3, RFC 9110 §2.5 and §6.2. */
import { HELLO_OK, must, ours, should } from "../case.js";
import { answers, closes } from "../expect.js";
import { get, lines } from "../request.js";

const HOST = "Host: localhost";
const version = (text) => lines(`GET /hello.txt ${text}`, HOST);
const invalid = (why, text) =>
  should("9112 §2.3", `a version ${why} is refused`, version(text), closes(400, 505));
const isMinorOne = { ...HELLO_OK, check: (r) => (r.minor === 1 ? undefined : "HTTP/1.1 expected") };

export default [
  should("9112 §2.3", "HTTP/1.1 is answered in HTTP/1.1", get("/hello.txt"), isMinorOne),
  should("9110 §6.2", "HTTP/1.0 is answered in the server's own version, HTTP/1.1",
    version("HTTP/1.0"), isMinorOne),
  should("9110 §6.2", "a higher minor version is processed as the highest one known",
    version("HTTP/1.2"), HELLO_OK),
  should("9110 §6.2", "the highest minor version is answered in HTTP/1.1",
    version("HTTP/1.9"), isMinorOne),
  should("9110 §6.2", "the connection of a higher minor version persists",
    version("HTTP/1.9") + get("/hello.txt"), answers(HELLO_OK, HELLO_OK)),
  should("9110 §6.2", "a higher minor version needs Host as HTTP/1.1 does",
    lines("GET /hello.txt HTTP/1.2"), 400),
  ours("9110 §15.6.6", "HTTP/2.0 is answered with 505", version("HTTP/2.0"), closes(505)),
  ours("9110 §15.6.6", "HTTP/9.9 is answered with 505", version("HTTP/9.9"), closes(505)),
  ours("9110 §15.6.6", "HTTP/0.9 is answered with 505", version("HTTP/0.9"), closes(505)),
  must("9112 §2.3", "the name HTTP is case-sensitive", version("http/1.1"), [400, 505]),
  invalid("without minor number", "HTTP/1"),
  invalid("with an empty minor number", "HTTP/1."),
  invalid("with an empty major number", "HTTP/.1"),
  invalid("with two digits after the dot", "HTTP/1.10"),
  invalid("with two digits before the dot", "HTTP/11.1"),
  invalid("with a leading zero", "HTTP/01.1"),
  invalid("with a sign", "HTTP/+1.1"),
  invalid("with a comma", "HTTP/1,1"),
  invalid("with three numbers", "HTTP/1.1.1"),
  invalid("with a letter behind it", "HTTP/1.1x"),
  invalid("with a hexadecimal digit", "HTTP/1.a"),
  invalid("with another name", "HTTPS/1.1"),
  invalid("without slash", "HTTP1.1"),
  invalid("with a space inside", "HTTP/ 1.1"),
];
