/**
 * The document root against which every case runs: made from nothing, the same bytes and the same
 * modification times each time, so that the cases know what must come back.
 *
 *   node test/conformance/fixtures.js DIR      makes DIR (and DIR-secret beside it), prints DIR
 *
 * DIR-secret is what no request may ever reach: its name begins like the root's, its file holds
 * SECRET, and some symbolic links in the root point to it.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

export const SECRET = "SECRET: this file lies outside the document root\n";
export const HIDDEN = "HIDDEN: this file's name begins with a dot\n";
export const PROBE = "the probe was answered\n";
export const SMUGGLED = "SMUGGLED: content of a request was taken for a request\n";
export const INDEX = "<!doctype html>\n<title>fixtures</title>\n<p>index of the root</p>\n";
export const HELLO = "Hello, world!\n";
export const PAGE = "<!doctype html>\n<title>page</title>\n" + "<p>compress me</p>\n".repeat(200);

/** 100 bytes: 00, 01, … 49, so that every slice tells where it was cut. */
export const DIGITS = Array.from({ length: 50 }, (_, i) => String(i).padStart(2, "0")).join("");

/** Every byte value, four times over, in four different orders. */
export const BYTES = Buffer.from(
  Array.from({ length: 1024 }, (_, i) => (i * (1 + 2 * (i >> 8))) & 255),
);

/** 1 MiB in lines of 16 bytes, each with its own offset. */
export const LARGE = Buffer.from(
  Array.from({ length: 65536 }, (_, i) => `line ${String(i * 16).padStart(10, "0")}\n`).join(""),
);

/** Modification time of every file that has no other below: whole and a half seconds. */
export const MTIME = Date.UTC(2024, 0, 15, 12, 34, 56, 500);
export const SIXTH = Date.UTC(2022, 10, 6, 8, 49, 37);

/** A zstd frame that holds `text` in one raw block: zstd is not in every Node. */
function zstdRaw(text) {
  const content = Buffer.from(text);
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

export const CODED = {
  gzip: zlib.gzipSync(PAGE, { level: 9 }),
  br: zlib.brotliCompressSync(PAGE),
  zstd: zstdRaw(PAGE),
};
export const STYLE = "body { color: black; }\n".repeat(100);
export const STYLE_GZIP = zlib.gzipSync(STYLE, { level: 9 });

/** Names that need percent-encoding or look as if they did: name in the root → content. */
export const NAMES = Object.fromEntries(
  [
    "with space.txt", "plus+plus.txt", "per%cent.txt", "literal%41.txt", "literalA.txt",
    "quest?ion.txt", "ha#sh.txt", "café.txt", "日本.txt", "semi;colon.txt", "colon:name.txt",
    "amp&er=eq.txt", "tilde~.txt", "it's(ok)!*$,@.txt", "dots..txt", "back\\slash.txt",
    "quo\"te.txt", "less<than>.txt", "UPPER.TXT", `${"n".repeat(251)}.txt`, "trailing.",
    "a.html.txt", "...three", "x", "colon:80",
  ].map((name) => [name, `content of ${name}\n`]),
);

/** Files under types/ by extension, for the media types. */
const EXTENSIONS = [
  "html", "htm", "css", "js", "mjs", "json", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif",
  "ico", "pdf", "wasm", "woff2", "mp4", "webm", "mp3", "xml", "txt", "csv", "md",
  "webmanifest", "zip", "unknownext", "HTML",
];

const FILES = {
  "index.html": INDEX,
  "hello.txt": HELLO,
  "probe.txt": PROBE,
  "smuggled.txt": SMUGGLED,
  "digits.txt": DIGITS,
  "bytes.bin": BYTES,
  "large.bin": LARGE,
  "empty.txt": "",
  "future.txt": "from the future\n",
  "sixth.txt": "a day of one digit\n",
  "epoch.txt": "as old as the epoch\n",
  "dir/index.html": "index of dir\n",
  "dir/page.html": "page in dir\n",
  "dir/.secret": HIDDEN,
  "dir/sub/deep.txt": "deep\n",
  "noindex/file.txt": "a file in a directory without index\n",
  "dir space/index.html": "index of dir space\n",
  "dir-é/index.html": "index of dir-é\n",
  "dir%41/index.html": "index of dir%41\n",
  "dir?q/index.html": "index of dir?q\n",
  "dir#f/index.html": "index of dir#f\n",
  "evil.example/index.html": "index of evil.example\n",
  "\\evil.example/index.html": "index of \\evil.example\n",
  "crlf\r\nX-Injected: yes/index.html": "index of crlf\n",
  ".hidden": HIDDEN,
  ".hidden-dir/index.html": HIDDEN,
  ".hidden-dir/file.txt": HIDDEN,
  ".git/config": HIDDEN,
  ".well-known/security.txt": "Contact: mailto:nobody@example.org\n",
  ".well-known/.hidden": HIDDEN,
  "coded/page.html": PAGE,
  "coded/page.html.gz": CODED.gzip,
  "coded/page.html.br": CODED.br,
  "coded/page.html.zst": CODED.zstd,
  "coded/style.css": STYLE,
  "coded/style.css.gz": STYLE_GZIP,
  "coded/plain.txt": "no sibling\n",
  "coded/folder.txt": "its sibling is a directory\n",
  "coded/folder.txt.gz/file": "not a coding\n",
  "coded/leak.txt": "its sibling leaves the root\n",
  "coded/archive.tar.gz": zlib.gzipSync("not really a tar\n"),
  "types/noextension": "?\n",
  "types/a.tar.gz": zlib.gzipSync("?\n"),
};

const LINKS = {
  "link-in.txt": "hello.txt",
  "link-dir": "dir",
  "link-up.txt": "dir/../hello.txt",
  "dir/link-parent.txt": "../hello.txt",
  "link-chain.txt": "link-in.txt",
  "link-dangling.txt": "nowhere.txt",
  "link-loop.txt": "link-loop.txt",
  "link-passwd.txt": "/etc/passwd",
  "link-zero.bin": "/dev/zero",
  "link-proc": "/proc/self/cwd",
  "link-fifo": "fifo",
};

function write(root, name, content) {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.utimesSync(file, MTIME / 1000, MTIME / 1000);
}

function addLinks(root, secret) {
  const base = path.basename(secret);
  const out = {
    "link-out.txt": `../${base}/secret.txt`,
    "link-out-dir": `../${base}`,
    "link-out-chain.txt": "link-out.txt",
    "link-out-abs.txt": path.join(secret, "secret.txt"),
    "link-in-abs.txt": path.join(root, "hello.txt"),
    "coded/leak.txt.gz": `../../${base}/secret.txt`,
  };
  for (const [name, target] of Object.entries({ ...LINKS, ...out })) {
    fs.symlinkSync(target, path.join(root, name));
  }
}

/** A FIFO, and a socket whose owner was killed so that its name stays. */
function addSpecialFiles(root) {
  spawnSync("mkfifo", [path.join(root, "fifo")]);
  const script = `require("node:net").createServer()
    .listen("socket", () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script], { cwd: root });
}

/** Makes the tree at `root`, replacing what an earlier run left; returns its absolute path. */
export function createFixtures(root) {
  root = path.resolve(root);
  const secret = `${root}-secret`;
  if (fs.existsSync(root) && !fs.existsSync(path.join(root, "probe.txt"))) {
    if (fs.readdirSync(root).length > 0) throw new Error(`${root} exists and is not ours`);
  }
  for (const directory of [root, secret]) {
    fs.rmSync(directory, { recursive: true, force: true });
    fs.mkdirSync(directory, { recursive: true });
  }
  for (const [name, content] of Object.entries({ ...FILES, ...NAMES })) write(root, name, content);
  for (const extension of EXTENSIONS) write(root, `types/a.${extension}`, `type ${extension}\n`);
  write(secret, "secret.txt", SECRET);
  write(secret, "index.html", SECRET);
  fs.mkdirSync(path.join(root, "change"));
  addLinks(root, secret);
  addSpecialFiles(root);
  const future = Date.now() / 1000 + 366 * 86400;
  fs.utimesSync(path.join(root, "future.txt"), future, future);
  fs.utimesSync(path.join(root, "sixth.txt"), SIXTH / 1000, SIXTH / 1000);
  fs.utimesSync(path.join(root, "epoch.txt"), 0, 0);
  return root;
}

/** Takes away what createFixtures made. */
export function removeFixtures(root) {
  fs.rmSync(root, { recursive: true, force: true });
  fs.rmSync(`${root}-secret`, { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error("usage: node test/conformance/fixtures.js DIR");
    process.exit(2);
  }
  console.log(createFixtures(process.argv[2]));
}
