// Reloads and the end under full load: wrk with 64 connections, twenty reloads, each a second after
// the last one is done; then clients of our own, which know what they have asked, and SIGTERM. No
// request may fail.
//
//   node bench/reload.js [--reloads N]
//
// The last line is `N passed, N failed`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const CONNECTIONS = 64;
const ENDS = 5;
const PATIENCE_SECONDS = 10;
const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

const { values } = parseArgs({ options: { reloads: { type: "string", default: "20" } } });
const reloads = Number(values.reloads);
const verdicts = [];

for (const workers of [1, 2]) await reloadUnderLoad(workers);
await endUnderLoad();
for (const [text, isFine] of verdicts) console.log(`${isFine ? "ok    " : "FAILED"} ${text}`);
const passed = verdicts.filter(([, isFine]) => isFine).length;
console.log(`${passed} passed, ${verdicts.length - passed} failed`);
process.exit(passed === verdicts.length ? 0 : 1);

async function startServer(workers) {
  const args = [path("../host/run.js"), path("../html"), "--port", "0", "--workers", workers];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const server = { child, output: "", port: 0 };
  child.stdout.setEncoding("utf8").on("data", (text) => (server.output += text));
  while (!server.port) {
    await once(child.stdout, "data");
    server.port = Number(/http:\/\/\S+:(\d+)\//.exec(server.output)?.[1] ?? 0);
  }
  return server;
}

function reloadsOf({ output }) {
  return output.match(/^reloaded: /gm)?.length ?? 0;
}

/** Waits for the line of the nth reload, in vain if it was refused. */
async function untilReloaded(server, nth) {
  const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  while (reloadsOf(server) < nth && !signal.aborted) {
    await once(server.child.stdout, "data", { signal }).catch(() => undefined);
  }
}

async function reloadUnderLoad(workers) {
  const server = await startServer(workers);
  const { child, port } = server;
  const url = `http://127.0.0.1:${port}/`;
  const seconds = reloads * (1 + PATIENCE_SECONDS); // at most: a signal ends it, with its report
  const wrk = spawn("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", url]);
  let report = "";
  wrk.stdout.setEncoding("utf8").on("data", (text) => (report += text));
  const done = once(wrk, "close");
  for (let i = 0; i < reloads; i++) {
    await pause(1000);
    child.kill("SIGHUP");
    await untilReloaded(server, i + 1);
  }
  await pause(1000);
  wrk.kill("SIGINT");
  await done;
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  const reloaded = reloadsOf(server);
  const [, requests = "0"] = /(\d+) requests in/.exec(report) ?? [];
  const [, p99 = "?"] = /^ +99% +(\S+)$/m.exec(report) ?? [];
  const trouble = /^ *(Socket errors|Non-2xx).*$/m.exec(report)?.[0].trim() ?? "no error";
  verdicts.push([
    `${reloaded} reloads of ${workers} worker(s): ${requests} requests, ${trouble}, p99 ${p99}`,
    reloaded === reloads && Number(requests) > 0 && trouble === "no error" && code === 0,
  ]);
}

/** Asks on one connection until the server ends it; resolves with { answers, failed }. */
async function keepAsking(port) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let answers = 0;
  let isPending = true;
  let text = "";
  socket.on("connect", () => socket.write(REQUEST));
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n") + 4;
    const length = Number(/\r\nContent-Length: (\d+)\r\n/.exec(text)?.[1]);
    if (end < 4 || text.length < end + length) return;
    answers++;
    isPending = !/\r\nConnection: close\r\n/.test(text.slice(0, end));
    text = "";
    if (isPending) socket.write(REQUEST);
  });
  socket.on("error", () => undefined);
  await once(socket, "close");
  return { answers, failed: isPending ? 1 : 0 };
}

async function endUnderLoad() {
  let answers = 0;
  let failed = 0;
  for (let i = 0; i < ENDS; i++) {
    const { child, port } = await startServer(2);
    const clients = Array.from({ length: CONNECTIONS }, () => keepAsking(port));
    await pause(300);
    child.kill("SIGTERM");
    for (const client of await Promise.all(clients)) {
      answers += client.answers;
      failed += client.failed;
    }
    await once(child, "close");
  }
  verdicts.push([
    `${ENDS} times SIGTERM: ${answers} requests of ${CONNECTIONS} clients, ${failed} failed`,
    answers > 0 && failed === 0,
  ]);
}
