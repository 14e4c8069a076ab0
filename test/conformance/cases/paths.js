/** From the path of the target to a file: RFC 3986 §2, RFC 9110 §4.2.3. */
import { HELLO_OK, must, ours, should } from "../case.js";
import { NAMES } from "../fixtures.js";
import { encodeSegment, get, utf8 } from "../request.js";

const named = (name) => ({ status: 200, content: `content of ${name}\n` });
const NOT_FOUND = [400, 404];

/** Every name of the fixtures, with all bytes encoded that are not unreserved. */
const encoded = Object.keys(NAMES)
  .filter((name) => !name.startsWith("."))
  .map((name) => {
    const short = name.length > 40 ? "of 255 bytes" : name;
    return must("3986 §2.1", `a percent-encoded name is decoded: ${short}`,
      get(`/${encodeSegment(name)}`), named(name));
  });

const malformed = [
  ["a percent sign at the end", "/hello.txt%"],
  ["a percent sign and one digit at the end", "/hello.txt%4"],
  ["a percent sign and letters that are no digits", "/hello%zz.txt"],
  ["a percent sign and one digit before a letter", "/hello%2x.txt"],
  ["two percent signs", "/per%%cent.txt"],
  ["a percent sign and a sign", "/hello%+2.txt"],
  ["percent-u encoding", "/hello%u002e.txt"],
];

const never = [
  ["NUL, encoded, at the end", "/hello.txt%00"],
  ["NUL, encoded, before another extension", "/hello.txt%00.html"],
  ["NUL, encoded, at the beginning", "/%00hello.txt"],
  ["a newline, encoded", "/hello.txt%0A"],
  ["an overlong slash in two bytes", "/dir%C0%AFindex.html"],
  ["an overlong slash in three bytes", "/dir%E0%80%AFindex.html"],
  ["an overlong dot", "/hello%C0%AEtxt"],
  ["a lone continuation byte", "/hello%80.txt"],
  ["a byte that UTF-8 never has", "/hello%FF.txt"],
  ["a surrogate", "/hello%ED%A0%80.txt"],
  ["a full-width slash", "/dir%EF%BC%8Findex.html"],
];

export default [
  ...encoded,
  must("3986 §2.1", "hexadecimal digits of an encoding may be in lower case",
    get("/caf%c3%a9.txt"), named("café.txt")),
  must("3986 §2.3", "an unreserved character and its encoding are the same",
    get("/%68%65%6c%6c%6f%2e%74%78%74"), HELLO_OK),
  must("3986 §2.3", "an encoded tilde is a tilde", get("/tilde%7E.txt"),
    named("tilde~.txt")),
  must("3986 §2.4", "a name is decoded once, not twice", get("/literal%2541.txt"),
    named("literal%41.txt")),
  must("3986 §2.4", "what decodes to a letter is that letter", get("/literal%41.txt"),
    named("literalA.txt")),
  must("3986 §2.2", "sub-delims need no encoding", get("/it's(ok)!*$,@.txt"),
    named("it's(ok)!*$,@.txt")),
  must("3986 §2.2", "a semicolon is part of the name", get("/semi;colon.txt"),
    named("semi;colon.txt")),
  must("3986 §2.2", "an ampersand and an equals sign are part of the path",
    get("/amp&er=eq.txt"), named("amp&er=eq.txt")),
  must("3986 §2.2", "a colon is part of the name", get("/colon:name.txt"), named("colon:name.txt")),
  must("3986 §2.2", "a plus sign is a plus sign", get("/plus+plus.txt"), named("plus+plus.txt")),
  must("3986 §2.2", "a plus sign is no space", get("/with+space.txt"), 404),
  must("3986 §3.4", "a question mark ends the path", get("/quest?ion.txt"), 404),
  must("3986 §3.4", "an encoded question mark does not end the path", get("/hello.txt%3Fx"), 404),
  must("3986 §3.5", "an encoded number sign does not end the path", get("/hello.txt%23x"), 404),
  must("3986 §2.2", "a parameter is part of the name", get("/hello.txt;v=1"), 404),
  must("9110 §4.2.3", "the path is case-sensitive", get("/HELLO.TXT"), 404),
  must("9110 §4.2.3", "the path is case-sensitive though the file is in upper case",
    get("/upper.txt"), 404),
  ...malformed.map(([what, target]) =>
    ours("3986 §2.1", `${what} is answered with 400`, get(target), 400)),
  ...never.map(([what, target]) =>
    ours("3986 §7.3", `${what} never names the file without it`, get(target), NOT_FOUND)),
  ours("3986 §2.4", "an encoded slash separates no segments", get("/dir%2Findex.html"), NOT_FOUND),
  ours("3986 §2.4", "an encoded slash in lower case separates no segments",
    get("/dir%2fsub%2fdeep.txt"), NOT_FOUND),
  ours("3986 §2.4", "an encoded slash at the end makes no directory", get("/dir%2F"), NOT_FOUND),
  ours("3986 §7.3", "an encoded backslash separates no segments",
    get("/dir%5Cindex.html"), NOT_FOUND),
  should("9110 §15.5.5", "a file followed by a slash is no directory",
    get("/hello.txt/"), [404, 301, 308, 400]),
  should("9110 §15.5.5", "a file is no directory", get("/hello.txt/index.html"), [404, 400]),
  must("3986 §5.2.4", "a dot segment changes nothing, or is refused or redirected",
    get("/./hello.txt"), { any: [HELLO_OK, [301, 308, 400, 404]] }),
  must("3986 §5.2.4", "two dots leave the directory, or are refused or redirected",
    get("/dir/../hello.txt"), { any: [HELLO_OK, [301, 308, 400, 403, 404]] }),
  must("3986 §6.2.2", "encoded dots are dots, or are refused or redirected",
    get("/dir/%2e%2E/hello.txt"), { any: [HELLO_OK, [301, 308, 400, 403, 404]] }),
  must("3986 §3.3", "dots inside a name are part of it", get("/dots..txt"), named("dots..txt")),
  must("9110 §15.5.5", "a missing file is answered with 404", get("/missing"), 404),
  must("9110 §15.5.5", "a missing file in a missing directory is answered with 404",
    get("/no/such/file"), 404),
  ours("9110 §15.5.15", "a name of 256 bytes, longer than any file's, is no server error",
    get(`/${"n".repeat(256)}`), [404, 414]),
  ours("9110 §15.5.15", "a path of 5000 bytes, longer than any file's, is no server error",
    get("/d".repeat(2500)), [404, 414]),
  ours("9110 §15.5.15", "a name of 3000 encoded bytes is no server error",
    get(`/${"%C3%A9".repeat(500)}`), [404, 414]),
  must("9110 §4.2.3", "a query does not change which file is found",
    get(`/caf%C3%A9.txt?${utf8("caf")}`), named("café.txt")),
  ours("3986 §3.4", "a malformed encoding in the query is no matter of the path",
    get("/hello.txt?100%"), { any: [HELLO_OK, 400] }),
];
