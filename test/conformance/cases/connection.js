/** Persistence: RFC 9112 §9.3, §9.6, RFC 9110 §7.6.1. */
import { DIGITS_OK, HELLO_OK, must, ours, program, should } from "../case.js";
import { answers } from "../expect.js";
import { get, head, lines, request } from "../request.js";

const NEXT = get("/digits.txt");
const closed = { ...HELLO_OK, end: "closed" };
const open = { ...HELLO_OK, end: "open" };
const old = (...fieldLines) => lines("GET /hello.txt HTTP/1.0", ...fieldLines);

/** HTTP/1.0: a connection that stays open must have been promised with keep-alive. */
const promised = {
  ...HELLO_OK,
  fields: { connection: /keep-alive/i },
  end: "open",
};
const persists = (what, ...send) =>
  ours("9112 §9.3", `the connection persists after ${what}`, ...send);

export default [
  should("9112 §9.3", "an HTTP/1.1 connection persists by default", get("/hello.txt"), open),
  should("9112 §9.3", "an HTTP/1.1 connection persists with the keep-alive option",
    get("/hello.txt", "Connection: keep-alive"), open),
  should("9110 §7.6.1", "an unknown connection option does not end the connection",
    get("/hello.txt", "Connection: X-Unknown", "X-Unknown: y"), open),
  should("9110 §7.6.1", "options are compared as whole tokens: closed is not close",
    get("/hello.txt", "Connection: closed, enclose, close-not"), open),
  should("9112 §9.3", "an empty Connection does not end the connection",
    get("/hello.txt", "Connection:"), open),
  must("9112 §9.6", "the close option ends the connection after the response",
    get("/hello.txt", "Connection: close"), closed),
  must("9110 §7.6.1", "the close option is case-insensitive",
    get("/hello.txt", "Connection: CLOSE"), closed),
  must("9110 §7.6.1", "the close option counts as the last member of a list",
    get("/hello.txt", "Connection: x, close"), closed),
  must("9110 §7.6.1", "the close option counts as the first member of a list",
    get("/hello.txt", "Connection: close,x"), closed),
  must("9112 §9.3", "the close option wins over keep-alive",
    get("/hello.txt", "Connection: keep-alive, close"), closed),
  must("9110 §5.3", "the close option counts in a second Connection line",
    get("/hello.txt", "Connection: keep-alive", "Connection: close"), closed),
  must("9110 §5.3", "the close option counts in the first of two Connection lines",
    get("/hello.txt", "Connection: close", "Connection: keep-alive"), closed),
  must("9110 §5.6.1", "empty list members around the close option are ignored",
    get("/hello.txt", "Connection: , ,close, ,"), closed),
  must("9110 §5.6.1", "a tab may stand between the members of Connection",
    get("/hello.txt", "Connection: x\t,\tclose"), closed),
  should("9112 §9.6", "the last response says close",
    get("/hello.txt", "Connection: close"),
    { ...HELLO_OK, fields: { connection: /\bclose\b/i }, end: "closed" }),
  should("9112 §9.6", "the last response to HEAD says close",
    head("/hello.txt", "Connection: close"),
    { status: 200, fields: { connection: /\bclose\b/i }, end: "closed" }),
  must("9112 §9.6", "no request after close is processed",
    get("/hello.txt", "Connection: close") + NEXT, closed),
  must("9112 §9.6", "no request after close is processed, though it comes in a packet of its own",
    [get("/hello.txt", "Connection: close"), NEXT], closed),
  must("9112 §9.6", "close ends the connection after 304",
    get("/hello.txt", "Connection: close", "If-None-Match: *"),
    { status: [304, 200], end: "closed" }),
  must("9112 §9.6", "close ends the connection after 404",
    get("/missing", "Connection: close"), { status: 404, end: "closed" }),
  must("9112 §9.6", "close ends the connection after a large response, which is complete",
    get("/large.bin", "Connection: close"), { status: 200, end: "closed" }),
  ours("9112 §9.6", "the connection is closed by FIN, not by reset",
    get("/hello.txt", "Connection: close"), { ...HELLO_OK, end: "clean" }),
  must("9112 §9.3", "an HTTP/1.0 connection ends after the response", old(), closed),
  must("9112 §9.3", "an HTTP/1.0 connection ends though another request waits",
    old() + NEXT, closed),
  must("9112 §9.3", "HTTP/1.0 with keep-alive persists only if the response says so",
    old("Connection: keep-alive"), { any: [promised, closed] }),
  must("9110 §7.6.1", "HTTP/1.0 keep-alive is case-insensitive, or the connection ends",
    old("Connection: Keep-Alive"), { any: [promised, closed] }),
  must("9112 §9.3", "HTTP/1.0 with keep-alive and close ends",
    old("Connection: keep-alive, close"), closed),
  must("9112 §9.3", "the field Keep-Alive alone keeps no HTTP/1.0 connection",
    old("Keep-Alive: timeout=5"), closed),
  ours("9112 §9.3", "HTTP/1.0 with keep-alive persists",
    old("Connection: keep-alive"), promised),
  ours("9112 §9.3", "HTTP/1.0 with keep-alive in a list persists",
    old("Connection: x, keep-alive"), promised),
  persists("404", get("/missing") + NEXT, answers(404, DIGITS_OK)),
  persists("304", get("/hello.txt", "If-None-Match: *") + NEXT, answers(304, DIGITS_OK)),
  persists("412", get("/hello.txt", 'If-Match: "x"') + NEXT, answers(412, DIGITS_OK)),
  persists("416", get("/hello.txt", "Range: bytes=99-") + NEXT, answers(416, DIGITS_OK)),
  persists("405", request("POST", "/hello.txt") + NEXT, answers(405, DIGITS_OK)),
  persists("a redirect", get("/dir") + NEXT, answers([301, 308], DIGITS_OK)),
  persists("HEAD", head("/hello.txt") + NEXT, answers(200, DIGITS_OK)),
  persists("OPTIONS", request("OPTIONS", "/hello.txt") + NEXT, answers("2xx", DIGITS_OK)),
  persists("206", get("/digits.txt", "Range: bytes=0-0") + NEXT, answers(206, DIGITS_OK)),
  persists("an empty file", get("/empty.txt") + NEXT, answers(200, DIGITS_OK)),
  program("epollux", "9112 §9.3", "a connection serves 200 requests one after the other",
    async (t) => {
      const wire = await t.connect();
      for (let i = 0; i < 200; i++) {
        void wire.send(get("/hello.txt"));
        const response = await wire.next();
        if (response?.status !== 200) return t.fail(`request ${i + 1} was not answered`);
      }
    }),
];
