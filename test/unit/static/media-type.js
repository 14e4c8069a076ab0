// The built table of media types against mime-db, which it is made from.

import db from "mime-db";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("media-type", `
  export { writeMediaType } from "../../assembly/static/media-type";
  export const room = heap.alloc(8192);`);
const room = guest.room.value;

/** The media type of the file with this path. */
function typeOf(path) {
  const end = guest.put(room, path);
  return guest.text(end, guest.writeMediaType(end, room, end));
}

/** Types by extension; where mime-db has several, any of them will do. */
const known = new Map();
for (const [type, { extensions = [] }] of Object.entries(db)) {
  for (const extension of extensions) {
    known.set(extension, [...(known.get(extension) ?? []), type]);
  }
}
// What is sent is the gzip, and not what is in it.
known.set("svgz", ["application/gzip"]);
const UNKNOWN = "application/octet-stream";

const mediaTypes = suite("media types");

mediaTypes("every extension that mime-db knows has a type of it, in either case", () => {
  assert.ok(known.size > 1000);
  for (const [extension, types] of known) {
    const [type] = typeOf(`dir/file.${extension}`).split(";");
    assert.ok(types.includes(type), `${extension}: ${type} is none of ${types}`);
    assert.is(typeOf(`x.${extension.toUpperCase()}`), typeOf(`x.${extension}`));
  }
});

mediaTypes("text is said to be in UTF-8, and nothing binary is", () => {
  for (const extension of known.keys()) {
    const type = typeOf(`x.${extension}`);
    if (type.startsWith("text/")) assert.match(type, /^text\/[^;]+; charset=utf-8$/);
    if (/^(image\/(?!svg)|audio|video|font)\b/.test(type)) assert.not.match(type, "charset");
  }
});

mediaTypes("what browsers need most is what they expect", () => {
  const expected = {
    html: "text/html; charset=utf-8", css: "text/css; charset=utf-8",
    xml: /^(text|application)\/xml/,
    js: "text/javascript; charset=utf-8", mjs: "text/javascript; charset=utf-8",
    wasm: "application/wasm",
    json: "application/json; charset=utf-8", map: /^application\/json/, svg: /^image\/svg\+xml/,
    png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp",
    avif: "image/avif", ico: /^image\/(x-icon|vnd.microsoft.icon)$/, woff: "font/woff",
    woff2: "font/woff2", ttf: "font/ttf", mp4: /^(video|application)\/mp4$/, webm: "video/webm",
    mp3: "audio/mpeg", pdf: "application/pdf", zip: "application/zip", gz: "application/gzip",
    webmanifest: /^application\/manifest\+json/, txt: "text/plain; charset=utf-8",
    csv: "text/csv; charset=utf-8", md: "text/markdown; charset=utf-8",
  };
  for (const [extension, type] of Object.entries(expected)) {
    if (typeof type === "string") assert.is(typeOf(`a.${extension}`), type);
    else assert.match(typeOf(`a.${extension}`), type);
  }
});

mediaTypes("only the last extension of the last segment counts", () => {
  assert.is(typeOf("archive.tar.gz"), "application/gzip");
  assert.is(typeOf("page.html.bak.txt"), "text/plain; charset=utf-8");
  const without = ["", "x", "html", "dir.html/x", ".", "..", "x.", "dir.html/", "x.html/.", ".x/y"];
  for (const path of without) {
    assert.is(typeOf(path), UNKNOWN, path);
  }
});

mediaTypes("extensions that are unknown, long or hardly text are octets", () => {
  const others = ["zzz", "htm1", "htmll", "htm\x00", "ht", "\xff", "a".repeat(300), "html ", "é"];
  for (const extension of others) {
    assert.is(typeOf(`x.${extension}`), UNKNOWN, extension);
  }
});

mediaTypes.run();
