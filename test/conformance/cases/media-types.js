/** Content-Type: RFC 9110 §8.3. */
import { must, ours, should } from "../case.js";
import { get } from "../request.js";

const TYPES = {
  html: /^text\/html\b/, htm: /^text\/html\b/, css: /^text\/css\b/,
  js: /^(?:text|application)\/javascript\b/, mjs: /^(?:text|application)\/javascript\b/,
  json: /^application\/json\b/, svg: /^image\/svg\+xml\b/, png: /^image\/png$/,
  jpg: /^image\/jpeg$/, jpeg: /^image\/jpeg$/, gif: /^image\/gif$/, webp: /^image\/webp$/,
  avif: /^image\/avif$/, ico: /^image\/(?:x-icon|vnd\.microsoft\.icon)$/,
  pdf: /^application\/pdf$/, wasm: /^application\/wasm$/, woff2: /^font\/woff2$/,
  mp4: /^video\/mp4$/, webm: /^video\/webm$/, mp3: /^audio\/mpeg$/,
  xml: /^(?:text|application)\/xml\b/, txt: /^text\/plain\b/, csv: /^text\/csv\b/,
  md: /^text\/markdown\b/, webmanifest: /^application\/manifest\+json\b/, zip: /^application\/zip$/,
};
const TEXT = ["html", "css", "js", "txt", "mjs"];
const typed = (type) => ({ status: 200, fields: { "content-type": type } });
const OPAQUE = {
  status: 200,
  check: (r) => {
    const type = r.get("content-type") ?? "application/octet-stream";
    return /^(application\/octet-stream|text\/plain)\b/.test(type) ? undefined : `type ${type}`;
  },
};

export default [
  ...Object.entries(TYPES).map(([extension, type]) =>
    ours("9110 §8.3.1", `the media type of .${extension}`,
      get(`/types/a.${extension}`), typed(type))),
  ...TEXT.map((extension) =>
    ours("9110 §8.3.2", `the media type of .${extension} says charset=utf-8`,
      get(`/types/a.${extension}`), typed(/;[ \t]*charset="?utf-8"?$/i))),
  should("9110 §8.3", "content has a Content-Type", get("/hello.txt"), typed(true)),
  ours("9110 §8.3", "the extension is compared without case", get("/types/a.HTML"),
    typed(/^text\/html\b/)),
  ours("9110 §8.3", "the last extension counts", get("/a.html.txt"), typed(/^text\/plain\b/)),
  should("9110 §8.3", "an unknown extension is no HTML", get("/types/a.unknownext"), OPAQUE),
  should("9110 §8.3", "a name without extension is no HTML", get("/types/noextension"), OPAQUE),
  should("9110 §8.3", "a name that ends in a dot is no HTML", get("/trailing."), OPAQUE),
  must("9110 §8.4", "an archive asked for by name is not served as a content coding of a tar",
    get("/types/a.tar.gz", "Accept-Encoding: identity"),
    { status: 200, fields: { "content-encoding": null } }),
  ours("9110 §8.3.1", "the media type of .gz",
    get("/types/a.tar.gz"), typed(/^application\/(?:x-)?gzip$|^application\/octet-stream$/)),
];
