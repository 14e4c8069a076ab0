/** If-Match: RFC 9110 §13.1.1. */
import { must, ours, should } from "../case.js";
import { get, head, request } from "../request.js";

const SECTION = "9110 §13.1.1";
const TARGET = "/hello.txt";
const OTHER = '"another tag"';
const test = (level, what, lines, expect) =>
  level(SECTION, what, (f) => get(TARGET, ...lines(f)), expect, { of: TARGET });

export default [
  test(must, "a tag that matches lets the request pass", (f) => [`If-Match: ${f.strong}`], 200),
  test(should, "a tag that does not match stops the request", () => [`If-Match: ${OTHER}`], 412),
  test(must, "* matches a file that exists", () => ["If-Match: *"], 200),
  test(must, "a list that contains the tag lets the request pass",
    (f) => [`If-Match: ${OTHER}, ${f.strong}, "x"`], 200),
  test(should, "a list without the tag stops the request",
    () => [`If-Match: ${OTHER}, "x", "y"`], 412),
  test(must, "the tag in a second line lets the request pass",
    (f) => [`If-Match: ${OTHER}`, `If-Match: ${f.strong}`], 200),
  test(must, "the tag in the first of two lines lets the request pass",
    (f) => [`If-Match: ${f.strong}`, `If-Match: ${OTHER}`], 200),
  test(must, "a comma within a tag separates nothing",
    (f) => [`If-Match: "a,b", ${f.strong}`], 200),
  test(should, "a tag that contains the right one is another tag",
    (f) => [`If-Match: "x${f.opaque.slice(1)}`], 412),
  test(must, "white space around members means nothing",
    (f) => [`If-Match: \t${OTHER} \t,\t ${f.strong} `], 200),
  test(must, "empty members are ignored", (f) => [`If-Match: ,, ${f.strong},`], 200),
  test(should, "the weak form of the tag does not match: the comparison is strong",
    (f) => [`If-Match: W/${f.opaque}`], 412),
  must(SECTION, "HEAD with a tag that matches passes",
    (f) => head(TARGET, `If-Match: ${f.strong}`), 200, { of: TARGET }),
  should(SECTION, "HEAD with a tag that does not match is stopped",
    head(TARGET, `If-Match: ${OTHER}`), 412),
  must("9110 §13.2.1", "* for a missing file is ignored: the answer is 404 anyway",
    get("/missing", "If-Match: *"), 404),
  must("9110 §13.2.1", "a tag for a missing file is ignored: the answer is 404 anyway",
    get("/missing", `If-Match: ${OTHER}`), 404),
  ours("9110 §13.2.1", "a tag for a refused method is ignored",
    request("POST", TARGET, [`If-Match: ${OTHER}`]), [405, 501]),
  ours("9110 §13.2.1", "a tag for a redirect is ignored",
    get("/dir", `If-Match: ${OTHER}`), ["3xx"]),
];
