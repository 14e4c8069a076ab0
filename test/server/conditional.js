// Preconditions (RFC 9110 §13): tags, the three forms of a date, and their order.

import { utimesSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { asctimeDate, imfFixdate, rfc850Date } from "../conformance/dates.js";
import { ask, get, head, makeRoot, request, stopCleanly } from "../helpers/fixture.js";
import { needing } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const WHEN = Date.UTC(2023, 10, 5, 7, 8, 9);
const DAY = 86_400_000;
const root = makeRoot({ "file.txt": "conditional", "large.bin": Buffer.alloc(100_000) });
for (const name of ["file.txt", "large.bin"]) {
  // Half a second more than Last-Modified can tell.
  utimesSync(root.file(name), (WHEN + 500) / 1000, (WHEN + 500) / 1000);
}
const server = await startServer({ root: root.path });
const tag = (await ask(server, get("/file.txt"))).get("etag");

const conditional = suite("conditional");
conditional.after(() => stopCleanly(server));

/** The status of GET with these fields. */
const statusWith = async (...fields) => (await ask(server, get("/file.txt", ...fields))).status;
const expect = async (status, ...fields) =>
  assert.is(await statusWith(...fields), status, fields.join(" | "));

conditional("If-None-Match is weak and takes lists, several lines and *", async () => {
  for (const value of [tag, `W/${tag}`, `"a", ${tag}`, `${tag},"b"`, `,, ${tag} ,`, "*"]) {
    await expect(304, `If-None-Match: ${value}`);
  }
  await expect(304, 'If-None-Match: "a"', `If-None-Match: ${tag}`);
  await expect(304, `If-None-Match: "with,comma", ${tag}`);
  for (const value of ['"a"', tag.slice(1, -1), `w/${tag}`, "", '""', `"${tag.slice(1, -2)}"`]) {
    await expect(200, `If-None-Match: ${value}`);
  }
});

conditional("If-Match is strong", async () => {
  for (const value of [tag, `"a", ${tag}`, "*"]) await expect(200, `If-Match: ${value}`);
  for (const value of ['"a"', `W/${tag}`, ""]) await expect(412, `If-Match: ${value}`);
});

conditional("If-Modified-Since takes the three forms of a date", async () => {
  for (const form of [imfFixdate, rfc850Date, asctimeDate]) {
    await expect(304, `If-Modified-Since: ${form(WHEN)}`);
    await expect(304, `If-Modified-Since: ${form(WHEN + 1000)}`);
    await expect(200, `If-Modified-Since: ${form(WHEN - 1000)}`);
    await expect(304, `If-Modified-Since: ${form(WHEN + DAY)}`);
    await expect(200, `If-Modified-Since: ${form(WHEN - DAY)}`);
  }
});

conditional("what is no date is overlooked", async () => {
  const date = imfFixdate(WHEN + DAY);
  const others = [
    "", "yesterday", "0", date.slice(0, -4), `${date} `.repeat(2), date.replace("GMT", "UTC"),
    date.replace(" 2023", " 23"), date.replace("Nov", "nov"), date.replace(",", ""),
    `${date}, ${date}`, "Mon, 31 Feb 2023 00:00:00 GMT", "Mon, 06 Nov 2023 24:00:00 GMT",
    "Mon, 06 Nov 2023 00:60:00 GMT", "2023-11-06T00:00:00Z", date.replace("Mon", "Xyz"),
  ];
  for (const value of others) {
    await expect(200, `If-Modified-Since: ${value}`);
    await expect(200, `If-Unmodified-Since: ${value}`);
  }
  await expect(200, `If-Modified-Since: ${date}`, `If-Modified-Since: ${date}`);
});

conditional("far dates are dates", async () => {
  await expect(304, "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT");
  await expect(200, "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT");
  await expect(200, "If-Modified-Since: Mon, 01 Jan 1900 00:00:00 GMT");
  await expect(412, "If-Unmodified-Since: Sat, 01 Jan 0000 00:00:00 GMT");
});

conditional("If-Unmodified-Since is 412 for what has changed", async () => {
  for (const form of [imfFixdate, rfc850Date, asctimeDate]) {
    await expect(200, `If-Unmodified-Since: ${form(WHEN)}`);
    await expect(200, `If-Unmodified-Since: ${form(WHEN + DAY)}`);
    await expect(412, `If-Unmodified-Since: ${form(WHEN - 1000)}`);
  }
});

conditional("tags go before dates", async () => {
  const [past, future] = [imfFixdate(WHEN - DAY), imfFixdate(WHEN + DAY)];
  await expect(200, 'If-None-Match: "a"', `If-Modified-Since: ${future}`);
  await expect(304, `If-None-Match: ${tag}`, `If-Modified-Since: ${past}`);
  await expect(200, `If-Match: ${tag}`, `If-Unmodified-Since: ${past}`);
  await expect(412, 'If-Match: "a"', `If-Unmodified-Since: ${future}`);
  await expect(412, 'If-Match: "a"', `If-None-Match: ${tag}`);
  await expect(304, `If-Match: ${tag}`, `If-None-Match: ${tag}`);
  await expect(412, `If-Unmodified-Since: ${past}`, `If-None-Match: ${tag}`);
});

conditional("304 goes before a range, and 412 too", async () => {
  await expect(304, `If-None-Match: ${tag}`, "Range: bytes=0-1");
  await expect(412, 'If-Match: "a"', "Range: bytes=0-1");
  await expect(206, 'If-None-Match: "a"', "Range: bytes=0-1");
  await expect(304, `If-None-Match: ${tag}`, "Range: bytes=1000-");
});

conditional("304 has the validators and no content, nor fields about it", async () => {
  for (const bytes of [get, head].map((make) => make("/large.bin", "If-None-Match: *"))) {
    const response = await ask(server, bytes);
    assert.is(response.status, 304);
    assert.match(response.get("etag"), /^".+"$/);
    assert.is(response.get("last-modified"), imfFixdate(WHEN));
    for (const name of ["content-type", "content-length", "content-range"]) {
      assert.is(response.get(name), undefined);
    }
  }
});

conditional("If-Range with the exact date gives the part, with a later one the whole", async () => {
  const part = "Range: bytes=0-1";
  await expect(206, part, `If-Range: ${imfFixdate(WHEN)}`);
  await expect(206, part, `If-Range: ${rfc850Date(WHEN)}`);
  await expect(206, part, `If-Range: ${asctimeDate(WHEN)}`);
  await expect(200, part, `If-Range: ${imfFixdate(WHEN + 1000)}`);
  await expect(200, part, `If-Range: ${imfFixdate(WHEN - 1000)}`);
  await expect(200, part, "If-Range: yesterday");
});

conditional("a file that is not there has no preconditions", async () => {
  const responses = [
    await ask(server, get("/nowhere", "If-None-Match: *")),
    await ask(server, get("/nowhere", 'If-Match: "a"')),
  ];
  for (const { status } of responses) assert.is(status, 404);
});

conditional("other methods do not look at preconditions before they are refused", async () => {
  const fields = ['If-Match: "a"', "If-None-Match: *"];
  assert.is((await ask(server, request("POST", "/file.txt", fields))).status, 405);
  assert.is((await ask(server, request("OPTIONS", "/file.txt", fields))).status, 204);
});

conditional("a file from the future is as old as its answer", async () => {
  root.file("future.txt", "from the future");
  utimesSync(root.file("future.txt"), Date.now() / 1000 + 1e6, Date.now() / 1000 + 1e6);
  const { status } = await ask(server, get("/future.txt"));
  assert.is(status, 200);
  const response = await ask(server, get("/future.txt"));
  assert.ok(Date.parse(response.get("last-modified")) <= Date.parse(response.get("date")));
});

needing(conditional, "anyTime")("a file older than 1970 has a date", async () => {
  root.file("old.txt", "old");
  utimesSync(root.file("old.txt"), new Date(-86_400_000), new Date(-86_400_000));
  const response = await ask(server, get("/old.txt"));
  assert.is(response.get("last-modified"), "Wed, 31 Dec 1969 00:00:00 GMT");
  const bytes = get("/old.txt", `If-Modified-Since: ${response.get("last-modified")}`);
  assert.is((await ask(server, bytes)).status, 304);
});

conditional.run();
