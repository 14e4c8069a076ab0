/** Directories: index files and redirects. RFC 9110 §15.4, §10.2.2. */
import { must, ours, should } from "../case.js";
import { INDEX } from "../fixtures.js";
import { get, head, lines } from "../request.js";

const REDIRECT = [301, 308];
const PERMANENT = [301, 302, 307, 308];

/** A complaint unless Location, resolved as a browser does, is this path on the same server. */
const leadsTo = (path, target) => ({
  status: PERMANENT,
  fields: {
    location: (location) => {
      const url = new URL(location, `http://localhost${target}`);
      if (url.hostname !== "localhost") return `leads to another host: ${location}`;
      const actual = url.pathname + url.search;
      return actual === path ? undefined : `${path} expected, was ${location}`;
    },
  },
});

/** If it is a redirect, it stays on this server, as browsers read it (backslash is slash). */
const STAYS = {
  status: [200, ...PERMANENT, "4xx"],
  check: (response) => {
    const location = response.get("location");
    if (location === undefined) return undefined;
    const read = location.replace(/[\t\r\n]/g, "").replace(/\\/g, "/");
    const { hostname } = new URL(read, "http://localhost/");
    return hostname === "localhost" ? undefined : `an open redirect: ${location}`;
  },
};

const index = (name) => ({ status: 200, content: `index of ${name}\n` });
const redirects = (what, target, path) =>
  must("9110 §10.2.2", `the redirect of ${what} leads to its slash`,
    get(target), leadsTo(path, target));

const open = {
  "two slashes": "//evil.example",
  "three slashes": "///evil.example",
  "a slash and an encoded slash": "/%2fevil.example",
  "a slash and an encoded backslash": "/%5Cevil.example",
  "a slash and a backslash": "/\\evil.example",
  "two slashes and dot segments": "//evil.example/%2e%2e",
  "two slashes before a directory": "//dir",
  "dot segments before two slashes": "/.//evil.example",
  "a missing directory and dot segments": "/missing/..//evil.example",
  "an encoded tab": "/%09/evil.example",
  "userinfo": "//localhost@evil.example",
};

export default [
  must("9110 §9.3.1", "the root is answered with its index",
    get("/"), { status: 200, content: INDEX }),
  ours("9110 §9.3.1", "a directory is answered with its index", get("/dir/"), index("dir")),
  ours("9110 §9.3.1", "a directory with a query is answered with its index",
    get("/dir/?a=b"), index("dir")),
  ours("9110 §9.3.1", "a directory whose name has a space is answered with its index",
    get("/dir%20space/"), index("dir space")),
  ours("9110 §9.3.1", "a directory whose name is not ASCII is answered with its index",
    get("/dir-%C3%A9/"), index("dir-é")),
  ours("9110 §8.3", "an index has the media type of its own name", get("/dir/"),
    { status: 200, fields: { "content-type": /^text\/html/ } }),
  ours("9110 §15.4.2", "a directory without slash is redirected for good",
    get("/dir"), { status: REDIRECT, fields: { location: true } }),
  should("9110 §15.4.2", "a redirect has Location", get("/dir"),
    { any: [{ status: "3xx", fields: { location: true } }, 200] }),
  redirects("a directory", "/dir", "/dir/"),
  redirects("a directory with a query", "/dir?a=b&c=/d", "/dir/?a=b&c=/d"),
  redirects("a directory in a directory", "/dir/sub", "/dir/sub/"),
  redirects("a directory whose name has a space", "/dir%20space", "/dir%20space/"),
  redirects("a directory whose name is not ASCII", "/dir-%C3%A9", "/dir-%C3%A9/"),
  redirects("a directory whose name has a percent sign", "/dir%2541", "/dir%2541/"),
  redirects("a directory whose name has a question mark", "/dir%3Fq", "/dir%3Fq/"),
  redirects("a directory whose name has a number sign", "/dir%23f", "/dir%23f/"),
  redirects("a symbolic link to a directory", "/link-dir", "/link-dir/"),
  ours("9110 §10.2.2", "the query of a redirect is kept as it came",
    get("/dir?%20x=%2F&y"), leadsTo("/dir/?%20x=%2F&y", "/dir")),
  ours("9110 §10.2.2", "an absolute-form is redirected on the same server",
    lines("GET http://localhost/dir HTTP/1.1", "Host: localhost"), leadsTo("/dir/", "/dir")),
  ours("9110 §10.2.2", "a redirect of HTTP/1.0 without Host is valid",
    lines("GET /dir HTTP/1.0"), { status: PERMANENT, fields: { location: /dir\/$/ } }),
  ours("9110 §10.2.2", "HEAD is redirected as GET is", head("/dir"), leadsTo("/dir/", "/dir")),
  ...Object.entries(open).map(([what, target]) =>
    ours("9110 §17.11", `no redirect to another server: ${what}`, get(target), STAYS)),
  ours("9110 §17.11", "no redirect to another server: a query that looks like one",
    get("/dir?//evil.example/"), leadsTo("/dir/?//evil.example/", "/dir")),
  ours("9110 §5.5", "a line break in a directory's name injects no field",
    get("/crlf%0D%0AX-Injected:%20yes"), { status: [...PERMANENT, 400, 404] }),
  ours("9110 §5.5", "an encoded line break in the query injects no field",
    get("/dir?%0D%0AX-Injected:%20yes"), { status: [...PERMANENT, 400] }),
  ours("9110 §15.5.5", "a directory without index is not listed",
    get("/noindex/"), [403, 404]),
  ours("9110 §15.5.5", "a directory without index and slash is redirected or refused",
    get("/noindex"), [...PERMANENT, 403, 404]),
  must("9110 §15.5.5", "a file in a directory without index is served",
    get("/noindex/file.txt"), 200),
  ours("9110 §15.4.2", "a redirect tells its length", get("/dir"),
    { status: REDIRECT, fields: { "content-length": true } }),
  must("9110 §9.3.1", "the index may be asked for by name", get("/dir/index.html"),
    { any: [index("dir"), { status: PERMANENT, fields: { location: /dir\/$/ } }] }),
];
