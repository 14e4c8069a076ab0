/**
 * Files that change while they are served. RFC 9110 §8.8.1: a strong validator changes whenever
 * the bytes do. Our own promise: a change is noticed within a second, and no response mixes two
 * states of a file. These cases write below change/ and need the document root.
 */
import fs from "node:fs";
import { program } from "../case.js";
import { get, head } from "../request.js";

const NOTICED_MS = 1000;
const FIXED = 1700000000;
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until the answer is right; a complaint when it is not within a second. */
async function soon(t, bytes, isRight, complaint) {
  const deadline = Date.now() + NOTICED_MS;
  for (;;) {
    const response = await t.response(bytes);
    if (response && isRight(response)) return response;
    if (Date.now() > deadline) return void t.fail(complaint);
    await delay(50);
  }
}

const hasContent = (text) => (response) => response.content.toString() === text;
const is404 = (response) => response.status === 404;

/**
 * Writes, asks, changes by `change`, asks until the new content comes and compares the ETags.
 * The pause lets the file system's clock tick: it counts in steps of up to 10 ms.
 */
const newTag = (sentence, name, before, after, change) =>
  program("epollux", "9110 §8.8.1", sentence, async (t) => {
    const path = t.path(`change/${name}`);
    t.write(`change/${name}`, before);
    if (change === replaceKeepingTime) fs.utimesSync(path, FIXED, FIXED);
    await delay(20);
    const first = await t.facts(`/change/${name}`);
    change(t, path, after);
    const bytes = get(`/change/${name}`);
    const changed = await soon(t, bytes, hasContent(after), "the old content is still served");
    if (changed) t.check(changed.get("etag") !== first.etag, `the ETag is still ${first.etag}`);
  });

/** Replaces the file by a new one with the same time. */
function replaceKeepingTime(t, path, after) {
  fs.writeFileSync(`${path}.new`, after);
  fs.utimesSync(`${path}.new`, FIXED, FIXED);
  fs.renameSync(`${path}.new`, path);
}

function shiftWithinSecond(t, path, after) {
  const second = Math.floor(fs.statSync(path).mtimeMs / 1000);
  fs.writeFileSync(path, after);
  fs.utimesSync(path, second, second + 0.25);
}

const LONG = "0123456789abcdef".repeat(65536);

export default [
  newTag("content of the same length written in the same second changes the ETag",
    "same-second.txt", "aaaa", "bbbb", (t, path, after) => fs.writeFileSync(path, after)),
  newTag("a modification time that differs by a fraction of a second changes the ETag",
    "fraction.txt", "aaaa", "bbbb", shiftWithinSecond),
  newTag("another length changes the ETag", "length.txt", "aaaa", "aaaabbbb",
    (t, path, after) => fs.writeFileSync(path, after)),
  newTag("a file put in place of another with the same length and time changes the ETag",
    "replaced.txt", "aaaa", "bbbb", replaceKeepingTime),
  newTag("an appended line changes the ETag", "append.txt", "one\n", "one\ntwo\n",
    (t, path) => fs.appendFileSync(path, "two\n")),
  newTag("a truncated file changes the ETag", "truncated.txt", "aaaabbbb", "aaaa",
    (t, path) => fs.truncateSync(path, 4)),
  program("epollux", "9110 §13.1.2", "a changed file is not 304 for its old ETag", async (t) => {
    t.write("change/conditional.txt", "aaaa");
    const { etag } = await t.facts("/change/conditional.txt");
    t.write("change/conditional.txt", "bbbb");
    await soon(t, get("/change/conditional.txt", `If-None-Match: ${etag}`),
      (r) => r.status === 200 && hasContent("bbbb")(r), "still 304");
  }),
  program("epollux", "9110 §13.1.5", "a range of a changed file is not combined with the old one",
    async (t) => {
      t.write("change/resumed.txt", "aaaabbbb");
      const { strong } = await t.facts("/change/resumed.txt");
      t.write("change/resumed.txt", "ccccdddd");
      await soon(t, get("/change/resumed.txt", "Range: bytes=4-", `If-Range: ${strong}`),
        (r) => r.status === 200 && hasContent("ccccdddd")(r), "the range is still served");
    }),
  program("epollux", "9110 §15.5.5", "a new file is noticed", async (t) => {
    fs.rmSync(t.path("change/new.txt"), { force: true });
    await t.expect(get("/change/new.txt"), 404);
    t.write("change/new.txt", "new");
    await soon(t, get("/change/new.txt"), hasContent("new"), "still 404");
  }),
  program("epollux", "9110 §15.5.5", "a deleted file is noticed", async (t) => {
    t.write("change/deleted.txt", "there");
    await t.expect(get("/change/deleted.txt"), { status: 200, content: "there" });
    fs.rmSync(t.path("change/deleted.txt"));
    await soon(t, get("/change/deleted.txt"), is404, "it is still served");
  }),
  program("epollux", "9110 §15.5.5", "a file that became a directory is noticed", async (t) => {
    const path = t.path("change/became");
    fs.rmSync(path, { recursive: true, force: true });
    t.write("change/became", "a file");
    await t.expect(get("/change/became"), { status: 200, content: "a file" });
    fs.rmSync(path);
    fs.mkdirSync(path);
    t.write("change/became/index.html", "an index");
    await soon(t, get("/change/became"), (r) => r.get("location") !== undefined, "still a file");
    await soon(t, get("/change/became/"), hasContent("an index"), "no index");
  }),
  program("epollux", "9110 §15.5.5", "a directory moved away is noticed", async (t) => {
    for (const name of ["change/old", "change/moved"]) {
      fs.rmSync(t.path(name), { recursive: true, force: true });
    }
    fs.mkdirSync(t.path("change/old"));
    t.write("change/old/file.txt", "file");
    await t.expect(get("/change/old/file.txt"), { status: 200, content: "file" });
    fs.renameSync(t.path("change/old"), t.path("change/moved"));
    await soon(t, get("/change/old/file.txt"), is404, "the old name is still served");
    await soon(t, get("/change/moved/file.txt"), hasContent("file"), "the new name is not");
  }),
  program("epollux", "9110 §17.3", "a file that became a link out is noticed", async (t) => {
    const path = t.path("change/turned.txt");
    fs.rmSync(path, { force: true });
    t.write("change/turned.txt", "inside");
    await t.expect(get("/change/turned.txt"), { status: 200, content: "inside" });
    fs.rmSync(path);
    fs.symlinkSync("/etc/passwd", path);
    await soon(t, get("/change/turned.txt"), (r) => [403, 404].includes(r.status), "still served");
  }),
  program("epollux", "9110 §8.6", "HEAD tells the new length of a changed file", async (t) => {
    t.write("change/head.txt", "aaaa");
    await t.expect(head("/change/head.txt"), { status: 200, fields: { "content-length": "4" } });
    t.write("change/head.txt", "aaaabbbb");
    await soon(t, head("/change/head.txt"), (r) => r.get("content-length") === "8", "still 4");
  }),
  program("epollux", "9110 §12.5.3", "a compressed sibling that appears is noticed", async (t) => {
    fs.rmSync(t.path("change/sibling.txt.gz"), { force: true });
    t.write("change/sibling.txt", "plain");
    const bytes = get("/change/sibling.txt", "Accept-Encoding: gzip");
    await t.expect(bytes, { status: 200, content: "plain" });
    t.write("change/sibling.txt.gz", "compressed");
    await soon(t, bytes, (r) => r.get("content-encoding") === "gzip", "still plain");
  }),
  program("epollux", "9110 §12.5.3", "a deleted compressed sibling is noticed", async (t) => {
    t.write("change/widow.txt", "plain");
    t.write("change/widow.txt.gz", "compressed");
    const bytes = get("/change/widow.txt", "Accept-Encoding: gzip");
    await t.expect(bytes, { status: 200, content: "compressed" });
    fs.rmSync(t.path("change/widow.txt.gz"));
    await soon(t, bytes, hasContent("plain"), "no plain file");
  }),
  program("MUST", "9112 §8", "a file cut while it is sent ends in an incomplete message or none",
    async (t) => {
      t.write("change/cut.bin", LONG);
      const wire = await t.connect();
      void wire.send(get("/change/cut.bin"));
      fs.truncateSync(t.path("change/cut.bin"), 1000);
      const response = await wire.next();
      // Cut short: then the connection must have ended, so that the client can tell. Which bytes
      // came is not compared: pages that sendfile has queued change with the file.
      wire.violations = wire.violations.filter((v) => !v.startsWith("incomplete response, then"));
      if (!response) t.check(wire.end !== "", "the response stopped, but the connection did not");
    }),
  program("epollux", "9110 §8.8.1", "no response mixes two states of a file", async (t) => {
    const states = ["a", "b"].map((c) => c.repeat(300000));
    const path = t.path("change/mixed.bin");
    fs.writeFileSync(path, states[0]);
    for (let i = 1; i <= 20; i++) {
      const wire = await t.connect();
      void wire.send(get("/change/mixed.bin"));
      fs.writeFileSync(`${path}.new`, states[i % 2]);
      fs.renameSync(`${path}.new`, path);
      const response = await wire.next();
      const text = response?.content.toString();
      if (!states.includes(text)) return t.fail("neither the old nor the new file");
      wire.close();
    }
  }),
];
