/** The order of preconditions: RFC 9110 §13.2.2. */
import { DIGITS_OK, HELLO_OK, must, ours } from "../case.js";
import { imfFixdate } from "../dates.js";
import { DIGITS, MTIME } from "../fixtures.js";
import { get, head, request } from "../request.js";

const TARGET = "/digits.txt";
const EARLIER = imfFixdate(MTIME - 86400000);
const LATER = imfFixdate(MTIME + 86400000);
const NO = '"another tag"';
const FIRST = { status: 206, content: DIGITS.slice(0, 1) };
const test = (what, lines, expect) =>
  must("9110 §13.2.2", what, (f) => get(TARGET, ...lines(f)), expect, { of: TARGET });

export default [
  test("If-Match true: If-Unmodified-Since is not evaluated",
    (f) => [`If-Match: ${f.strong}`, `If-Unmodified-Since: ${EARLIER}`], DIGITS_OK),
  test("If-Match true, in the other order of lines: If-Unmodified-Since is not evaluated",
    (f) => [`If-Unmodified-Since: ${EARLIER}`, `If-Match: ${f.strong}`], DIGITS_OK),
  test("If-Match false: If-Unmodified-Since does not save the request",
    () => [`If-Match: ${NO}`, `If-Unmodified-Since: ${LATER}`], 412),
  test("If-Match true, If-None-Match false: 304",
    (f) => [`If-Match: ${f.strong}`, `If-None-Match: ${f.etag}`], 304),
  test("If-Match false comes before If-None-Match false: 412",
    (f) => [`If-None-Match: ${f.etag}`, `If-Match: ${NO}`], 412),
  test("If-Match true, If-None-Match true: 200",
    (f) => [`If-Match: ${f.strong}`, `If-None-Match: ${NO}`], DIGITS_OK),
  test("If-Unmodified-Since false comes before If-None-Match false: 412",
    (f) => [`If-None-Match: ${f.etag}`, `If-Unmodified-Since: ${EARLIER}`], 412),
  test("If-Unmodified-Since true, If-None-Match false: 304",
    (f) => [`If-Unmodified-Since: ${LATER}`, `If-None-Match: ${f.etag}`], 304),
  test("If-Unmodified-Since false comes before If-Modified-Since false: 412",
    () => [`If-Modified-Since: ${LATER}`, `If-Unmodified-Since: ${EARLIER}`], 412),
  test("If-None-Match true: If-Modified-Since is not evaluated",
    () => [`If-None-Match: ${NO}`, `If-Modified-Since: ${LATER}`], DIGITS_OK),
  test("If-None-Match true, in the other order of lines: If-Modified-Since is not evaluated",
    () => [`If-Modified-Since: ${LATER}`, `If-None-Match: ${NO}`], DIGITS_OK),
  test("If-None-Match false: 304 though modified since",
    (f) => [`If-None-Match: ${f.etag}`, `If-Modified-Since: ${EARLIER}`], 304),
  test("If-None-Match false: 304 though If-Modified-Since is no date",
    (f) => [`If-None-Match: ${f.etag}`, "If-Modified-Since: x"], 304),
  test("all four true: 200",
    (f) => [`If-Match: ${f.strong}`, `If-Unmodified-Since: ${LATER}`, `If-None-Match: ${NO}`,
      `If-Modified-Since: ${EARLIER}`], DIGITS_OK),
  test("If-None-Match false comes before Range: 304",
    (f) => [`If-None-Match: ${f.etag}`, "Range: bytes=0-0"], 304),
  test("If-Modified-Since false comes before Range: 304",
    (f) => [`If-Modified-Since: ${f.lastModified}`, "Range: bytes=0-0"], 304),
  test("If-Match false comes before Range: 412",
    () => [`If-Match: ${NO}`, "Range: bytes=0-0"], 412),
  test("If-None-Match false comes before an unsatisfiable Range: 304",
    (f) => [`If-None-Match: ${f.etag}`, "Range: bytes=1000-"], 304),
  test("If-Match false comes before an unsatisfiable Range: 412",
    () => [`If-Match: ${NO}`, "Range: bytes=1000-"], 412),
  test("If-Match false comes before If-Range true: 412",
    (f) => [`If-Match: ${NO}`, `If-Range: ${f.strong}`, "Range: bytes=0-0"], 412),
  test("If-None-Match false comes before If-Range false: 304",
    (f) => [`If-None-Match: ${f.etag}`, `If-Range: ${NO}`, "Range: bytes=0-0"], 304),
  test("If-Match true, then Range: 206 or 200",
    (f) => [`If-Match: ${f.strong}`, "Range: bytes=0-0"], { any: [FIRST, DIGITS_OK] }),
  test("If-None-Match true, then Range: 206 or 200",
    () => [`If-None-Match: ${NO}`, "Range: bytes=0-0"], { any: [FIRST, DIGITS_OK] }),
  test("If-Match and If-Range true: 206 or 200",
    (f) => [`If-Match: ${f.strong}`, `If-Range: ${f.strong}`, "Range: bytes=0-0"],
    { any: [FIRST, DIGITS_OK] }),
  test("If-Match true, If-Range false: 200",
    (f) => [`If-Match: ${f.strong}`, `If-Range: ${NO}`, "Range: bytes=0-0"], DIGITS_OK),
  must("9110 §13.2.2", "HEAD evaluates in the same order: 412 before 304",
    (f) => head(TARGET, `If-Match: ${NO}`, `If-None-Match: ${f.etag}`), 412, { of: TARGET }),
  ours("9110 §13.2.1", "a refused method comes before every precondition",
    request("DELETE", TARGET, [`If-Match: ${NO}`, "If-None-Match: *"]), [405, 501]),
  ours("9110 §13.2.1", "a redirect comes before every precondition",
    get("/dir", `If-Match: ${NO}`, "If-None-Match: *", `If-Unmodified-Since: ${EARLIER}`), ["3xx"]),
  must("9110 §13.2.1", "an invalid request is refused before every precondition",
    "GET /hello.txt HTTP/1.1\r\nIf-None-Match: *\r\n\r\n", 400),
  must("9110 §13.1", "an unknown If- field is ignored",
    get("/hello.txt", "If-Schedule-Tag-Match: *"), HELLO_OK),
];
