// The peer "node:http from memory": the least that a static server on Node's own HTTP
// implementation can do. Every file is read at start; a request is one look-up in a map.
//
//   node bench/node-http.js DIR PORT

import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";

const [root, port] = process.argv.slice(2);
const MEDIA_TYPES = { html: "text/html; charset=utf-8", jpg: "image/jpeg" };
const files = new Map();

for (const name of readdirSync(root, { recursive: true })) {
  const stat = statSync(`${root}/${name}`);
  if (!stat.isFile()) continue;
  const content = readFileSync(`${root}/${name}`);
  const etag = `"${stat.size.toString(16)}-${Math.trunc(stat.mtimeMs).toString(16)}"`;
  const fields = {
    "Content-Type": MEDIA_TYPES[name.split(".").at(-1)] ?? "application/octet-stream",
    "Content-Length": content.length,
    "Last-Modified": stat.mtime.toUTCString(),
    ETag: etag,
  };
  files.set(`/${name}`, { content, etag, fields });
}

const server = createServer((request, response) => {
  const file = files.get(request.url);
  if (!file) {
    response.writeHead(404, { "Content-Type": "text/plain", "Content-Length": 10 });
    response.end("Not found\n");
  } else if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, { ETag: file.etag });
    response.end();
  } else {
    response.writeHead(200, file.fields);
    response.end(file.content);
  }
});
server.keepAliveTimeout = 300_000;
server.listen(Number(port), "127.0.0.1", 511);
