// Range requests (RFC 9110 §14) of files of every way of sending.

import { truncateSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  ask, bytesOf, get, head, makeRoot, request, statuses, stopCleanly, talk,
} from "../helpers/fixture.js";
import { startServer } from "../helpers/server.js";

const FILES = {
  "tiny.bin": bytesOf(100),
  "cached.bin": bytesOf(60_000, 2),
  "sent.bin": bytesOf(300_000, 3),
};
const HUGE = 5 * 2 ** 40;
const CODED = bytesOf(50, 4);
const root = makeRoot({
  ...FILES, "empty.bin": "", "huge.bin": "", "coded.bin": bytesOf(80, 5), "coded.bin.gz": CODED,
});
truncateSync(root.file("huge.bin"), HUGE);
const server = await startServer({ root: root.path });

const ranges = suite("ranges");
ranges.after(() => stopCleanly(server));

const ranged = (name, range, ...fields) => get(`/${name}`, `Range: ${range}`, ...fields);

/** The bytes [first, last] of the file must come, and nothing else. */
async function check(name, range, first, last) {
  const content = FILES[name];
  const response = await ask(server, ranged(name, range));
  assert.is(response.status, 206, `${name} ${range}`);
  assert.is(response.get("content-range"), `bytes ${first}-${last}/${content.length}`);
  assert.is(response.get("content-length"), `${last - first + 1}`);
  assert.ok(response.content.equals(content.subarray(first, last + 1)), `${name} ${range}`);
}

for (const [name, { length }] of Object.entries(FILES)) {
  ranges(`parts of ${name} are what they say`, async () => {
    await check(name, "bytes=0-0", 0, 0);
    await check(name, "bytes=0-", 0, length - 1);
    await check(name, "bytes=10-19", 10, 19);
    await check(name, "bytes=50-", 50, length - 1);
    await check(name, `bytes=${length - 1}-`, length - 1, length - 1);
    await check(name, `bytes=${length - 2}-${length - 1}`, length - 2, length - 1);
  });

  ranges(`ends of ${name} are cut to its length`, async () => {
    await check(name, `bytes=10-${length}`, 10, length - 1);
    await check(name, "bytes=10-9007199254740993", 10, length - 1);
    await check(name, `bytes=10-${"9".repeat(400)}`, 10, length - 1);
    await check(name, `bytes=0000${length - 1}-`, length - 1, length - 1);
  });

  ranges(`suffixes of ${name} count from its end`, async () => {
    await check(name, "bytes=-1", length - 1, length - 1);
    await check(name, "bytes=-30", length - 30, length - 1);
    await check(name, `bytes=-${length}`, 0, length - 1);
    await check(name, `bytes=-${length + 1}`, 0, length - 1);
    await check(name, `bytes=-${"9".repeat(400)}`, 0, length - 1);
  });

  ranges(`a range beyond the end of ${name} is 416 with its length`, async () => {
    const beyond = [
      `bytes=${length}-`, `bytes=${length}-${length + 5}`, "bytes=-0", "bytes=9007199254740993-",
      `bytes=${"9".repeat(400)}-`, `bytes=${length}-,${length + 9}-${length + 10}`,
    ];
    for (const range of beyond) {
      const { responses, end } = await talk(server, ranged(name, range));
      assert.equal(statuses(responses), [416], range);
      assert.is(responses[0].get("content-range"), `bytes */${length}`);
      assert.is(end, "open");
    }
  });
}

ranges("what is no range, or not in bytes, is overlooked", async () => {
  const others = [
    "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-5", "bytes=1-2x", "bytes= 1 - 2",
    "bytes=--1", "bytes=1-2-3", "bytes=0x1-", "lines=1-2", "byte=1-2", "bytes =1-2",
    "bytes=1-2;3-4",
    "bytes=1.5-2", "bytes=+1-2", "=1-2", "bytes==1-2", "bytes=1-2,a",
  ];
  for (const range of others) {
    const response = await ask(server, ranged("tiny.bin", range));
    assert.is(response.status, 200, range);
    assert.ok(response.content.equals(FILES["tiny.bin"]));
  }
});

ranges("the unit is case-insensitive, and empty elements do not count", async () => {
  await check("tiny.bin", "Bytes=1-2", 1, 2);
  await check("tiny.bin", "BYTES=1-2", 1, 2);
  await check("tiny.bin", "bytes=,1-2", 1, 2);
  await check("tiny.bin", "bytes= ,, 1-2 ,", 1, 2);
});

ranges("two Range lines are no range", async () => {
  const bytes = ranged("tiny.bin", "bytes=1-2", "Range: bytes=3-4");
  assert.is((await ask(server, bytes)).status, 200);
});

ranges("Range means nothing to other methods", async () => {
  const answer = await ask(server, head("/tiny.bin", "Range: bytes=1-2"));
  assert.is(answer.status, 200);
  assert.is(answer.get("content-length"), "100");
  assert.is((await ask(server, request("OPTIONS", "/tiny.bin", ["Range: bytes=1-2"]))).status, 204);
});

ranges("of a file that is not there, and of an empty one, there are no ranges", async () => {
  assert.is((await ask(server, ranged("nowhere", "bytes=1-2"))).status, 404);
  assert.is((await ask(server, ranged("empty.bin", "bytes=0-"))).status, 416);
});

ranges("the last bytes of an empty file are all there is of it", async () => {
  const answer = await ask(server, ranged("empty.bin", "bytes=-5"));
  assert.equal([answer.status, answer.content.length], [200, 0]);
});

ranges("several parts of a coded file would be decoded as one: all of it is sent", async () => {
  const coded = (range) => ranged("coded.bin", range, "Accept-Encoding: gzip");
  const whole = await ask(server, coded("bytes=0-1,3-4"));
  assert.equal([whole.status, whole.get("content-encoding")], [200, "gzip"]);
  assert.ok(whole.content.equals(CODED));
  const part = await ask(server, coded("bytes=3-4"));
  assert.equal([part.status, part.get("content-encoding")], [206, "gzip"]);
  assert.ok(part.content.equals(CODED.subarray(3, 5)));
});

ranges("a part of a file far beyond 4 GiB is found", async () => {
  for (const [range, first, last] of [
    [`bytes=${HUGE - 7}-`, HUGE - 7, HUGE - 1],
    ["bytes=-100", HUGE - 100, HUGE - 1],
    [`bytes=${2 ** 32 + 1}-${2 ** 32 + 5}`, 2 ** 32 + 1, 2 ** 32 + 5],
  ]) {
    const response = await ask(server, ranged("huge.bin", range));
    assert.is(response.status, 206);
    assert.is(response.get("content-range"), `bytes ${first}-${last}/${HUGE}`);
    assert.ok(response.content.equals(Buffer.alloc(last - first + 1)));
  }
  const whole = await ask(server, head("/huge.bin"));
  assert.is(whole.get("content-length"), `${HUGE}`);
});

ranges("a part has the validators and the type of the whole", async () => {
  const whole = await ask(server, get("/tiny.bin"));
  const part = await ask(server, ranged("tiny.bin", "bytes=1-2"));
  for (const name of ["etag", "last-modified", "content-type", "accept-ranges", "cache-control"]) {
    assert.is(part.get(name), whole.get(name), name);
  }
});

ranges("If-Range with the strong tag gives the part, with any other the whole", async () => {
  const tag = (await ask(server, get("/sent.bin"))).get("etag");
  const statusWith = async (value) =>
    (await ask(server, ranged("sent.bin", "bytes=1-2", `If-Range: ${value}`))).status;
  assert.is(await statusWith(tag), 206);
  for (const other of [`W/${tag}`, '"other"', tag.slice(0, -2) + '"', `${tag}, "x"`, "*", ""]) {
    assert.is(await statusWith(other), 200, other);
  }
});

ranges("If-Range with another tag makes a range beyond the end harmless", async () => {
  const bytes = ranged("tiny.bin", "bytes=1000-", 'If-Range: "other"');
  assert.is((await ask(server, bytes)).status, 200);
});

ranges("every range of a small file is right, and so is every suffix", async () => {
  const content = FILES["tiny.bin"].subarray(0, 12);
  root.file("twelve.bin", content);
  for (let first = 0; first < 12; first++) {
    const requestTo = (_, last) => ranged("twelve.bin", `bytes=${first}-${last}`);
    const requests = Array.from({ length: 14 }, requestTo);
    const { responses } = await talk(server, requests.join(""), { count: 14 });
    for (const [last, response] of responses.entries()) {
      const part = last < first ? content : content.subarray(first, last + 1);
      assert.is(response.status, last < first ? 200 : 206);
      assert.ok(response.content.equals(part), `${first}-${last}`);
    }
  }
});

ranges("parts of one file, pipelined, put together give the file", async () => {
  const step = 7919;
  const content = FILES["sent.bin"];
  const requests = [];
  for (let at = 0; at < content.length; at += step) {
    requests.push(ranged("sent.bin", `bytes=${at}-${at + step - 1}`));
  }
  const { responses } = await talk(server, requests.join(""), { count: requests.length });
  assert.ok(Buffer.concat(responses.map((response) => response.content)).equals(content));
});

ranges.run();
