/** If-Range: RFC 9110 §13.1.5. */
import { DIGITS_OK, must, ours } from "../case.js";
import { asctimeDate, imfFixdate, rfc850Date } from "../dates.js";
import { DIGITS, MTIME } from "../fixtures.js";
import { get, head } from "../request.js";

const SECTION = "9110 §13.1.5";
const TARGET = "/digits.txt";
const RANGE = "Range: bytes=0-0";
const FIRST = { status: 206, content: DIGITS.slice(0, 1) };
const EITHER = { any: [FIRST, DIGITS_OK] };
const test = (level, what, value, expect, range = RANGE) =>
  level(SECTION, what, (f) => get(TARGET, `If-Range: ${value(f)}`, range), expect, { of: TARGET });

export default [
  test(ours, "the strong tag of the file lets the range pass", (f) => f.strong, FIRST),
  test(must, "another tag is answered with the whole file", () => '"another"', DIGITS_OK),
  test(must, "the comparison is strong: the weak form of the tag is answered with the whole file",
    (f) => `W/${f.opaque}`, DIGITS_OK),
  test(ours, "the exact date of the file lets the range pass", (f) => f.lastModified, FIRST),
  test(must, "a later date is answered with the whole file: the match is exact",
    () => imfFixdate(MTIME + 1000), DIGITS_OK),
  test(must, "a much later date is answered with the whole file",
    () => imfFixdate(Date.now()), DIGITS_OK),
  test(must, "an earlier date is answered with the whole file",
    () => imfFixdate(MTIME - 1000), DIGITS_OK),
  test(must, "an earlier date in the RFC 850 form is answered with the whole file",
    () => rfc850Date(MTIME - 1000), DIGITS_OK),
  test(must, "the exact date in the asctime form is the same date, or not compared",
    () => asctimeDate(MTIME), EITHER),
  test(must, "a word is answered with the whole file", () => "yesterday", DIGITS_OK),
  test(ours, "an empty value is answered with the whole file", () => "", DIGITS_OK),
  test(must, "the tag without quotation marks is answered with the whole file",
    (f) => f.opaque.slice(1, -1), DIGITS_OK),
  test(must, "* is no tag and answered with the whole file", () => "*", DIGITS_OK),
  test(must, "a list is no validator and answered with the whole file",
    () => '"x", "y"', DIGITS_OK),
  test(must, "another tag makes an unsatisfiable range ignored, not 416",
    () => '"another"', DIGITS_OK, "Range: bytes=1000-"),
  test(must, "another date makes an unsatisfiable range ignored, not 416",
    () => imfFixdate(MTIME - 1000), DIGITS_OK, "Range: bytes=1000-"),
  test(ours, "the tag of the file with an unsatisfiable range is answered with 416",
    (f) => f.strong, 416, "Range: bytes=1000-"),
  test(ours, "the tag of the file with two ranges is answered with both",
    (f) => f.strong, { status: 206, fields: { "content-type": /^multipart\/byteranges/ } },
    "Range: bytes=0-0,90-90"),
  test(must, "another tag with two ranges is answered with the whole file",
    () => '"another"', DIGITS_OK, "Range: bytes=0-0,90-90"),
  test(must, "the tag of the file with an unknown unit is answered with the whole file",
    (f) => f.strong, DIGITS_OK, "Range: lines=0-0"),
  must(SECTION, "without Range it is ignored: another tag",
    get(TARGET, 'If-Range: "x"'), DIGITS_OK),
  must(SECTION, "without Range it is ignored: the tag of the file",
    (f) => get(TARGET, `If-Range: ${f.strong}`), DIGITS_OK, { of: TARGET }),
  must(SECTION, "If-Range behind Range counts as before it",
    get(TARGET, RANGE, 'If-Range: "another"'), DIGITS_OK),
  must(SECTION, "with HEAD it is ignored as Range is",
    (f) => head(TARGET, `If-Range: ${f.strong}`, RANGE),
    { status: 200, fields: { "content-range": null } }, { of: TARGET }),
  ours(SECTION, "the tag of the gzip representation does not match the identity one",
    (f) => get("/coded/page.html", `If-Range: ${f.strong}`, RANGE), 200,
    { of: "/coded/page.html", ofFields: ["Accept-Encoding: gzip"] }),
];
