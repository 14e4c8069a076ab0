/** Single ranges: RFC 9110 §14.1, §14.2, §14.4, §15.3.7; unsatisfiable ones: §15.5.17. */
import { DIGITS_OK, must, ours, should } from "../case.js";
import { DIGITS, LARGE } from "../fixtures.js";
import { get, request } from "../request.js";

const TARGET = "/digits.txt";
const range = (set, target = TARGET) => get(target, `Range: ${set}`);
const part = (first, last) => ({
  status: 206,
  fields: { "content-range": `bytes ${first}-${last}/100` },
  content: DIGITS.slice(first, last + 1),
});
const largePart = (first, last) => ({
  status: 206,
  fields: { "content-range": `bytes ${first}-${last}/1048576` },
  content: (bytes) => (bytes.equals(LARGE.subarray(first, last + 1)) ? "" : "other bytes"),
});

/** A server may ignore Range; one that does not sends this part. */
const single = (what, set, first, last) =>
  should("9110 §14.1.2", `the part is sent: ${what}`, range(set), part(first, last));

/** Valid, but nothing of it exists. */
const UNSATISFIABLE = { status: 416, fields: { "content-range": "bytes */100" } };
const unsatisfiable = (what, set) =>
  should("9110 §15.5.17", `${what} is answered with 416 and the length`, range(set), UNSATISFIABLE);

/** Invalid: a server may ignore or refuse it; ours never guesses what was meant. */
const invalid = (what, set) =>
  ours("9110 §14.2", `${what} is ignored or refused`, range(set), { any: [DIGITS_OK, 416, 400] });

export default [
  single("the first byte", "bytes=0-0", 0, 0),
  single("the first ten bytes", "bytes=0-9", 0, 9),
  single("bytes in the middle", "bytes=10-19", 10, 19),
  single("the last byte by its position", "bytes=99-99", 99, 99),
  single("all bytes", "bytes=0-99", 0, 99),
  single("an open range", "bytes=90-", 90, 99),
  single("an open range from the beginning", "bytes=0-", 0, 99),
  single("an open range of the last byte", "bytes=99-", 99, 99),
  single("a suffix", "bytes=-10", 90, 99),
  single("a suffix of one byte", "bytes=-1", 99, 99),
  single("a suffix as long as the file", "bytes=-100", 0, 99),
  single("a suffix longer than the file, which means all of it", "bytes=-1000", 0, 99),
  single("a range that ends behind the file, which is cut", "bytes=50-1000", 50, 99),
  single("a range that ends one byte behind the file", "bytes=0-100", 0, 99),
  single("a last position beyond 32 bits", "bytes=50-4294967346", 50, 99),
  single("a last position beyond 64 bits", "bytes=50-18446744073709551666", 50, 99),
  single("a last position of forty digits", `bytes=50-${"9".repeat(40)}`, 50, 99),
  single("a suffix length beyond 32 bits", "bytes=-4294967306", 0, 99),
  single("a suffix length beyond 64 bits", "bytes=-18446744073709551626", 0, 99),
  single("a range with leading zeros", "bytes=0010-00019", 10, 19),
  should("9110 §14.1", "the name of the unit is case-insensitive", range("Bytes=0-9"), part(0, 9)),
  should("9110 §14.1", "the name of the unit is case-insensitive: upper case",
    range("BYTES=0-9"), part(0, 9)),
  should("9110 §14.2", "bytes at the end of a large file", range("bytes=1048570-", "/large.bin"),
    largePart(1048570, 1048575)),
  should("9110 §14.2", "most of a large file", range("bytes=1000-1000000", "/large.bin"),
    largePart(1000, 1000000)),
  should("9110 §14.2", "a suffix of a large file", range("bytes=-500000", "/large.bin"),
    largePart(548576, 1048575)),
  should("9110 §14.2", "a range across a boundary of 64 KiB",
    range("bytes=65535-65536", "/large.bin"), largePart(65535, 65536)),
  ours("9110 §15.3.7", "206 has Content-Length of the part", range("bytes=0-9"),
    { status: 206, fields: { "content-length": "10" } }),
  must("9110 §15.3.7", "206 has the ETag that 200 would have had",
    range("bytes=0-9"), (f) => ({ any: [{ status: 206, fields: { etag: f.etag } }, 200] }),
    { of: TARGET }),
  must("9110 §15.3.7", "206 has Date", range("bytes=0-9"),
    { status: [200, 206], fields: { date: true } }),
  should("9110 §15.3.7", "206 of a request without If-Range has Last-Modified",
    range("bytes=0-9"), (f) => ({ status: 206, fields: { "last-modified": f.lastModified } }),
    { of: TARGET }),
  should("9110 §8.3", "206 has the media type of the file", range("bytes=0-9"),
    { status: 206, fields: { "content-type": /^text\/plain/ } }),
  must("9110 §14.2", "an unknown unit is ignored", range("lines=0-9"), DIGITS_OK),
  must("9110 §14.2", "a unit that begins with bytes is ignored", range("bytesx=0-9"), DIGITS_OK),
  must("9110 §14.2", "the unit none is ignored", range("none=0-9"), DIGITS_OK),
  unsatisfiable("a range from the length on", "bytes=100-"),
  unsatisfiable("a range behind the file", "bytes=200-300"),
  unsatisfiable("a range from the length to itself", "bytes=100-100"),
  unsatisfiable("a suffix of no bytes", "bytes=-0"),
  unsatisfiable("a first position beyond 32 bits", "bytes=4294967296-"),
  unsatisfiable("a first position beyond 64 bits", "bytes=18446744073709551616-"),
  unsatisfiable("a first and a last position beyond 64 bits",
    "bytes=18446744073709551616-18446744073709551617"),
  unsatisfiable("a set of ranges that all lie behind the file", "bytes=100-110,200-"),
  ours("9110 §15.5.17", "416 has an explanation with a length", range("bytes=100-"),
    { status: 416, fields: { "content-length": true, "content-type": true } }),
  ours("9110 §14.1.2", "a range of an empty file is unsatisfiable or ignored",
    range("bytes=0-", "/empty.txt"), [200, 416]),
  ours("9110 §14.1.2", "a suffix of an empty file can be had, which is no 416",
    range("bytes=-5", "/empty.txt"), 200),
  invalid("a range whose end lies before its beginning", "bytes=5-2"),
  invalid("a range without positions", "bytes=-"),
  invalid("an empty set", "bytes="),
  invalid("a set of commas", "bytes=,,"),
  invalid("a unit without set", "bytes"),
  invalid("letters in place of a position", "bytes=a-b"),
  invalid("letters behind a position", "bytes=0-9x"),
  invalid("a hexadecimal position", "bytes=0x0-0x9"),
  invalid("a signed position", "bytes=+0-9"),
  invalid("two hyphens", "bytes=0--9"),
  invalid("a negative suffix", "bytes=--9"),
  invalid("a fraction", "bytes=0.5-9"),
  invalid("a position without hyphen", "bytes=5"),
  invalid("three positions", "bytes=0-4-9"),
  invalid("a colon in place of the equals sign", "bytes:0-9"),
  invalid("a space in place of the equals sign", "bytes 0-9"),
  invalid("an empty value", ""),
  ours("9110 §14.2", "a valid range beside an invalid one is not served alone",
    range("bytes=0-0,x"), { any: [DIGITS_OK, 416, 400] }),
  must("9110 §14.2", "Range is ignored where GET is not 200: a missing file",
    range("bytes=0-0", "/missing"), 404),
  ours("9110 §14.2", "Range is ignored where GET is not 200: a redirect",
    range("bytes=0-0", "/dir"), ["3xx"]),
  must("9110 §14.2", "Range is ignored with a method other than GET",
    request("POST", TARGET, ["Range: bytes=0-0"]), [200, 405, 411, 501]),
  must("9110 §14.2", "a range of an index is a range of its file, or ignored",
    range("bytes=0-4", "/dir/"),
    { any: [{ status: 206, content: "index" }, { status: 200, content: "index of dir\n" }] }),
];
