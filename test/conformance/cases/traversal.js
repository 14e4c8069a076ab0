/** No request reaches what lies outside the document root: RFC 9110 §17.3, RFC 3986 §7.3. */
import { ours } from "../case.js";
import { SECRET } from "../fixtures.js";
import { get, head, lines } from "../request.js";

/** Any answer but the secret: a refusal, a redirect, or a file of the root. */
const NOT_OUTSIDE = {
  status: [200, 301, 302, 307, 308, "4xx"],
  check: ({ content }) => {
    const text = content.toString("latin1");
    if (text.includes(SECRET.trim())) return "the file outside the root was served";
    if (/root:[^:]*:0:0:/.test(text)) return "/etc/passwd was served";
    return undefined;
  },
};

const OUT = "www-secret/secret.txt";
const TARGETS = {
  "dot segments at the start": `/../${OUT}`,
  "dot segments behind a directory": `/dir/../../${OUT}`,
  "dot segments behind a missing directory": `/missing/../../${OUT}`,
  "dot segments behind a file": `/hello.txt/../../${OUT}`,
  "encoded dots": `/%2e%2e/${OUT}`,
  "one dot encoded": `/.%2e/${OUT}`,
  "the other dot encoded": `/%2e./${OUT}`,
  "an encoded slash": `/..%2f${OUT}`,
  "encoded dots and slash": `/%2e%2e%2f${OUT.replace("/", "%2f")}`,
  "dots encoded twice": `/%252e%252e/${OUT}`,
  "a slash encoded twice": `/..%252f${OUT}`,
  "a backslash": `/..\\${OUT}`,
  "an encoded backslash": `/..%5c${OUT}`,
  "an overlong dot": `/%c0%ae%c0%ae/${OUT}`,
  "an overlong slash": `/..%c0%af${OUT}`,
  "a full-width dot": `/%ef%bc%8e%ef%bc%8e/${OUT}`,
  "a parameter behind the dots": `/..;/${OUT}`,
  "NUL behind the dots": `/..%00/${OUT}`,
  "spaces behind the dots": `/..%20/${OUT}`,
  "a single dot between": `/./.././${OUT}`,
  "two slashes": `//../${OUT}`,
  "many slashes": `/..////${OUT}`,
  "four dots and two slashes": `/....//${OUT}`,
  "a name that a filter of ../ would make": `/..././${OUT}`,
  "more dot segments than directories": `/../../../../../../../../../../etc/passwd`,
  "encoded dot segments to /etc": "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
  "two leading slashes": "//etc/passwd",
  "an encoded leading slash": "/%2fetc%2fpasswd",
  "a file URI as path": "/file:///etc/passwd",
  "a sibling that begins like the root": `/../www-secret/`,
  "a sibling glued to the root": `/..%2fwww-secret%2fsecret.txt`,
  "dot segments behind a symbolic link": `/link-dir/../../${OUT}`,
  "dot segments in a directory with index": `/dir/%2e%2e/%2e%2e/${OUT}`,
  "a tilde": "/~root/.profile",
  "a drive letter": "/c:/windows/win.ini",
};

export default [
  ...Object.entries(TARGETS).map(([what, target]) =>
    ours("9110 §17.3", `nothing outside is served: ${what}`, get(target), NOT_OUTSIDE)),
  ours("9110 §17.3", "nothing outside is served: dot segments in an absolute-form",
    lines(`GET http://localhost/../${OUT} HTTP/1.1`, "Host: localhost"), NOT_OUTSIDE),
  ours("9110 §17.3", "nothing outside is served: dots glued to the host of an absolute-form",
    lines(`GET http://localhost../${OUT} HTTP/1.1`, "Host: localhost"), NOT_OUTSIDE),
  ours("9110 §17.3", "nothing outside is served: a target without leading slash",
    get(`../${OUT}`), NOT_OUTSIDE),
  ours("9110 §17.3", "nothing outside is served: a path in Host",
    lines("GET /secret.txt HTTP/1.1", "Host: ../www-secret"),
    NOT_OUTSIDE),
  ours("9110 §17.3", "HEAD tells nothing about files outside", head(`/../${OUT}`),
    {
      status: [200, 301, 302, 307, 308, "4xx"],
      check: (r) => (r.get("content-length") === String(SECRET.length) ? "its length" : undefined),
    }),
];
