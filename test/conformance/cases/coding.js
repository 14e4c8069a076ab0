/** Content codings of precompressed siblings: RFC 9110 §8.4, §12.5.3, §12.5.5. */
import { must, ours, program, should } from "../case.js";
import { CODED, PAGE, STYLE_GZIP } from "../fixtures.js";
import { get, head } from "../request.js";

const TARGET = "/coded/page.html";
const asked = (value, target = TARGET) => get(target, `Accept-Encoding: ${value}`);

const codedAs = (coding) => ({
  status: 200,
  fields: { "content-encoding": coding },
  content: (bytes) => (bytes.equals(CODED[coding]) ? "" : "not the bytes of the sibling"),
});
const IDENTITY = { status: 200, fields: { "content-encoding": null }, content: PAGE };
const [GZIP, BR, ZSTD] = [codedAs("gzip"), codedAs("br"), codedAs("zstd")];

/** One of these codings or none, but no other. */
const among = (...codings) => ({ any: [...codings.map(codedAs), IDENTITY] });

export default [
  ours("9110 §12.5.3", "gzip is sent to who accepts it", asked("gzip"), GZIP),
  ours("9110 §12.5.3", "br is sent to who accepts it", asked("br"), BR),
  ours("9110 §12.5.3", "zstd is sent to who accepts it", asked("zstd"), ZSTD),
  ours("9110 §12.5.3", "without Accept-Encoding the file itself is sent", get(TARGET), IDENTITY),
  should("9110 §12.5.3", "an empty Accept-Encoding wants no coding", asked(""), IDENTITY),
  must("9110 §12.5.3", "identity wants no coding", asked("identity"), IDENTITY),
  must("9110 §12.5.3", "an unknown coding is not sent", asked("example"), IDENTITY),
  must("9110 §12.5.3", "a coding with the weight 0 is not sent", asked("gzip;q=0"), IDENTITY),
  must("9110 §12.5.3", "a coding with the weight 0.000 is not sent",
    asked("gzip;q=0.000"), IDENTITY),
  must("9110 §12.5.3", "a coding with the weight 0. is not sent", asked("gzip;q=0."), IDENTITY),
  must("9110 §12.5.3", "white space around the weight means nothing",
    asked("gzip ; \tq=0"), IDENTITY),
  must("9110 §12.4.2", "the name of the weight is case-insensitive", asked("gzip;Q=0"), IDENTITY),
  must("9110 §12.5.3", "of two codings the one with the weight 0 is not sent",
    asked("gzip;q=0, br"), among("br")),
  must("9110 §12.5.3", "a coding refused beside a star is not sent",
    asked("gzip;q=0, *"), among("br", "zstd")),
  must("9110 §12.5.3", "a star with the weight 0 refuses what is not named",
    asked("gzip, *;q=0"), among("gzip")),
  must("9110 §12.5.3", "a star with the weight 0 alone leaves nothing but the file or 406",
    asked("*;q=0"), { any: [IDENTITY, 406, 415] }),
  must("9110 §12.5.3", "a star accepts any coding", asked("*"), among("gzip", "br", "zstd")),
  must("9110 §8.4.1", "names of codings are case-insensitive: in the refusal",
    asked("GZIP;q=0, *"), among("br", "zstd")),
  ours("9110 §8.4.1", "names of codings are case-insensitive", asked("GZip"), GZIP),
  ours("9110 §8.4.1.3", "x-gzip is gzip, or an unknown coding", asked("x-gzip"), among("gzip")),
  must("9110 §12.5.3", "a name that begins with gzip is another coding", asked("gzipx"), IDENTITY),
  must("9110 §12.5.3", "a name that ends with br is another coding", asked("xbr"), IDENTITY),
  ours("9110 §12.5.3", "a weight above 0 is enough", asked("gzip;q=0.001"),
    { any: [GZIP, IDENTITY] }),
  ours("9110 §12.4.2", "the greater weight wins: gzip", asked("br;q=0.1, gzip;q=0.9"), GZIP),
  ours("9110 §12.4.2", "the greater weight wins: br", asked("gzip;q=0.5, br"), BR),
  ours("9110 §12.4.2", "the greater weight wins: zstd",
    asked("gzip;q=0.7, br;q=0.8, zstd;q=0.9"), ZSTD),
  ours("9110 §12.4.2", "a difference in the third decimal counts",
    asked("br;q=0.123, gzip;q=0.124"), GZIP),
  ours("9110 §12.4.2", "identity with a greater weight wins",
    asked("gzip;q=0.5, identity;q=0.9"), IDENTITY),
  ours("9110 §12.5.3", "what browsers send is answered with a coding",
    asked("gzip, deflate, br, zstd"), { any: [GZIP, BR, ZSTD] }),
  ours("9110 §5.3", "several Accept-Encoding lines are one list",
    get(TARGET, "Accept-Encoding: example", "Accept-Encoding: gzip"), GZIP),
  ours("9110 §5.6.1", "empty members are ignored", asked(", gzip ,,"), GZIP),
  ours("9110 §12.5.3", "a coding without sibling falls back to one that has it",
    asked("br, gzip;q=0.5", "/coded/style.css"),
    { status: 200, fields: { "content-encoding": "gzip" },
      content: (bytes) => (bytes.equals(STYLE_GZIP) ? "" : "other bytes") }),
  must("9110 §12.5.3", "a file without siblings is sent as it is",
    asked("gzip, br", "/coded/plain.txt"),
    { status: 200, fields: { "content-encoding": null }, content: "no sibling\n" }),
  must("9110 §12.5.3", "a file without siblings is sent though identity is not wanted, or 406",
    asked("gzip, identity;q=0", "/coded/plain.txt"), [200, 406, 415]),
  ours("9110 §12.5.3", "a sibling that is a directory is no sibling",
    asked("gzip", "/coded/folder.txt"),
    { status: 200, fields: { "content-encoding": null }, content: "its sibling is a directory\n" }),
  ours("9110 §17.3", "a sibling that leaves the root is no sibling",
    asked("gzip", "/coded/leak.txt"),
    {
      status: 200,
      fields: { "content-encoding": null },
      content: "its sibling leaves the root\n",
    }),
  must("9110 §8.4", "Content-Type of a coding is that of the file", asked("gzip"),
    { status: 200, fields: { "content-type": /^text\/html/ } }),
  should("9110 §12.5.5", "a coded response has Vary: Accept-Encoding", asked("gzip"),
    { any: [{ ...GZIP, fields: { ...GZIP.fields, vary: /accept-encoding|\*/i } }, IDENTITY] }),
  should("9110 §12.5.5", "an uncoded response of a file with siblings has Vary: Accept-Encoding",
    get(TARGET), { status: 200, fields: { vary: /accept-encoding|\*/i } }),
  ours("9110 §8.6", "Content-Length is that of the coding", asked("br"),
    { status: 200, fields: { "content-length": String(CODED.br.length) } }),
  ours("9110 §9.3.2", "HEAD of a coding has its length and coding",
    head(TARGET, "Accept-Encoding: br"),
    {
      status: 200,
      fields: { "content-encoding": "br", "content-length": String(CODED.br.length) },
    }),
  ours("9110 §14.2", "a range of a coding is a range of its bytes",
    get(TARGET, "Accept-Encoding: gzip", "Range: bytes=0-9"),
    {
      status: 206,
      fields: { "content-encoding": "gzip", "content-range": `bytes 0-9/${CODED.gzip.length}` },
      content: (bytes) => (bytes.equals(CODED.gzip.subarray(0, 10)) ? "" : "other bytes"),
    }),
  ours("9110 §15.5.17", "416 of a coding tells the length of the coding",
    get(TARGET, "Accept-Encoding: gzip", "Range: bytes=100000-"),
    { status: 416, fields: { "content-range": `bytes */${CODED.gzip.length}` } }),
  must("9110 §13.1.2", "the tag of a coding is answered with 304 for that coding",
    (f) => get(TARGET, "Accept-Encoding: gzip", `If-None-Match: ${f.etag}`), 304,
    { of: TARGET, ofFields: ["Accept-Encoding: gzip"] }),
  ours("9110 §13.1.2", "the tag of the file is not answered with 304 for a coding",
    (f) => get(TARGET, "Accept-Encoding: gzip", `If-None-Match: ${f.etag}`), GZIP, { of: TARGET }),
  ours("9110 §13.1.5", "the tag of the file does not let a range of a coding pass",
    (f) => get(TARGET, "Accept-Encoding: gzip", "Range: bytes=0-9", `If-Range: ${f.strong}`), GZIP,
    { of: TARGET }),
  must("9110 §8.4", "a compressed file asked for by its own name has no coding beyond its type",
    get("/coded/page.html.gz"),
    { status: 200, check: (r) => bothGzip(r) }),
  program("MUST", "9110 §8.4", "every representation of a file decodes to the file", async (t) => {
    const zlib = await import("node:zlib");
    const decode = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync };
    for (const coding of ["gzip", "br"]) {
      const response = await t.response(asked(coding));
      const how = decode[response.get("content-encoding")] ?? ((bytes) => bytes);
      t.check(how(response.content).toString() === PAGE, `${coding} does not decode to the file`);
    }
  }),
];

/** Media type gzip and content coding gzip together would mean compressed twice. */
function bothGzip(response) {
  const isGzipType = /^application\/(x-)?gzip/.test(response.get("content-type") ?? "");
  const both = isGzipType && response.get("content-encoding") === "gzip";
  return both ? "both media type and coding are gzip" : undefined;
}
