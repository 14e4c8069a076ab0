/** HEAD: RFC 9110 §9.3.2. */
import { HELLO_OK, must, program } from "../case.js";
import { answers } from "../expect.js";
import { get, head, lines } from "../request.js";

const VARIABLE = ["date", "connection", "keep-alive"];

/** The fields that GET would have sent, in order of their names. */
const comparable = (response) =>
  response.fields
    .filter(([name]) => !VARIABLE.includes(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort();

/** HEAD has the status and the fields of GET and no content. */
const asGet = (what, target, ...fields) =>
  program("SHOULD", "9110 §9.3.2", `HEAD sends the fields of GET: ${what}`, async (t) => {
    const full = await t.response(get(target, ...fields));
    const short = await t.response(head(target, ...fields));
    if (!full || !short) return;
    t.check(full.status === short.status, `GET gave ${full.status}, HEAD ${short.status}`);
    const [expected, actual] = [comparable(full), comparable(short)];
    for (const line of expected) t.check(actual.includes(line), `HEAD lacks ${line}`);
    for (const line of actual) t.check(expected.includes(line), `HEAD alone has ${line}`);
  });

const noContent = (what, status, target, ...fields) =>
  must("9110 §9.3.2", `the answer to HEAD has no content: ${what}`,
    head(target, ...fields) + get("/hello.txt"),
    { any: [answers(status, HELLO_OK), { responses: [status], end: "closed" }] });

export default [
  asGet("a text file", "/hello.txt"),
  asGet("a large file", "/large.bin"),
  asGet("an empty file", "/empty.txt"),
  asGet("an index", "/"),
  asGet("a redirect", "/dir?a=b"),
  asGet("a missing file", "/missing"),
  asGet("a hidden file", "/.hidden"),
  asGet("a compressed file", "/coded/page.html", "Accept-Encoding: gzip"),
  asGet("an uncompressed file of several codings", "/coded/page.html"),
  asGet("304", "/hello.txt", "If-None-Match: *"),
  asGet("412", "/hello.txt", 'If-Match: "x"'),
  noContent("a file", 200, "/hello.txt"),
  noContent("a large file", 200, "/large.bin"),
  noContent("a missing file", 404, "/missing"),
  noContent("a redirect", ["3xx"], "/dir"),
  noContent("412", [412, 200], "/hello.txt", 'If-Match: "x"'),
  noContent("a compressed file", 200, "/coded/page.html", "Accept-Encoding: gzip"),
  must("9110 §14.2", "HEAD ignores Range", head("/digits.txt", "Range: bytes=0-0"),
    { status: 200, fields: { "content-range": null } }),
  must("9110 §14.2", "HEAD ignores a Range that is unsatisfiable",
    head("/digits.txt", "Range: bytes=1000-"), { status: 200, fields: { "content-range": null } }),
  must("9110 §14.2", "HEAD ignores several ranges",
    head("/digits.txt", "Range: bytes=0-1,4-5"), 200),
  must("9110 §8.6", "Content-Length in the answer to HEAD is that of GET, or absent",
    head("/large.bin"),
    { status: 200, check: (r) => lengthIs(r, "1048576") }),
  must("9110 §9.3.2", "HEAD in HTTP/1.0 is answered", lines("HEAD /hello.txt HTTP/1.0"),
    { status: 200, end: "closed" }),
];

function lengthIs(response, length) {
  const actual = response.get("content-length") ?? length;
  return actual === length ? undefined : `Content-Length ${length} expected, was ${actual}`;
}
