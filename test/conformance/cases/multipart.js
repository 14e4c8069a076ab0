/** Several ranges: RFC 9110 §14.6, §15.3.7.2, §17.15. */
import { DIGITS_OK, must, ours, should } from "../case.js";
import { DIGITS, LARGE } from "../fixtures.js";
import { parseMultipart } from "../multipart.js";
import { get } from "../request.js";

const SMALL = "/digits.txt";
const BIG = "/large.bin";
const FILES = { [SMALL]: Buffer.from(DIGITS), [BIG]: LARGE };
const ranges = (set, target = BIG) => get(target, `Range: bytes=${set}`);

/** 206 multipart whose parts all have the bytes that they say. */
const multipart = (target, check) => ({
  status: 206,
  fields: { "content-type": /^multipart\/byteranges;/i, "content-range": null },
  check: (response) => {
    const { parts, error } = parseMultipart(response);
    if (error) return error;
    return parts.map((part) => wrongBytes(part, FILES[target])).find(Boolean) ?? check(parts);
  },
});

function wrongBytes(part, file) {
  const [, first, last, complete] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(part.range);
  if (Number(complete) !== file.length) return `another length in part ${part.range}`;
  const wanted = file.subarray(Number(first), Number(last) + 1);
  return part.content.equals(wanted) ? undefined : `other bytes in part ${part.range}`;
}

/** Exactly these parts in this order. On the big file no server has reason to join them. */
const partsOf = (target, ...expected) =>
  multipart(target, (parts) => {
    const wanted = expected.map((range) => `bytes ${range}/${FILES[target].length}`).join("; ");
    const actual = parts.map((part) => part.range).join("; ");
    return actual === wanted ? undefined : `${wanted} expected, was ${actual}`;
  });
const parts = (...expected) => partsOf(BIG, ...expected);

/** One part of the small file, not as multipart. */
const one = (first, last) => ({ status: 206, content: DIGITS.slice(first, last + 1) });

/** Whatever the server makes of this set, it must not send much more than the file. */
const bounded = (what, set) =>
  ours("9110 §17.15", `the answer to ${what} is not much longer than the file`, ranges(set), {
    status: [200, 206, 416],
    check: ({ content }) =>
      content.length <= 2 * LARGE.length + 4096 ? undefined : `${content.length} bytes`,
  });

const many = (n, f) => Array.from({ length: n }, (_, i) => f(i)).join();
const LAST = LARGE.length - 1;

export default [
  should("9110 §15.3.7.2", "two ranges come as two parts", ranges("0-4,500000-500009"),
    parts("0-4", "500000-500009")),
  should("9110 §15.3.7.2", "three ranges come as three parts", ranges(`0-0,500000-500000,${LAST}-`),
    parts("0-0", "500000-500000", `${LAST}-${LAST}`)),
  should("9110 §15.3.7.2", "a suffix may be one of the parts", ranges("0-4,-5"),
    parts("0-4", `${LAST - 4}-${LAST}`)),
  should("9110 §15.3.7.2", "an open range may be one of the parts", ranges("0-4,500000-"),
    parts("0-4", `500000-${LAST}`)),
  should("9110 §15.3.7.2", "a part that ends behind the file is cut",
    ranges("0-4,1048570-99999999"), parts("0-4", `1048570-${LAST}`)),
  should("9110 §15.3.7.2", "parts come in the order of the request, or sorted",
    ranges("500000-500009,0-4"),
    { any: [parts("500000-500009", "0-4"), parts("0-4", "500000-500009"), 200] }),
  should("9110 §5.6.1", "white space between ranges means nothing",
    ranges("0-4 ,\t 500000-500009"), parts("0-4", "500000-500009")),
  should("9110 §5.6.1", "empty members between ranges are ignored",
    ranges("0-4,,500000-500009,"), parts("0-4", "500000-500009")),
  must("9110 §15.3.7.2", "a multipart response has no Content-Range of its own",
    ranges("0-4,500000-500009"), { status: [200, 206], fields: { "content-range": null } }),
  should("9110 §15.3.7.2", "each part has the media type of the file", ranges("0-4,500000-500009"),
    (f) => multipart(BIG, (all) => all.map((part) => wrongType(part, f)).find(Boolean)),
    { of: BIG }),
  must("9110 §15.3.7", "a multipart response has the ETag that 200 would have had",
    ranges("0-4,500000-500009"), (f) => ({ status: [200, 206], fields: { etag: f.etag } }),
    { of: BIG }),
  ours("9110 §15.3.7.2", "a multipart response tells its exact length",
    ranges("0-4,500000-500009"), { status: 206, fields: { "content-length": true } }),
  should("9110 §15.3.7.2", "one range of which another is unsatisfiable comes alone",
    ranges("0-4,200-300", SMALL), { any: [one(0, 4), partsOf(SMALL, "0-4")] }),
  should("9110 §15.3.7.2", "an unsatisfiable range among three is left out",
    ranges("0-4,99999999-,500000-500009"), parts("0-4", "500000-500009")),
  must("9110 §15.3.7.2", "a single range does not come as multipart", ranges("0-4", SMALL),
    { any: [one(0, 4), DIGITS_OK] }),
  must("9110 §15.3.7.2", "ranges with a small gap come apart or as one", ranges("0-4,10-14", SMALL),
    { any: [partsOf(SMALL, "0-4", "10-14"), one(0, 14), DIGITS_OK] }),
  must("9110 §15.3.7.2", "adjacent ranges come apart or as one", ranges("0-4,5-9", SMALL),
    { any: [partsOf(SMALL, "0-4", "5-9"), partsOf(SMALL, "0-9"), one(0, 9), DIGITS_OK] }),
  must("9110 §15.3.7.2", "two overlapping ranges come apart, as one, or not at all",
    ranges("0-9,5-14", SMALL),
    { any: [partsOf(SMALL, "0-9", "5-14"), partsOf(SMALL, "0-14"), one(0, 14), DIGITS_OK, 416] }),
  must("9110 §15.3.7.2", "a range twice comes twice, once, or not at all",
    ranges("0-4,0-4", SMALL),
    { any: [partsOf(SMALL, "0-4", "0-4"), partsOf(SMALL, "0-4"), one(0, 4), DIGITS_OK, 416] }),
  should("9110 §15.3.7.2", "two parts of 400 kB are complete",
    ranges("0-399999,500000-899999"), parts("0-399999", "500000-899999")),
  should("9110 §15.3.7.2", "ten parts of 10 kB are complete",
    ranges(many(10, (i) => `${i * 100000}-${i * 100000 + 9999}`)),
    parts(...Array.from({ length: 10 }, (_, i) => `${i * 100000}-${i * 100000 + 9999}`))),
  bounded("50 times the whole file", many(50, () => "0-")),
  bounded("200 overlapping ranges", many(200, (i) => `${i}-`)),
  bounded("1000 times the first byte", many(1000, () => "0-0")),
  bounded("500 suffixes", many(500, (i) => `-${1000000 + i}`)),
  bounded("300 small ranges in descending order",
    many(300, (i) => `${1000 - 3 * i}-${1001 - 3 * i}`)),
  ours("9110 §15.3.7.2", "ranges of a compressed file are ranges of its compressed bytes",
    get("/coded/page.html", "Accept-Encoding: gzip", "Range: bytes=0-1,4-5"),
    { status: [200, 206], fields: { "content-encoding": "gzip" } }),
];

function wrongType(part, facts) {
  const type = facts.response.get("content-type");
  return part.type === type ? undefined : `type ${part.type} in a part, ${type} expected`;
}
