// What a browser asks for, and what it is told.

import { utimesSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { imfFixdate } from "../conformance/dates.js";
import { encodeSegment } from "../conformance/request.js";
import {
  ask, connect, eventually, get, head, lines, makeRoot, request, statuses, stopCleanly, talk,
  withServer,
} from "../helpers/fixture.js";
import { needing, oursAlone } from "../helpers/other-host.js";
import { startServer } from "../helpers/server.js";

const MTIME = Date.UTC(2024, 1, 29, 23, 59, 58);
const INDEX = "<!doctype html>\n<title>ünïcode</title>\n";
const root = makeRoot({
  "index.html": INDEX,
  "hello.txt": "Hello, world!\n",
  "empty.txt": "",
  "sub/index.html": "<p>sub</p>\n",
  "bare/file.txt": "no index beside me\n",
  "coded.txt": "as it is\n",
  "coded.txt.gz": "compressed\n",
});
utimesSync(root.file("hello.txt"), MTIME / 1000, MTIME / 1000);
const server = await startServer({ root: root.path });

const basics = suite("basics");
const unheardOf = needing(basics, "anyMethod");
const several = oursAlone(basics, "workers");

basics.after(() => stopCleanly(server));

basics("GET answers with the file, its type, its length and what a cache needs", async () => {
  const response = await ask(server, get("/hello.txt"));
  assert.is(response.status, 200);
  assert.is(response.content.toString(), "Hello, world!\n");
  assert.is(response.get("content-type"), "text/plain; charset=utf-8");
  assert.is(response.get("content-length"), "14");
  assert.is(response.get("last-modified"), imfFixdate(MTIME));
  assert.match(response.get("etag"), /^"[!-~]+"$/);
  assert.is(response.get("accept-ranges"), "bytes");
  assert.is(response.get("cache-control"), "no-cache");
});

needing(basics, "ownFields")("a connection that persists is not spoken of", async () => {
  assert.is((await ask(server, get("/hello.txt"))).get("connection"), undefined);
});

basics("Date is the time of the answer", async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const date = Date.parse((await ask(server, get("/hello.txt"))).get("date"));
  assert.ok(before - 1000 <= date && date <= Date.now(), `${date - before} ms off`);
});

basics("a redirect to a directory is not kept, which may become a file", async () => {
  const response = await ask(server, get("/sub"));
  assert.is(response.status, 301);
  assert.is(response.get("cache-control"), "no-cache");
});

basics("a star is for no coding as well, unless that is named", async () => {
  const codingFor = async (value) =>
    (await ask(server, get("/coded.txt", `Accept-Encoding: ${value}`))).get("content-encoding");
  assert.is(await codingFor("*;q=0.5, gzip;q=0.1"), undefined);
  assert.is(await codingFor("*;q=0.5, gzip;q=0.1, identity;q=0.05"), "gzip");
  assert.is(await codingFor("*"), "gzip");
});

basics("HEAD answers with the same fields as GET and no content", async () => {
  for (const target of ["/hello.txt", "/", "/nowhere", "/sub"]) {
    const { responses } = await talk(server, [get(target) + head(target)], { count: 2 });
    const [full, empty] = responses;
    const fields = (response) => response.fields.filter(([name]) => name !== "date");
    assert.is(empty.status, full.status);
    assert.equal(fields(empty), fields(full), target);
    assert.is(empty.content.length, 0);
  }
});

basics("a directory is answered with its index, the root too", async () => {
  for (const [target, content] of [["/", INDEX], ["/sub/", "<p>sub</p>\n"], ["/?q", INDEX]]) {
    const response = await ask(server, get(target));
    assert.is(response.status, 200);
    assert.is(response.content.toString(), content);
    assert.is(response.get("content-type"), "text/html; charset=utf-8");
  }
});

basics("a directory without a slash at its end redirects to itself with one", async () => {
  const response = await ask(server, get("/sub?a=b"));
  assert.is(response.status, 301);
  assert.is(response.get("location"), "/sub/?a=b");
});

basics("a directory without index, and what is not there, is 404 and a page in UTF-8", async () => {
  for (const target of ["/bare/", "/nowhere", "/hello.txt/", "/hello.txt/x", "/sub/nowhere.html"]) {
    const response = await ask(server, get(target));
    assert.is(response.status, 404, target);
    assert.is(response.get("content-type"), "text/html; charset=utf-8");
    assert.is(Number(response.get("content-length")), response.content.length);
    assert.match(response.content.toString(), /<meta charset="utf-8">[^]*404 Not Found/);
  }
});

basics("an empty file is 200 with a length of 0", async () => {
  const response = await ask(server, get("/empty.txt"));
  assert.is(response.status, 200);
  assert.is(response.get("content-length"), "0");
});

basics("OPTIONS tells what is allowed, for a path and for the server", async () => {
  for (const target of ["/hello.txt", "*"]) {
    const response = await ask(server, request("OPTIONS", target));
    assert.is(response.status, 204);
    assert.is(response.get("allow"), "GET, HEAD, OPTIONS");
  }
});

basics("methods that would change something are 405 with Allow", async () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE"]) {
    const response = await ask(server, request(method, "/hello.txt"));
    assert.is(response.status, 405, method);
    assert.is(response.get("allow"), "GET, HEAD, OPTIONS");
  }
});

unheardOf("a method that nobody knows is 501, and the connection goes on", async () => {
  for (const method of ["BREW", "get", "GETS", "PROPFIND"]) {
    const { responses, end } = await talk(server, request(method, "/hello.txt"));
    assert.equal(statuses(responses), [501]);
    assert.is(end, "open");
  }
});

basics("an entity tag in If-None-Match is answered with 304, and the tag", async () => {
  const tag = (await ask(server, get("/hello.txt"))).get("etag");
  const response = await ask(server, get("/hello.txt", `If-None-Match: ${tag}`));
  assert.is(response.status, 304);
  assert.is(response.get("etag"), tag);
  assert.is(response.get("cache-control"), "no-cache");
});

basics("media types go by extension, whatever its case; text is UTF-8", async () => {
  const types = {
    "a.html": "text/html; charset=utf-8", "a.HTM": "text/html; charset=utf-8",
    "a.css": "text/css; charset=utf-8", "a.mjs": "text/javascript; charset=utf-8",
    "a.js": "text/javascript; charset=utf-8", "a.json": "application/json; charset=utf-8",
    "a.svg": /^image\/svg\+xml/, "a.PNG": "image/png", "a.woff2": "font/woff2",
    "a.wasm": "application/wasm", "a.tar.gz": "application/gzip", "a.md": /^text\/markdown/,
    "noextension": "application/octet-stream", "a.unheardof": "application/octet-stream",
    "trailing.": "application/octet-stream", "html": "application/octet-stream",
  };
  for (const [name, type] of Object.entries(types)) {
    root.file(`types/${name}`, "x");
    const actual = (await ask(server, get(`/types/${name}`))).get("content-type");
    if (typeof type === "string") assert.is(actual, type, name);
    else assert.match(actual, type);
  }
});

const NAMES = [
  "with space.txt", "plus+plus.txt", "per%cent.txt", "literal%41.txt", "a%2fb.txt", "quest?ion.txt",
  "ha#sh.txt", "café.txt", "日本.txt", "semi;colon.txt", "colon:.txt", "amp&er=eq.txt", "tilde~.txt",
  "back\\slash.txt", "quo\"te.txt", "<less>.txt", "new\nline.txt", "tab\t.txt", "\x7f.txt",
  "n".repeat(255), "dots..", "a...b",
];

for (const name of NAMES) {
  const shown = JSON.stringify(name).slice(0, 40);
  const test = name.includes("\\") ? needing(basics, "backslashes") : basics;
  test(`a file called ${shown} is found under its encoded name`, async () => {
    root.file(`names/${name}`, `content of ${name}`);
    const response = await ask(server, get(`/names/${encodeSegment(name)}`));
    assert.is(response.status, 200);
    assert.is(response.content.toString(), `content of ${name}`);
  });
}

needing(basics, "anyName")("a file name that is no UTF-8 is found by its bytes", async () => {
  writeFileSync(Buffer.from(root.file("caf\xe9.txt"), "latin1"), "latin 1");
  assert.is((await ask(server, get("/caf%E9.txt"))).content.toString(), "latin 1");
});

basics("a plus sign is a plus sign, and escapes are decoded once", async () => {
  assert.is((await ask(server, get("/names/plus+plus.txt"))).status, 200);
  assert.is((await ask(server, get("/names/plus%20plus.txt"))).status, 404);
  assert.is((await ask(server, get("/names/literal%2541.txt"))).status, 200);
  assert.is((await ask(server, get("/names/literal%41.txt"))).status, 404);
  assert.is((await ask(server, get("/h%65llo.tx%74"))).status, 200);
});

basics("an escape that is none is 400", async () => {
  for (const target of ["/%", "/%4", "/%zz", "/%4g", "/hello.txt%", "/%00", "/a%00.txt"]) {
    assert.is((await ask(server, get(target))).status, 400, target);
  }
});

basics("a target in absolute form names the same file", async () => {
  const bytes = lines("GET http://other.example/hello.txt HTTP/1.1", "Host: localhost");
  assert.is((await ask(server, bytes)).content.toString(), "Hello, world!\n");
});

basics("several index names are tried in their order", async () => {
  root.file("choice/second.htm", "second");
  const args = ["--index", "first.htm,second.htm,index.html"];
  await withServer({ root: root.path, args }, async (other) => {
    const choice = async () => (await ask(other, get("/choice/"))).content.toString();
    assert.is(await choice(), "second");
    assert.is((await ask(other, get("/"))).content.toString(), INDEX);
    root.file("choice/first.htm", "first");
    await eventually(async () => (await choice()) === "first", "the first name was tried");
  });
});

for (const workers of [1, 2]) {
  several(`every address of ${workers} worker(s) is served`, async () => {
    const args = ["--host", "127.0.0.1", "--host", "127.0.0.2", "--workers", `${workers}`];
    await withServer({ root: root.path, args }, async ({ port }) => {
      for (const host of ["127.0.0.1", "127.0.0.2"]) {
        const wire = await connect({ host, port }, 1000);
        void wire.send(get("/hello.txt"));
        const response = await wire.next();
        assert.is(response?.status, 200, host);
        wire.close();
      }
    });
  });
}

several("several workers serve one port", async () => {
  await withServer({ root: root.path, args: ["--workers", "3"] }, async (other) => {
    const answers = Array.from({ length: 30 }, () => ask(other, get("/hello.txt")));
    assert.equal(statuses(await Promise.all(answers)), Array(30).fill(200));
  });
});

basics.run();
