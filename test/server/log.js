// The access log: its formats, byte for byte, and that every request has its line, which tells what
// was sent and which no request can forge.

import { createConnection } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { withIPv6 } from "../helpers/available.js";
import {
  ask, bytesOf, connect, Download, eventually, get, head, lines, makeRoot, read, request, statuses,
  talk, withContent, withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { hasLines, logOf, newLog, parseLine, readLines } from "../helpers/log.js";

const HELLO = "Hello, world!\n";
const LARGE = bytesOf(24 << 20);
const root = makeRoot({ "hello.txt": HELLO, "mid.bin": bytesOf(20_000), "large.bin": LARGE });

const log = suite("access log");
const logging = needing(log, "log");
const several = oursAlone(log, "workers");

/** What the line of each answer should say, in a format, with the time taken out. */
async function logged(args, bytes) {
  const written = await logOf({ root: root.path, args }, (server) => ask(server, bytes));
  return written.map((line) => line.replace(/\[[^\]]*\]/, "[time]"));
}

const AGENT = "User-Agent: curl/7.88.1";
const REFERER = "Referer: http://example.com/a?b";

logging("is written in the combined format if none is given", async () => {
  const before = Date.now();
  const [line, ...rest] = await logOf({ root: root.path }, (server) =>
    ask(server, get("/hello.txt?a=b", AGENT, REFERER)),
  );
  assert.equal(rest, []);
  const { time } = parseLine(line);
  assert.ok(time >= before - 2000 && time <= Date.now() + 1000, line);
  assert.is(
    line.replace(/\[[^\]]*\]/, "[time]"),
    '127.0.0.1 - - [time] "GET /hello.txt?a=b HTTP/1.1" 200 14 ' +
      '"http://example.com/a?b" "curl/7.88.1"',
  );
});

logging("has a hyphen for what a request does not have", async () => {
  assert.equal(await logged([], get("/hello.txt")),
    ['127.0.0.1 - - [time] "GET /hello.txt HTTP/1.1" 200 14 "-" "-"']);
});

logging("leaves referer and user agent out in the common format", async () => {
  assert.equal(await logged(["--log-format", "common"], get("/hello.txt", AGENT)),
    ['127.0.0.1 - - [time] "GET /hello.txt HTTP/1.1" 200 14']);
});

logging("is a JSON object a line in the format json", async () => {
  const before = Date.now();
  const written = await logOf({ root: root.path, args: ["--log-format", "json"] }, async (server) => {
    await ask(server, get("/hello.txt", AGENT, REFERER));
    await ask(server, lines("GET /nowhere HTTP/1.0"));
  });
  const [first, second] = written.map((line) => JSON.parse(line));
  assert.is(Object.keys(first).join(),
    "time,client,method,target,protocol,status,bytes,duration,referer,user_agent,host");
  const { time, duration, ...rest } = first;
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Date.parse(time) > before - 1000 && Date.parse(time) < Date.now() + 1000, time);
  assert.ok(Number.isInteger(duration) && duration >= 0 && duration < 1000);
  assert.equal(rest, {
    client: "127.0.0.1", method: "GET", target: "/hello.txt", protocol: "HTTP/1.1", status: 200,
    bytes: 14, referer: "http://example.com/a?b", user_agent: "curl/7.88.1", host: "localhost",
  });
  assert.equal([second.protocol, second.status, second.referer, second.host],
    ["HTTP/1.0", 404, "", ""]);
});

/** Requests, and the request line, status and bytes that their lines have. */
const ANSWERS = [
  ["HEAD", head("/hello.txt"), "HEAD /hello.txt HTTP/1.1", 200, 0],
  ["304", get("/hello.txt", "If-None-Match: *"), "GET /hello.txt HTTP/1.1", 304, 0],
  ["206", get("/hello.txt", "Range: bytes=1-4"), "GET /hello.txt HTTP/1.1", 206, 4],
  ["416", get("/hello.txt", "Range: bytes=99-"), "GET /hello.txt HTTP/1.1", 416],
  ["404", get("/nowhere"), "GET /nowhere HTTP/1.1", 404],
  ["OPTIONS", request("OPTIONS", "*"), "OPTIONS * HTTP/1.1", 204, 0],
  ["501", request("BREW", "/pot"), "BREW /pot HTTP/1.1", 501],
  ["POST", withContent("POST", "/hello.txt", "content"), "POST /hello.txt HTTP/1.1", 405],
  ["a content too large", request("POST", "/", ["Content-Length: 99999999"]),
    "POST / HTTP/1.1", 413],
  ["an expectation", withContent("GET", "/hello.txt", "x", ["Expect: 100-continue"]),
    "GET /hello.txt HTTP/1.1", 200, 14],
  ["HTTP/1.0", lines("GET /hello.txt HTTP/1.0"), "GET /hello.txt HTTP/1.0", 200, 14],
  ["absolute form", lines("GET http://b/hello.txt HTTP/1.1", "Host: a"),
    "GET http://b/hello.txt HTTP/1.1", 200, 14],
  ["what is no HTTP", lines("broken"), "-", 400],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "-", 400],
  ["a broken field", lines("GET /a HTTP/1.1", "Host: a", "b c: d"), "GET /a HTTP/1.1", 400],
  ["no Host", lines("GET /a HTTP/1.1"), "GET /a HTTP/1.1", 400],
  ["another version", lines("GET /a HTTP/2.0", "Host: a"), "-", 505],
  ["a target too long", get(`/${"a".repeat(9000)}`), "-", 414],
  ["a head too large", get("/a", `X: ${"x".repeat(20_000)}`), "GET /a HTTP/1.1", 431],
  ["a broken chunk", request("GET", "/hello.txt", ["Transfer-Encoding: chunked"], "zz\r\n"),
    "GET /hello.txt HTTP/1.1", 400],
];

logging("has one line for each answer, whatever it is", async () => {
  const answers = [];
  const written = await logOf({ root: root.path }, async (server) => {
    for (const [, bytes] of ANSWERS) answers.push(await ask(server, bytes).catch(() => null));
  });
  assert.is(written.length, ANSWERS.length);
  for (const [i, [what, , requestLine, status, length]] of ANSWERS.entries()) {
    const line = parseLine(written[i]);
    assert.is(line.request, requestLine, what);
    assert.is(line.status, status, what);
    const sent = answers[i]?.status === status ? answers[i].content?.length : undefined;
    if (length !== undefined) assert.is(line.bytes, length, what);
    else if (sent !== undefined) assert.is(line.bytes, sent, what);
  }
});

logging("has the lines of pipelined requests in their order", async () => {
  const count = 300;
  const written = await logOf({ root: root.path }, async (server) => {
    const requests = Array.from({ length: count }, (_, i) =>
      i % 7 === 0 ? get(`/mid.bin?${i}`) : get(`/hello.txt?${i}`));
    const wire = await connect(server);
    void wire.send(requests.join(""));
    assert.equal(new Set(statuses(await read(wire, count))), new Set([200]));
    wire.close();
  });
  assert.is(written.length, count);
  for (const [i, line] of written.entries()) {
    const { request, bytes } = parseLine(line);
    assert.is(request, `GET /${i % 7 === 0 ? "mid.bin" : "hello.txt"}?${i} HTTP/1.1`);
    assert.is(bytes, i % 7 === 0 ? 20_000 : 14);
  }
});

logging("tells all of a download that took many turns, and how long it took", async () => {
  const args = ["--log-format", "json"];
  const [line] = await logOf({ root: root.path, args }, async (server) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    // Something that takes a while and is not a sleep: other requests.
    const end = performance.now() + 50;
    while (performance.now() < end) await ask(server, head("/hello.txt"));
    download.socket.resume();
    await download.complete();
  }).then((all) => all.filter((text) => text.includes("large")));
  const { bytes, duration, status } = JSON.parse(line);
  assert.equal([bytes, status], [LARGE.length, 200]);
  assert.ok(duration >= 40 && duration < 20_000, `${duration} ms`);
});

logging("tells of a download that was broken off only what was sent", async () => {
  const written = await logOf({ root: root.path }, async (server) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1 << 20);
    download.socket.pause();
    download.socket.resetAndDestroy();
    const range = await Download.start(server, get("/large.bin", "Range: bytes=0-9,20000000-"));
    await range.reaches(1000);
    range.socket.resetAndDestroy();
    await eventually(async () => (await ask(server, get("/hello.txt"))).status === 200, "answers");
  });
  const downloads = written.map(parseLine).filter(({ request }) => request.includes("large"));
  assert.is(downloads.length, 2);
  for (const { status, bytes } of downloads) {
    const most = status === 206 ? LARGE.length - 20_000_000 : LARGE.length;
    assert.ok(bytes >= 1000 && bytes < most, `${status}: ${bytes} bytes`);
  }
});

logging("keeps the lines of a slow client apart from those of others", async () => {
  const clients = 8;
  const written = await logOf({ root: root.path }, async (server) => {
    const downloads = await Promise.all(Array.from({ length: clients }, (_, i) =>
      Download.start(server, get(`/large.bin?${i}`, `User-Agent: number ${i}`))));
    await Promise.all(downloads.map((download) => download.reaches(1)));
    for (let i = 0; i < 50; i++) await ask(server, get(`/hello.txt?${i}`));
    await Promise.all(downloads.map((download) => download.complete()));
  });
  const large = written.map(parseLine).filter(({ request }) => request.includes("large"));
  assert.is(written.length, clients + 50);
  assert.is(large.length, clients);
  for (const { request, agent, bytes } of large) {
    assert.is(agent, `number ${request.match(/\?(\d)/)[1]}`);
    assert.is(bytes, LARGE.length);
  }
});

logging("tells of a client that has no buffer left for its line what was sent until then", async () => {
  const written = await logOf({ root: root.path, args: ["--max-buffers", "1"] }, async (server) => {
    const first = await Download.start(server, get("/large.bin?1"));
    await first.reaches(1);
    const second = await Download.start(server, get("/large.bin?2"));
    await second.reaches(1);
    await Promise.all([first.complete(), second.complete()]);
  });
  const large = written.map(parseLine);
  assert.is(large.length, 2);
  assert.equal(large.map(({ request }) => request).sort(),
    ["GET /large.bin?1 HTTP/1.1", "GET /large.bin?2 HTTP/1.1"]);
  assert.ok(large.some(({ bytes }) => bytes === LARGE.length), "one had a buffer");
});

logging("has a line for a request that never came whole", async () => {
  const args = ["--header-timeout", "200ms"];
  const written = await logOf({ root: root.path, args }, async (server) => {
    await talk(server, "GET /half");
    await talk(server, "GET /hello.txt HTTP/1.1\r\nHost: a\r\nReferer: b\r\n");
  });
  assert.equal(written.map((line) => line.replace(/\[.*?\]/, "[time]").replace(/408 \d+/, "408")), [
    '127.0.0.1 - - [time] "-" 408 "-" "-"',
    '127.0.0.1 - - [time] "GET /hello.txt HTTP/1.1" 408 "b" "-"',
  ]);
});

logging("has no line for who connects and says nothing", async () => {
  const args = ["--no-defer-accept"];
  const written = await logOf({ root: root.path, args }, async (server) => {
    const wire = await connect(server);
    await ask(server, get("/hello.txt"));
    wire.close();
  });
  assert.is(written.length, 1);
});

/** All bytes above ASCII, and what would forge a line: in two values, none of which is cut. */
const ABOVE = Array.from({ length: 128 }, (_, i) => String.fromCharCode(i + 128)).join("");
const HOSTILE = `"\\ \t\\x22 ${ABOVE.slice(64)} " 200 1 "-" "forged`;

logging("cannot be forged by any byte, in no format", async () => {
  const send = async (server) => {
    const referer = `Referer: ${ABOVE.slice(0, 64)}`;
    await ask(server, get("/a?'\\", `User-Agent: ${HOSTILE}`, referer));
    await ask(server, get("/", "Referer: \x1b[2J\n127.0.0.1 - - forged"));
  };
  const escape = (text, write) => text.replace(/[^ -~]|["\\]/g, (byte) =>
    write(byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")));
  const combined = await logOf({ root: root.path }, send);
  assert.is(combined.length, 2);
  assert.ok(combined.every((line) => /^[ -~]*$/.test(line)), "printable ASCII only");
  const { agent, referer, request } = parseLine(combined[0]);
  const hex = (digits) => `\\x${digits}`;
  assert.is(agent, escape(HOSTILE, hex));
  assert.is(referer, escape(ABOVE.slice(0, 64), hex));
  assert.is(request, "GET /a?'\\x5C HTTP/1.1");
  assert.is(parseLine(combined[1]).status, 400);

  const json = await logOf({ root: root.path, args: ["--log-format", "json"] }, send);
  assert.is(json.length, 2);
  const [first, second] = json.map((line) => JSON.parse(line));
  assert.is(first.user_agent, HOSTILE);
  assert.is(first.referer, ABOVE.slice(0, 64));
  assert.is(first.target, "/a?'\\");
  assert.is(second.status, 400);
});

logging("cuts what is too long, visibly, and never within an escape", async () => {
  const long = `"${"a".repeat(700)}`;
  const target = `/${"b".repeat(3000)}`;
  const send = (server) => ask(server, get(target, `User-Agent: ${long}`,
    `Referer: ${"\xff".repeat(4000)}`));
  const [line] = await logOf({ root: root.path }, send);
  const { request, agent, referer } = parseLine(line);
  assert.is(request, `GET ${target.slice(0, 1532)}... HTTP/1.1`);
  assert.is(agent, `\\x22${"a".repeat(508)}...`);
  assert.is(referer, `${"\\xFF".repeat(128)}...`);

  const [text] = await logOf({ root: root.path, args: ["--log-format", "json"] }, send);
  const json = JSON.parse(text);
  assert.is(json.target, `${target.slice(0, 1536)}...`);
  assert.is(json.user_agent, `"${"a".repeat(506)}...`);
  assert.is(json.referer, `${"\xff".repeat(86)}...`);
  assert.ok(text.length < 4096);
});

logging("lines of the greatest length are whole", async () => {
  const values = (fill) => [`Host: ${"h".repeat(900)}`, `User-Agent: ${fill.repeat(2000)}`,
    `Referer: ${fill.repeat(2000)}`];
  for (const format of ["common", "combined", "json"]) {
    const written = await logOf({ root: root.path, args: ["--log-format", format] }, async (server) => {
      const wire = await connect(server);
      for (let i = 0; i < 40; i++) {
        const bytes = lines(`${"M".repeat(800)} /${"t".repeat(6000)}?${i} HTTP/1.1`,
          ...values("\xfe"));
        void wire.send(Buffer.from(bytes, "latin1"));
        await read(wire);
      }
      wire.close();
    });
    assert.is(written.length, 40, format);
    for (const line of written) {
      assert.ok(line.length < 4096, `${line.length}`);
      if (format === "json") JSON.parse(line);
      else parseLine(line);
    }
  }
});

withIPv6(logging)("names IPv6 clients without brackets", async () => {
  const [line] = await logOf({ root: root.path, args: ["--host", "::1"] }, (server) =>
    ask({ host: "::1", port: server.port }, get("/hello.txt")));
  assert.is(parseLine(line).client, "::1");
});

logging("has lines within two seconds, while the server goes on", async () => {
  const path = newLog();
  await withServer({ root: root.path, args: ["--log-file", path] }, async (server) => {
    await ask(server, get("/hello.txt"));
    const before = performance.now();
    assert.is((await hasLines(path, 1)).length, 1);
    assert.ok(performance.now() - before < 4000);
  });
});

several("has all lines of several workers, none mixed with another", async () => {
  const clients = 20;
  const each = 200;
  const agent = (i) => `${i} `.repeat(20 * (i + 1)).trim();
  const args = ["--workers", "3"];
  const written = await logOf({ root: root.path, args }, async (server) => {
    await Promise.all(Array.from({ length: clients }, async (_, i) => {
      const wire = await connect(server);
      void wire.send(get(`/hello.txt?${i}`, `User-Agent: ${agent(i)}`).repeat(each));
      await read(wire, each);
      wire.close();
    }));
  });
  assert.is(written.length, clients * each);
  for (const line of written) {
    const parsed = parseLine(line);
    const i = Number(parsed.request.match(/\?(\d+)/)[1]);
    const whole = agent(i);
    assert.is(parsed.agent, whole.length > 512 ? `${whole.slice(0, 512)}...` : whole);
  }
});

logging("ends with the lines of those that the end of the server cut off", async () => {
  const args = ["--grace-period", "0"];
  const path = newLog();
  await withServer({ root: root.path, args: ["--log-file", path, ...args] }, async (server) => {
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    const socket = createConnection({ host: "127.0.0.1", port: server.port });
    socket.on("error", () => undefined).unref();
  });
  const [{ request, bytes, status }] = readLines(path).map(parseLine);
  assert.equal([request, status], ["GET /large.bin HTTP/1.1", 200]);
  assert.ok(bytes > 0 && bytes < LARGE.length, `${bytes} bytes`);
});

log.run();
