// The clients of the soak. Each `run` makes one round and throws if a request failed.

import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { sha256 } from "./site.js";

const PATIENCE_MS = 20_000;
const PIPELINE = 16;

/** What has been asked, and what went wrong. */
export class Tally {
  byName = new Map();
  failures = [];

  get requests() {
    return [...this.byName.values()].reduce((sum, count) => sum + count, 0);
  }

  count(name, requests = 1) {
    this.byName.set(name, (this.byName.get(name) ?? 0) + requests);
  }

  fail(name, error) {
    this.failures.push(`${name}: ${error.message}`);
  }
}

/** A connection for each client that keeps one, by name and number. */
const agents = new Map();

/** Closes their connections. */
export function closeAgents() {
  for (const agent of agents.values()) agent.destroy();
}

function agentOf(name, i) {
  const key = `${name} ${i}`;
  if (!agents.has(key)) agents.set(key, new Agent({ keepAlive: true, maxSockets: 1 }));
  return agents.get(key);
}

/** One request; resolves with { status, headers, content } of a response that came whole. */
async function ask({ port, agent = false, path, method = "GET", headers = {}, content }) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const sent = request({ host: "127.0.0.1", port, agent, path, method, headers, signal });
  sent.end(content);
  const [response] = await once(sent, "response");
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, content: Buffer.concat(chunks) };
}

function expect(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

function expectStatus(response, status) {
  expect(response.status === status, `${response.status} instead of ${status}`);
}

async function page({ port, site, tally, i }) {
  const path = `/page-${Math.floor(Math.random() * 50)}.html`;
  const response = await ask({ port, path, agent: agentOf("page", i) });
  expectStatus(response, 200);
  expect(response.content.equals(site.contents.get(path)), `other bytes in ${path}`);
  tally.count("page");
}

async function download({ port, site, tally, i }) {
  const response = await ask({ port, path: "/large.bin", agent: agentOf("download", i) });
  expectStatus(response, 200);
  expect(response.content.equals(site.contents.get("/large.bin")), "other bytes in a download");
  tally.count("download");
}

async function range({ port, site, tally, i }) {
  const first = Math.floor(Math.random() * 30_000);
  const last = first + Math.floor(Math.random() * 9000);
  const headers = { Range: `bytes=${first}-${last}` };
  const response = await ask({ port, path: "/medium.bin", headers, agent: agentOf("range", i) });
  expectStatus(response, 206);
  const right = site.contents.get("/medium.bin").subarray(first, last + 1);
  expect(response.content.equals(right), "other bytes in a range");
  tally.count("range");
}

async function revalidate({ port, tally, i }) {
  const asked = { port, path: "/page-7.html", agent: agentOf("revalidate", i) };
  const { headers } = await ask({ ...asked, method: "HEAD" });
  expectStatus(await ask({ ...asked, headers: { "If-None-Match": headers.etag } }), 304);
  tally.count("revalidate", 2);
}

async function missing({ port, tally, i }) {
  const path = `/none-${Math.floor(Math.random() * 1e6)}`;
  expectStatus(await ask({ port, path, agent: agentOf("missing", i) }), 404);
  tally.count("missing");
}

async function single({ port, tally }) {
  expectStatus(await ask({ port, path: "/page-1.html" }), 200);
  tally.count("single");
}

async function upload({ port, tally, i }) {
  const content = Buffer.alloc(1 + Math.floor(Math.random() * 100_000), "x");
  const headers = i % 2 ? { "Transfer-Encoding": "chunked" } : { "Content-Length": content.length };
  const asked = { port, path: "/page-2.html", method: "POST", headers, content };
  expectStatus(await ask({ ...asked, agent: agentOf("upload", i) }), 405);
  tally.count("upload");
}

async function changing({ port, site, tally, i }) {
  if (i === 0) {
    site.change();
    await pause(200);
  }
  const response = await ask({ port, path: "/changing.txt", agent: agentOf("changing", i) });
  expectStatus(response, 200);
  expect(site.versions.has(sha256(response.content)), "a mixture of two versions");
  tally.count("changing");
}

/** A raw connection: all that came until it ended. */
async function raw({ port }, write) {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer in time")));
  await once(socket, "connect");
  const chunks = [];
  const ended = once(socket.on("data", (chunk) => chunks.push(chunk)), "end");
  await write(socket);
  await ended;
  socket.destroy();
  return Buffer.concat(chunks).toString("latin1");
}

async function pipeline({ port, tally }) {
  const plain = "GET /page-3.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const last = plain.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  const text = await raw({ port }, (socket) => socket.write(plain.repeat(PIPELINE - 1) + last));
  const answers = text.match(/HTTP\/1\.1 200 OK\r\n/g)?.length ?? 0;
  // A server that is being replaced ends the connection with the answer that says so.
  const isRight = answers === PIPELINE || (answers > 0 && /\r\nConnection: close\r\n/.test(text));
  expect(isRight, `${answers} answers to a pipeline`);
  tally.count("pipeline", answers);
}

async function malformed({ port, tally }) {
  const text = await raw({ port }, (socket) => socket.write("GET / HTTP/1.1\r\nHost : x\r\n\r\n"));
  expect(text.startsWith("HTTP/1.1 400 "), `not 400 but ${text.slice(0, 20)}`);
  tally.count("malformed");
}

async function drip({ port, tally }) {
  const head = "GET /page-4.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const text = await raw({ port }, async (socket) => {
    for (const byte of head) {
      socket.write(byte);
      await pause(20);
    }
  });
  expect(text.startsWith("HTTP/1.1 200 "), `not 200 but ${text.slice(0, 20)}`);
  tally.count("drip");
}

/** Goes away in the middle: nothing to be right or wrong, but to be survived. */
async function abort({ port, tally }) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "data");
  await pause(Math.random() * 50);
  socket.resetAndDestroy();
  tally.count("abort");
}

/** What a monitoring system asks; no line of the access log has been dropped. */
async function metrics({ adminPort, i }) {
  const asked = { port: adminPort, path: "/metrics", agent: agentOf("metrics", i) };
  const { status, content } = await ask(asked);
  expect(status === 200, `${status} from /metrics`);
  const dropped = [...`${content}`.matchAll(/^epollux_log_lines_dropped_total{.*} (\d+)$/gm)];
  expect(dropped.length > 0, "nothing in /metrics of lines that were dropped");
  expect(dropped.every(([, count]) => count === "0"), "lines of the access log were dropped");
  await pause(500);
}

/** Each with how many of them there are. */
export const CLIENTS = [
  { name: "page", count: 16, run: page },
  { name: "download", count: 2, run: download },
  { name: "range", count: 4, run: range },
  { name: "revalidate", count: 4, run: revalidate },
  { name: "missing", count: 4, run: missing },
  { name: "single", count: 4, run: single },
  { name: "upload", count: 4, run: upload },
  { name: "changing", count: 4, run: changing },
  { name: "pipeline", count: 4, run: pipeline },
  { name: "malformed", count: 2, run: malformed },
  { name: "drip", count: 8, run: drip },
  { name: "abort", count: 4, run: abort },
  { name: "metrics", count: 1, run: metrics },
];
