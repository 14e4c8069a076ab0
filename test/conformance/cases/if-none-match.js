/** If-None-Match: RFC 9110 §13.1.2, and the answer 304: §15.4.5. */
import { HELLO_OK, must, ours, program, should } from "../case.js";
import { get, head, request } from "../request.js";

const SECTION = "9110 §13.1.2";
const TARGET = "/hello.txt";
const OTHER = '"another tag"';
const test = (level, what, lines, expect) =>
  level(SECTION, what, (f) => get(TARGET, ...lines(f)), expect, { of: TARGET });

export default [
  test(must, "the tag of the file is answered with 304", (f) => [`If-None-Match: ${f.etag}`], 304),
  test(must, "another tag is answered with the file", () => [`If-None-Match: ${OTHER}`], HELLO_OK),
  test(must, "* is answered with 304 if the file exists", () => ["If-None-Match: *"], 304),
  test(must, "the comparison is weak: a weak form of the tag matches",
    (f) => [`If-None-Match: W/${f.opaque}`], 304),
  test(must, "a list that contains the tag is answered with 304",
    (f) => [`If-None-Match: ${OTHER}, "x", ${f.etag}, "y"`], 304),
  test(must, "a list that contains its weak form is answered with 304",
    (f) => [`If-None-Match: W/"x",W/${f.opaque}`], 304),
  test(must, "a list without the tag is answered with the file",
    () => [`If-None-Match: ${OTHER}, W/"x"`], HELLO_OK),
  test(must, "the tag in a second line is answered with 304",
    (f) => [`If-None-Match: ${OTHER}`, `If-None-Match: ${f.etag}`], 304),
  test(must, "the tag in the first of two lines is answered with 304",
    (f) => [`If-None-Match: ${f.etag}`, `If-None-Match: ${OTHER}`], 304),
  test(must, "a comma within another tag separates nothing",
    (f) => [`If-None-Match: "a,b", ${f.etag}`], 304),
  test(must, "a backslash within another tag escapes nothing",
    (f) => [`If-None-Match: "a\\", ${f.etag}`], 304),
  test(must, "an empty tag is a tag", (f) => [`If-None-Match: "", ${f.etag}`], 304),
  test(must, "no white space is needed between members",
    (f) => [`If-None-Match: "x",${f.etag}`], 304),
  test(must, "tabs and spaces around members mean nothing",
    (f) => [`If-None-Match: \t"x"\t , \t${f.etag}\t`], 304),
  test(must, "empty members are ignored", (f) => [`If-None-Match: , ,${f.etag},,`], 304),
  test(must, "a tag that begins like the right one does not match",
    (f) => [`If-None-Match: ${f.opaque.slice(0, -1)}x"`], HELLO_OK),
  test(must, "a tag that is the beginning of the right one does not match",
    (f) => [`If-None-Match: ${f.opaque.slice(0, -2)}"`], HELLO_OK),
  test(must, "the opaque part is compared with regard to case",
    (f) => [`If-None-Match: ${differentCase(f.opaque)}`], HELLO_OK),
  test(must, "a star in quotation marks is a tag, not *", () => ['If-None-Match: "*"'], HELLO_OK),
  test(must, "an empty value matches nothing", () => ["If-None-Match:"], { any: [HELLO_OK, 400] }),
  test(ours, "the tag without quotation marks is no tag",
    (f) => [`If-None-Match: ${f.opaque.slice(1, -1)}`], { any: [HELLO_OK, 400] }),
  must(SECTION, "HEAD with the tag is answered with 304",
    (f) => head(TARGET, `If-None-Match: ${f.etag}`), 304, { of: TARGET }),
  must(SECTION, "HEAD with another tag is answered with 200",
    head(TARGET, `If-None-Match: ${OTHER}`), 200),
  must("9110 §13.2.1", "* for a missing file changes nothing",
    get("/missing", "If-None-Match: *"), 404),
  ours("9110 §13.2.1", "* for a refused method changes nothing",
    request("POST", TARGET, ["If-None-Match: *"]), [405, 501]),
  ours("9110 §13.2.1", "* for a redirect changes nothing",
    get("/dir", "If-None-Match: *"), ["3xx"]),
  must(SECTION, "the tag of an index is answered with 304",
    (f) => get("/dir/", `If-None-Match: ${f.etag}`), 304, { of: "/dir/" }),
  must(SECTION, "the tag of an empty file is answered with 304",
    (f) => get("/empty.txt", `If-None-Match: ${f.etag}`), 304, { of: "/empty.txt" }),
  must(SECTION, "the tag of another file is no match",
    (f) => get(TARGET, `If-None-Match: ${f.etag}`), HELLO_OK, { of: "/large.bin" }),
  must("9110 §15.4.5", "304 has the ETag that 200 would have had",
    (f) => get(TARGET, `If-None-Match: ${f.etag}`),
    (f) => ({ status: 304, fields: { etag: f.etag } }), { of: TARGET }),
  must("9110 §15.4.5", "304 has Date", get(TARGET, "If-None-Match: *"),
    { status: 304, fields: { date: true } }),
  must("9110 §15.4.5", "304 has the Vary that 200 would have had",
    (f) => get("/coded/page.html", "Accept-Encoding: gzip", `If-None-Match: ${f.etag}`),
    (f) => ({ status: 304, fields: { vary: f.response.get("vary") ?? null } }),
    { of: "/coded/page.html", ofFields: ["Accept-Encoding: gzip"] }),
  must("9110 §15.4.5", "304 has the Cache-Control that 200 would have had",
    (f) => get(TARGET, `If-None-Match: ${f.etag}`),
    (f) => ({ status: 304, fields: { "cache-control": f.response.get("cache-control") ?? null } }),
    { of: TARGET }),
  must("9110 §8.6", "Content-Length in 304 is that of 200, or absent",
    get(TARGET, "If-None-Match: *"),
    {
      status: 304,
      check: (r) => (["14", undefined].includes(r.get("content-length")) ? undefined : "differs"),
    }),
  should("9110 §15.4.5", "304 has no fields of the content that it lacks",
    get(TARGET, "If-None-Match: *"),
    { status: 304, fields: { "content-encoding": null, "content-range": null } }),
  program("MUST", SECTION, "the weak form of a tag in lower case w/ is no tag", async (t) => {
    const { opaque } = await t.facts(TARGET);
    await t.expect(get(TARGET, `If-None-Match: w/${opaque}`), { any: [HELLO_OK, 400] });
  }),
];

/** The same tag in the other case; a tag without letters gets one. */
function differentCase(opaque) {
  const swapped = opaque.replace(/[a-zA-Z]/g, (c) =>
    c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase());
  return swapped === opaque ? `${opaque.slice(0, -1)}A"` : swapped;
}
