/** Methods: RFC 9110 §9, §15.5.6, §15.6.2. */
import { HELLO_OK, must, ours, program, should } from "../case.js";
import { get, head, request, withContent } from "../request.js";

const ALLOWED = ["GET", "HEAD", "OPTIONS"];
const ALLOW = (value) => {
  const listed = value.split(",").map((s) => s.trim()).filter(Boolean).sort();
  return listed.join() === ALLOWED.join() ? undefined : `${ALLOWED} expected, was ${value}`;
};
const KNOWN = ["POST", "PUT", "DELETE", "PATCH"];
const UNKNOWN = ["UNKNOWN", "GE", "GETX", "M-SEARCH"];
const ALLOW_IF_405 = {
  status: ["2xx", "4xx", 501],
  check: (r) => (r.status === 405 && !r.get("allow") ? "405 without Allow" : undefined),
};

/** A method that a static server must not obey leaves the file as it was. */
const harmless = (method) =>
  program("MUST", "9110 §9.3", `${method} leaves the file as it was`, async (t) => {
    await t.expect(withContent(method, "/hello.txt", "gone!"), { status: ["2xx", "4xx", 501] });
    await t.expect(get("/hello.txt"), HELLO_OK);
  });

export default [
  must("9110 §9.1", "GET is supported", get("/hello.txt"), HELLO_OK),
  must("9110 §9.1", "HEAD is supported", head("/hello.txt"), 200),
  ...KNOWN.map((method) =>
    should("9110 §9.1", `${method} is known and not allowed: 405`,
      request(method, "/hello.txt"), 405)),
  ...KNOWN.map((method) =>
    must("9110 §15.5.6", `405, if ${method} is so refused, has Allow`,
      request(method, "/hello.txt"), ALLOW_IF_405)),
  ours("9110 §10.2.1", "Allow lists GET, HEAD and OPTIONS",
    request("POST", "/hello.txt"), { status: 405, fields: { allow: ALLOW } }),
  ours("9110 §9.3.8", "TRACE is refused", request("TRACE", "/hello.txt"), [405, 501]),
  must("9110 §9.3.8", "TRACE does not send back credentials",
    request("TRACE", "/hello.txt", ["Cookie: secret=cookie", "Authorization: Basic c2VjcmV0"]),
    { check: (r) => (/secret|c2VjcmV0/.test(r.content) ? "a secret came back" : undefined) }),
  must("9110 §15.5.6", "405, if a directory is so refused, has Allow",
    request("POST", "/dir/"), ALLOW_IF_405),
  should("9110 §15.5.6", "POST to a missing file is refused, not created",
    request("POST", "/missing"), [404, 405, 501]),
  ours("9110 §9.3.4", "PUT to a new name creates nothing",
    request("PUT", "/change/created.txt", ["Content-Length: 5"], "hello"), [404, 405]),
  program("MUST", "9110 §9.3.4", "a name refused to PUT does not exist afterwards", async (t) => {
    const put = request("PUT", "/change/put.txt", ["Content-Length: 5"], "hello");
    await t.expect(put, { status: ["4xx", 501, 200] });
    await t.expect(get("/change/put.txt"), 404);
  }),
  ...UNKNOWN.map((method) =>
    should("9110 §15.6.2", `the unknown method ${method} is answered with 501`,
      request(method, "/hello.txt"), 501)),
  ours("9110 §15.6.2", "a method of WebDAV is as unknown as any",
    request("PROPFIND", "/hello.txt"), 501),
  should("9110 §15.6.2", "an unknown method on a missing file is answered with 501",
    request("UNKNOWN", "/missing"), [501, 404]),
  should("9110 §15.6.2", "an unknown method on * is refused",
    request("UNKNOWN", "*"), [400, 501]),
  harmless("DELETE"),
  harmless("PUT"),
  harmless("POST"),
  harmless("PATCH"),
  ours("9110 §9.1", "X-HTTP-Method-Override does not change the method",
    get("/hello.txt", "X-HTTP-Method-Override: DELETE"), HELLO_OK),
];
