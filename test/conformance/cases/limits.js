/** Limits: RFC 9112 §3, RFC 9110 §5.4, §15.5.14, §15.5.15, RFC 6585 §5. */
import { DIGITS_OK, HELLO_OK, must, ours, program } from "../case.js";
import { answers, closes, HANGS_UP } from "../expect.js";
import { get, HIDDEN_REQUEST, lines, request } from "../request.js";

const START = "GET /hello.txt HTTP/1.1";
const HOST = "Host: localhost";
const NEXT = get("/digits.txt");
const MIB = 1048576;
const TOO_LARGE = closes(400, 413, 431);
const manyFields = (n) => Array.from({ length: n }, (_, i) => `X-${i}: y`);

export default [
  must("9112 §3", "a target of 100 kB is answered with 414",
    get(`/${"t".repeat(100000)}`), closes(414)),
  must("9112 §3", "a query of 100 kB is answered with 414",
    get(`/hello.txt?${"q".repeat(100000)}`), closes(414)),
  ours("9112 §3", "a target of 9000 bytes is answered with 414",
    get(`/hello.txt?${"q".repeat(9000)}`), closes(414)),
  ours("9112 §3", "the rest of a target that is too long is no request",
    get(`/${"t".repeat(20000)}`) + HIDDEN_REQUEST, closes(414)),
  ours("9112 §3", "a request line of 1 MB without end is answered and closed",
    `GET /${"t".repeat(1000000)}`, { responses: [414], end: "closed" }),
  ours("9112 §3", "a method of 100 kB is answered and closed",
    `${"M".repeat(100000)} / HTTP/1.1\r\n${HOST}\r\n\r\n`, closes(400, 414, 431, 501)),
  ours("9112 §2.3", "a version of 100 kB is answered and closed",
    lines(`GET / HTTP/1.${"1".repeat(100000)}`, HOST), closes(400, 414, 431, 505)),
  must("9110 §5.4", "a field value of 100 kB is answered with 4xx",
    get("/hello.txt", `Cookie: ${"c".repeat(100000)}`), { any: [closes("4xx"), HELLO_OK] }),
  must("9110 §5.4", "a field name of 100 kB is answered with 4xx",
    get("/hello.txt", `${"N".repeat(100000)}: x`), { any: [closes("4xx"), HELLO_OK] }),
  ours("6585 §5", "a field value of 20 kB is answered with 431",
    get("/hello.txt", `Cookie: ${"c".repeat(20000)}`), closes(431)),
  ours("6585 §5", "a field name of 20 kB is answered with 431",
    get("/hello.txt", `${"N".repeat(20000)}: x`), closes(431)),
  ours("6585 §5", "fields of 40 kB together are answered with 431",
    get("/hello.txt", ...Array.from({ length: 40 }, (_, i) => `X-${i}: ${"v".repeat(1000)}`)),
    closes(431)),
  ours("6585 §5", "200 field lines are answered with 431",
    get("/hello.txt", ...manyFields(200)), closes(431)),
  ours("6585 §5", "90 field lines are not too many",
    get("/hello.txt", ...manyFields(90)), HELLO_OK),
  must("9110 §5.4", "10000 field lines are answered with 4xx, or served",
    get("/hello.txt", ...manyFields(10000)), { any: [closes("4xx"), HELLO_OK] }),
  ours("6585 §5", "what follows fields that are too large is no request",
    get("/hello.txt", `Cookie: ${"c".repeat(40000)}`) + HIDDEN_REQUEST, closes(431)),
  ours("9110 §15.5.14", "a Content-Length of 2 GiB is answered with 413 before it comes",
    lines(START, HOST, "Content-Length: 2147483648"), closes(413)),
  ours("9110 §15.5.14", "a Content-Length above 32 bits is answered with 413",
    lines(START, HOST, "Content-Length: 4294967301") + "hello", closes(413)),
  ours("9110 §15.5.14", "content of one byte more than the limit is answered with 413",
    lines(START, HOST, `Content-Length: ${MIB + 1}`), closes(413)),
  ours("9110 §15.5.14", "413 comes in place of 100",
    lines(START, HOST, "Expect: 100-continue", "Content-Length: 2147483648"),
    {
      responses: [[413, 417]],
      end: "closed",
      check: ({ interim }) => (interim.length > 0 ? "100 was sent" : undefined),
    }),
  ours("9110 §15.5.14", "content as long as the limit is read and the next request found",
    request("GET", "/hello.txt", [`Content-Length: ${MIB}`], "x".repeat(MIB)) + NEXT,
    answers(HELLO_OK, DIGITS_OK)),
  ours("9110 §15.5.14", "chunked content above the limit ends the connection",
    request("GET", "/hello.txt", ["Transfer-Encoding: chunked"],
      `100000\r\n${"x".repeat(MIB)}\r\n100000\r\n${"x".repeat(MIB)}\r\n0\r\n\r\n`) + HIDDEN_REQUEST,
    closes(200, 413)),
  ours("9112 §7.1.1", "extensions of 1 MB end the connection",
    request("GET", "/hello.txt", ["Transfer-Encoding: chunked"],
      `5;${"e".repeat(MIB + 65536)}\r\nhello\r\n0\r\n\r\n`) + HIDDEN_REQUEST,
    closes(200, 400, 413, 431)),
  ours("9112 §7.1.2", "a trailer section of 1 MB ends the connection",
    request("GET", "/hello.txt", ["Transfer-Encoding: chunked"],
      `0\r\n${`X: ${"t".repeat(1000)}\r\n`.repeat(1100)}\r\n`) + HIDDEN_REQUEST,
    closes(200, 400, 413, 431)),
  ours("9112 §2.2", "100 kB of empty lines before a request are ignored, or end the connection",
    "\r\n".repeat(50000) + get("/hello.txt"), { any: [HELLO_OK, TOO_LARGE, HANGS_UP] }),
  ours("9112 §9.6", "a client that still sends can read the answer to what was refused",
    lines(START, HOST, "Content-Length: 2147483648") + "x".repeat(500000),
    { responses: [413], end: "closed" }),
  ours("9112 §9.6", "a client that sends 500 kB behind a broken request can read the 400",
    lines(START, HOST, "broken") + "x".repeat(500000), { responses: [400], end: "closed" }),
  program("epollux", "9110 §15.5.15", "a target of 8192 bytes still works, one byte more not",
    async (t) => {
      const target = (length) => `/hello.txt?${"q".repeat(length - 11)}`;
      await t.expect(get(target(8192)), HELLO_OK);
      await t.expect(get(target(8193)), closes(414));
    }),
  program("epollux", "6585 §5", "100 field lines still work, 101 not", async (t) => {
    await t.expect(get("/hello.txt", ...manyFields(99)), HELLO_OK);
    await t.expect(get("/hello.txt", ...manyFields(100)), closes(431));
  }),
];
