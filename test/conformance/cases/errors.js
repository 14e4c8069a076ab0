/** Error responses: RFC 9110 §15.5, §15.6. */
import { must, ours, should } from "../case.js";
import { get, head, lines, request } from "../request.js";

const explained = (what, bytes, status) =>
  should("9110 §15.5", `${what} is explained in content with a type`, bytes,
    {
      status,
      fields: { "content-type": true },
      check: (r) => (r.content.length > 0 ? undefined : "no content"),
    });
const noLeak = (what, bytes) =>
  ours("9110 §17", `${what} tells nothing about the machine`, bytes, {
    check: (r) => {
      const text = r.fields.join("\n") + r.content.toString();
      const leak = /\/(tmp|work|home|root)\/|node:|wasm-function|\bat .*:\d+:\d+/.exec(text);
      return leak ? `${leak[0]} in the response` : undefined;
    },
  });

const NO_MARKUP = {
  status: [400, 404],
  check: (r) => (r.content.includes("<script>alert") ? "the markup came back" : undefined),
};
const MISSING = get("/missing");
const METHOD = request("POST", "/hello.txt");
const RANGE = get("/digits.txt", "Range: bytes=1000-");
const INVALID = lines("GET /hello.txt HTTP/1.1");
const UNKNOWN = request("UNKNOWN", "/hello.txt");

export default [
  explained("404", MISSING, 404),
  explained("405", METHOD, 405),
  explained("400", INVALID, 400),
  explained("501", UNKNOWN, [501, 405]),
  explained("a hidden or forbidden file", get("/fifo"), [403, 404]),
  must("9110 §9.3.2", "404 of HEAD has no content", head("/missing"), { status: 404, content: "" }),
  should("9110 §15.5.5", "404 has no validators of a file",
    MISSING, { status: 404, fields: { "last-modified": null, "accept-ranges": null } }),
  must("9110 §15.5.5", "404 is no redirect", MISSING, { status: 404, fields: { location: null } }),
  ours("9110 §17.4", "404 does not repeat markup of the path",
    get("/%3Cscript%3Ealert(1)%3C/script%3E"),
    NO_MARKUP),
  ours("9110 §17.4", "404 does not repeat markup of the query",
    get("/missing?%3Cscript%3Ealert(1)%3C/script%3E"),
    NO_MARKUP),
  ours("9110 §17.4", "400 does not repeat markup of the request",
    lines("GET /<script>alert(1)</script> HTTP/1.1", "Host: localhost"),
    NO_MARKUP),
  ours("9112 §9.6", "the 400 of broken grammar says close",
    lines("GET /hello.txt HTTP/1.1", "Host: localhost", "X\0: y"),
    { status: 400, fields: { connection: /\bclose\b/i }, end: "closed" }),
  ours("9110 §15.5.1", "400 tells its length", INVALID,
    { status: 400, fields: { "content-length": true } }),
  ours("9110 §8.3.2", "the page of 404 is UTF-8", MISSING,
    { status: 404, fields: { "content-type": /charset="?utf-8"?/i } }),
  noLeak("404", MISSING),
  noLeak("400", INVALID),
  noLeak("a file that is no regular file", get("/socket")),
  noLeak("a name that is too long", get(`/${"n".repeat(300)}`)),
  noLeak("416", RANGE),
  should("9110 §15.5.17", "416 has no Content-Range of a part", RANGE,
    { any: [{ status: 416, fields: { "content-range": /^bytes \*\/100$/ } }, 200] }),
  must("9110 §15", "a missing file is 404 in HTTP/1.0 too", lines("GET /missing HTTP/1.0"),
    { status: 404, end: "closed" }),
];
