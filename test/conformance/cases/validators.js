/** Validators and dates: RFC 9110 §8.8, §6.6.1. */
import { must, ours, program, should } from "../case.js";
import { imfFixdate, parseImfFixdate } from "../dates.js";
import { MTIME } from "../fixtures.js";
import { get } from "../request.js";

const STRONG = /^"[^"]*"$/;
const has = (fields) => ({ status: 200, fields });

/** Both targets have ETags and these differ. */
const differ = (level, section, sentence, one, other) =>
  program(level, section, sentence, async (t) => {
    const [a, b] = [await t.facts(...one), await t.facts(...other)];
    t.check(a.etag !== b.etag, `both have ${a.etag}`);
  });

export default [
  should("9110 §8.8.2", "a file has Last-Modified",
    get("/hello.txt"), has({ "last-modified": true })),
  should("9110 §8.8.2.1", "Last-Modified is the file's time, in whole seconds, not rounded up",
    get("/hello.txt"), has({ "last-modified": imfFixdate(MTIME) })),
  must("9110 §8.8.2.1", "Last-Modified of a file from the future is not later than Date",
    get("/future.txt"), 200),
  should("9110 §5.6.7", "a day of one digit has a leading zero in Last-Modified",
    get("/sixth.txt"), has({ "last-modified": "Sun, 06 Nov 2022 08:49:37 GMT" })),
  ours("9110 §8.8.2", "a file as old as the epoch is served with a valid time",
    get("/epoch.txt"), has({ "last-modified": /^Thu, 01 Jan 1970 00:00:00 GMT$/ })),
  should("9110 §8.8.3", "a file has an ETag", get("/hello.txt"), has({ etag: true })),
  ours("9110 §8.8.3", "the ETag is a strong one", get("/hello.txt"), has({ etag: STRONG })),
  ours("9110 §8.8.3", "an empty file has a strong ETag too",
    get("/empty.txt"), has({ etag: STRONG })),
  ours("9110 §8.8.3", "a large file has a strong ETag too",
    get("/large.bin"), has({ etag: STRONG })),
  ours("9110 §8.8.3", "an index has a strong ETag and a Last-Modified",
    get("/dir/"), has({ etag: STRONG, "last-modified": true })),
  ours("9110 §8.8.3", "a compressed file has a strong ETag",
    get("/coded/page.html", "Accept-Encoding: gzip"), has({ etag: STRONG })),
  program("MUST", "9110 §8.8.1", "an unchanged file keeps its ETag", async (t) => {
    const [first, second] = [await t.facts("/hello.txt"), await t.facts("/hello.txt")];
    t.check(first.etag === second.etag, `${first.etag}, then ${second.etag}`);
  }),
  differ("epollux", "9110 §8.8.3", "files of different names have different ETags",
    ["/literal%2541.txt"], ["/amp&er=eq.txt"]),
  differ("MUST", "9110 §8.8.3.3", "the gzip and the identity representation differ in their ETags",
    ["/coded/page.html", "Accept-Encoding: gzip"], ["/coded/page.html"]),
  differ("MUST", "9110 §8.8.3.3", "two codings of one file differ in their ETags",
    ["/coded/page.html", "Accept-Encoding: gzip"], ["/coded/page.html", "Accept-Encoding: br"]),
  program("MUST", "9110 §6.6.1", "Date is the present time", async (t) => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const response = await t.response(get("/hello.txt"));
    const date = parseImfFixdate(response.get("date"));
    t.check(date >= before - 2000 && date <= Date.now() + 2000, `Date: ${response.get("date")}`);
  }),
  must("9110 §6.6.1", "404 has Date", get("/missing"), { status: 404, fields: { date: true } }),
  must("9110 §6.6.1", "400 has Date", "GET /hello.txt HTTP/1.1\r\n\r\n",
    { status: 400, fields: { date: true } }),
  ours("9110 §14.3", "a file tells that it accepts ranges", get("/hello.txt"),
    has({ "accept-ranges": "bytes" })),
  ours("9110 §8.6", "a file is sent with its length", get("/large.bin"),
    has({ "content-length": "1048576" })),
  ours("9110 §8.6", "an empty file is sent with the length 0", get("/empty.txt"),
    has({ "content-length": "0" })),
  ours("9110 §8.6", "a missing file is answered with a length", get("/missing"),
    { status: 404, fields: { "content-length": true } }),
];
