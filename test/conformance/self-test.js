/**
 * Proves that the suite can fail: a fake server gives canned wrong answers and each must be
 * noticed. Also how a connection's end is classified, and that the cases are well formed.
 */
import { spawnSync } from "node:child_process";
import net from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PROBE } from "./fixtures.js";
import { parseMultipart } from "./multipart.js";
import { get, head } from "./request.js";
import { parseResponse } from "./response.js";
import { formatReport } from "./report.js";
import { loadCases, runCase } from "./runner.js";

const DATE = "Date: Mon, 15 Jan 2024 12:34:56 GMT";
const CLOSE = "Connection: close";
const respond = (status, fields, content = "") =>
  [`HTTP/1.1 ${status}`, ...fields, "", content].join("\r\n");
const GOOD = respond("200 OK", [DATE, "Content-Length: 5"], "hello");
const LAST = respond("200 OK", [DATE, CLOSE, "Content-Length: 5"], "hello");
const PROBED = respond("200 OK", [DATE, CLOSE, `Content-Length: ${PROBE.length}`], PROBE);

/**
 * A server that answers the first bytes of a connection with `answer` and probes as it should;
 * `then` is what it does after: "wait", "end" or "reset".
 */
async function withServer(answer, then, use) {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    let answered = false;
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      if (!answered) {
        answered = true;
        socket.write(answer, "latin1");
        if (then === "end") socket.end();
        // Later than the answer: see Wire.end.
        if (then === "reset") setTimeout(() => socket.resetAndDestroy(), 30);
      }
      if (text.includes("GET /probe.txt") && then === "wait") socket.end(PROBED);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use({ host: "127.0.0.1", port: server.address().port });
  } finally {
    server.close();
  }
}

/** Runs one case against a canned answer. */
function judge(answer, { send = get("/"), expect = 200, then = "wait" } = {}) {
  const test = { section: "9112 §0", level: "MUST", name: "a case", file: "x", send, expect };
  return withServer(answer, then, (address) => runCase(test, { address, timeoutMs: 150 }));
}

async function isCaught(answer, complaint, options) {
  const result = await judge(answer, options);
  assert.is(result.outcome, "failed");
  assert.match(result.complaints.join("\n"), complaint);
}

const invariants = suite("invariants");

const WRONG = {
  "both Content-Length and Transfer-Encoding":
    [respond("200 OK", [DATE, "Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
      /both Content-Length and Transfer-Encoding/],
  "content longer than Content-Length":
    [respond("200 OK", [DATE, CLOSE, "Content-Length: 3"], "hello"), /bytes after the last/],
  "content longer than Content-Length on a connection that persists":
    [respond("200 OK", [DATE, "Content-Length: 3"], "hello"), /status-line/],
  "content shorter than Content-Length":
    [respond("200 OK", [DATE, "Content-Length: 9"], "hello"), /incomplete response/],
  "a Content-Length that is no number":
    [respond("200 OK", [DATE, "Content-Length: 5x"], "hello"), /Content-Length: 5x/],
  "two Content-Length lines":
    [respond("200 OK", [DATE, "Content-Length: 5", "Content-Length: 5"], "hello"), /more than one/],
  "a bare LF after a field": [GOOD.replace("GMT\r\n", "GMT\n"), /bare LF/],
  "a bare LF in a value": [GOOD.replace("Content", "X: a\nY: b\r\nContent"), /bare LF/],
  "a bare CR in a value": [GOOD.replace("Content", "X: a\rb\r\nContent"), /bare CR/],
  "NUL in a value": [GOOD.replace("Content", "X: a\0b\r\nContent"), /control byte/],
  "a folded field": [GOOD.replace("Content", "X: a\r\n b\r\nContent"), /obs-fold/],
  "a space before the colon": [GOOD.replace("Date:", "Date :"), /no token/],
  "a field without colon": [GOOD.replace("Content", "nonsense\r\nContent"), /without colon/],
  "no Date": [GOOD.replace(`${DATE}\r\n`, ""), /no Date/],
  "a Date of the wrong weekday": [GOOD.replace("Mon,", "Tue,"), /Date is no IMF-fixdate/],
  "a Date in another form": [GOOD.replace("GMT", "UTC"), /Date is no IMF-fixdate/],
  "two Date lines": [GOOD.replace(DATE, `${DATE}\r\n${DATE}`), /date in more than one line/],
  "a Last-Modified later than Date":
    [GOOD.replace(DATE, `${DATE}\r\nLast-Modified: Mon, 15 Jan 2024 12:34:57 GMT`), /later than/],
  "an ETag without quotation marks": [GOOD.replace(DATE, `${DATE}\r\nETag: x`), /no entity-tag/],
  "a Content-Type that is none": [GOOD.replace(DATE, `${DATE}\r\nContent-Type: x`), /media-type/],
  "a Location with a space":
    [GOOD.replace(DATE, `${DATE}\r\nLocation: /a b`), /no URI reference/],
  "a status of two digits": [GOOD.replace("200", "20"), /malformed status-line/],
  "a status line without space at its end": [GOOD.replace("200 OK", "200"), /malformed status-line/],
  "another protocol": [GOOD.replace("HTTP/1.1", "HTTP/2.0"), /major version/],
  "no HTTP at all": ["hello, world", /no status-line/],
  "a malformed chunk size":
    [respond("200 OK", [DATE, "Transfer-Encoding: chunked"], "x\r\n"), /malformed chunk-size/],
  "chunk data without CRLF":
    [respond("200 OK", [DATE, "Transfer-Encoding: chunked"], "2\r\nhello"), /no CRLF after chunk/],
  "a Transfer-Encoding that is not chunked":
    [respond("200 OK", [DATE, "Transfer-Encoding: gzip"], "x"), /Transfer-Encoding: gzip/],
  "206 without Content-Range": [GOOD.replace("200 OK", "206 Partial Content"), /206 without/],
  "206 of another length":
    [respond("206 Partial Content", [DATE, "Content-Range: bytes 0-5/9", "Content-Length: 5"], "hello"),
      /206 without or with a wrong/],
  "Content-Range in 200":
    [GOOD.replace(DATE, `${DATE}\r\nContent-Range: bytes 0-4/5`), /neither 206 nor 416/],
  "Content-Length in 204":
    [respond("204 No Content", [DATE, "Content-Length: 0"]), /Content-Length in 1xx or 204/],
  "a second response": [GOOD + GOOD, /2 came/],
  "another status": [GOOD.replace("200 OK", "404 Not Found"), /status 200 expected, was 404/],
  "silence": ["", /0 came/],
};

for (const [what, [answer, complaint]] of Object.entries(WRONG)) {
  invariants(`${what} is caught`, () => isCaught(answer, complaint));
}

invariants("content in an answer to HEAD is caught", () =>
  isCaught(GOOD, /status-line/, { send: head("/") }));

invariants("content in 304 is caught", () =>
  isCaught(GOOD.replace("200 OK", "304 Not Modified"), /status-line/, { expect: 304 }));

invariants("Transfer-Encoding in answer to HTTP/1.0 is caught", () =>
  isCaught(respond("200 OK", [DATE, CLOSE, "Transfer-Encoding: chunked"], "0\r\n\r\n"), /HTTP\/1.0/,
    { send: "GET / HTTP/1.0\r\n\r\n", then: "end" }));

invariants("a close option that is not followed by the end is caught", () =>
  isCaught(LAST, /was silent/));

invariants.run();

const ends = suite("ends");

ends("a correct answer passes", async () => {
  const result = await judge(GOOD, { expect: { status: 200, content: "hello", end: "open" } });
  assert.equal(result.complaints, []);
  assert.is(result.outcome, "passed");
});

ends("a chunked answer passes", async () => {
  const answer = respond("200 OK", [DATE, "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n");
  assert.is((await judge(answer, { expect: { status: 200, content: "hello" } })).outcome, "passed");
});

ends("an interim response is no answer", async () => {
  const answer = `HTTP/1.1 100 Continue\r\n\r\n${GOOD}`;
  assert.is((await judge(answer)).outcome, "passed");
});

ends("a connection closed by FIN is clean", async () => {
  const result = await judge(LAST, { expect: { status: 200, end: "clean" }, then: "end" });
  assert.is(result.outcome, "passed");
});

ends("a connection closed without announcement is closed", async () => {
  const result = await judge(GOOD, { expect: { status: 200, end: "closed" }, then: "end" });
  assert.is(result.outcome, "passed");
});

ends("a reset is not clean", () =>
  isCaught(LAST, /clean expected, was reset/, {
    expect: { status: 200, end: "clean" },
    then: "reset",
  }));

ends("an open connection is not closed", () =>
  isCaught(GOOD, /closed expected, was open/, { expect: { status: 200, end: "closed" } }));

ends("a closed connection is not open", () =>
  isCaught(LAST, /open expected, was closed/, { expect: { status: 200, end: "open" }, then: "end" }));

ends("a wrong field and wrong content are caught", async () => {
  await isCaught(GOOD, /etag: missing/, { expect: { status: 200, fields: { etag: true } } });
  await isCaught(GOOD, /absence expected/, { expect: { status: 200, fields: { date: null } } });
  await isCaught(GOOD, /content: bye expected/, { expect: { status: 200, content: "bye" } });
});

ends("a refused connection is a failure, not a crash", async () => {
  const test = { section: "9112 §0", level: "MUST", name: "a case", send: get("/"), expect: 200 };
  const address = await withServer("", "end", async (it) => it);
  assert.is((await runCase(test, { address, timeoutMs: 150 })).outcome, "failed");
});

ends.run();

const parts = suite("multipart");
const multipart = (content) => {
  const type = "Content-Type: multipart/byteranges; boundary=x";
  const bytes = respond("206 Partial Content", [type, `Content-Length: ${content.length}`], content);
  return parseMultipart(parseResponse(Buffer.from(bytes), "GET", false).response);
};
const PART = "--x\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n";

parts("a correct one is read", () => {
  const read = multipart(`\r\n${PART}${PART}--x--\r\n`);
  assert.is(read.error, undefined);
  assert.equal(read.parts.map((part) => part.content.toString()), ["ab", "ab"]);
});

parts("wrong ones are caught", () => {
  assert.match(multipart(PART).error, /no closing boundary/);
  assert.match(multipart("ab").error, /does not occur/);
  assert.match(multipart(`${PART.replace("ab", "abc")}--x--`).error, /3 bytes in part/);
  assert.match(multipart(`${PART.replace("Content-Range", "X")}--x--`).error, /Content-Range of/);
});

parts.run();

const cases = suite("cases");

cases("there are at least 400, each of one form and one name", async () => {
  assert.ok((await loadCases()).length >= 400);
});

cases("a file without cases is an error, and nothing is run", () => {
  const args = [new URL("run.js", import.meta.url).pathname, "--files", "ranges,rangs"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.is(stderr, "error: --files: there is no rangs.js in cases/\n");
  assert.is(stdout, "");
  assert.is(status, 2);
});

cases("the report ends with the totals", () => {
  const base = { section: "9112 §3", level: "MUST", name: "n", file: "f", complaints: ["c"] };
  const results = ["passed", "failed", "skipped"].map((outcome) =>
    ({ ...base, outcome, sent: "s", received: "r" }));
  const report = formatReport(results);
  assert.match(report, /FAILED {2}9112 §3 MUST: n/);
  assert.ok(report.endsWith("\n1 passed, 1 failed, 1 skipped"));
});

cases.run();
