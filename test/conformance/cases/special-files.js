/** Dotfiles, symbolic links and what is no regular file: RFC 9110 §17.3 and our own choices. */
import { HELLO_OK, ours, program } from "../case.js";
import { HIDDEN, SECRET } from "../fixtures.js";
import { get, head, request } from "../request.js";

const SECTION = "9110 §17.3";
const REFUSED = {
  status: [403, 404],
  check: (r) => (r.content.includes(SECRET) ? "the file outside the root was served" : undefined),
};
const hidden = (what, target) =>
  ours(SECTION, `${what} is answered as if it were missing`, get(target),
    { status: 404, check: (r) => (r.content.includes(HIDDEN) ? "it was served" : undefined) });
const outside = (what, target) => ours(SECTION, `${what} is refused`, get(target), REFUSED);

/** Opening these may block for ever: the answer must come nevertheless. */
const special = (what, target) =>
  ours(SECTION, `${what} is refused without waiting for it`, get(target), [403, 404]);

export default [
  hidden("a file whose name begins with a dot", "/.hidden"),
  hidden("such a file with its dot encoded", "/%2ehidden"),
  hidden("such a file in a directory", "/dir/.secret"),
  hidden("a directory whose name begins with a dot", "/.hidden-dir/"),
  hidden("such a directory without slash, which would tell that it exists", "/.hidden-dir"),
  hidden("a file in such a directory", "/.hidden-dir/file.txt"),
  hidden("the configuration of git", "/.git/config"),
  hidden("a name of three dots", "/...three"),
  hidden("a dotfile in .well-known", "/.well-known/.hidden"),
  hidden("a dotfile behind a dot segment", "/dir/../.hidden"),
  hidden("a dotfile behind two slashes", "//.hidden"),
  hidden("a dotfile with a query", "/.hidden?x"),
  program("epollux", SECTION, "a hidden file cannot be told from a missing one", async (t) => {
    const [there, missing] = [await t.response(get("/.hidden")), await t.response(get("/.nodden"))];
    const strip = (r) =>
      `${r.status} ${r.fields.filter(([name]) => name !== "date").join()} ${r.content}`;
    t.check(strip(there).replaceAll("hid", "nod") === strip(missing), "the answers differ");
  }),
  ours(SECTION, "HEAD tells nothing of a hidden file", head("/.hidden"), 404),
  ours(SECTION, "a hidden file is not compared with conditions",
    get("/.hidden", "If-None-Match: *"), 404),
  ours("8615 §3", "a file in .well-known is served", get("/.well-known/security.txt"), 200),
  ours(SECTION, "a link to a file in the root is followed", get("/link-in.txt"), HELLO_OK),
  ours(SECTION, "a link to a link in the root is followed", get("/link-chain.txt"), HELLO_OK),
  ours(SECTION, "a link that goes up within the root is followed",
    get("/dir/link-parent.txt"), HELLO_OK),
  ours(SECTION, "a link that goes down and up within the root is followed",
    get("/link-up.txt"), HELLO_OK),
  ours(SECTION, "a link to a directory in the root is followed", get("/link-dir/page.html"), 200),
  ours(SECTION, "an index behind a link to a directory is served", get("/link-dir/"), 200),
  ours(SECTION, "an absolute link into the root is followed or refused, but no server error",
    get("/link-in-abs.txt"), { any: [HELLO_OK, REFUSED] }),
  outside("a relative link to a file outside the root", "/link-out.txt"),
  outside("an absolute link to a file outside the root", "/link-out-abs.txt"),
  outside("a link to a link that leaves the root", "/link-out-chain.txt"),
  outside("a file behind a link to a directory outside the root", "/link-out-dir/secret.txt"),
  outside("an index behind a link to a directory outside the root", "/link-out-dir/"),
  outside("a link to /etc/passwd", "/link-passwd.txt"),
  outside("a link to the process's working directory", "/link-proc/package.json"),
  ours(SECTION, "a link to a directory outside the root is not even redirected",
    get("/link-out-dir"), REFUSED),
  ours(SECTION, "a link to nothing is answered with 404", get("/link-dangling.txt"), 404),
  ours(SECTION, "a link to itself is no server error", get("/link-loop.txt"), [403, 404]),
  special("a FIFO", "/fifo"),
  special("a link to a FIFO", "/link-fifo"),
  special("a Unix socket", "/socket"),
  special("a link to an endless device", "/link-zero.bin"),
  ours(SECTION, "HEAD of a FIFO is refused without waiting", head("/fifo"), [403, 404]),
  ours("9110 §17.3", "OPTIONS of a FIFO is answered without waiting",
    request("OPTIONS", "/fifo"), ["2xx", "4xx"]),
];
