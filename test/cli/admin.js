// --admin: what the second listener tells of a real server.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createConnection, createServer } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { FAMILIES } from "../../build/host/exposition.js";
import {
  CHECK_INTERVAL_MS, MAX_CONNECTIONS, REQUEST_TIMEOUT_MS,
} from "../../build/host/admin.js";
import { available } from "../helpers/available.js";
import {
  ask, bytesOf, connect, Download, eventually, get, head, lines, makeRoot, read, sha256, withServer,
} from "../helpers/fixture.js";
import { parseExposition, sumOf, valueOf } from "../helpers/exposition.js";
import { Installation } from "../helpers/installation.js";
import { runCommand, startServer } from "../helpers/server.js";

const LARGE = bytesOf(24 << 20);
const root = makeRoot({
  "hello.txt": "Hello, world!\n", "large.bin": LARGE, "page.html": "<p>page</p>\n",
});
const wasm = readFileSync(new URL("../../build/server.wasm", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));

/** Enough for the admin listener to lose patience. */
const SLOW_MS = 2 * (REQUEST_TIMEOUT_MS + CHECK_INTERVAL_MS);

const admin = suite("admin");

/** Runs `use` with a server and what asks its admin listener. */
async function withAdmin(use, { args = [], address = "0" } = {}) {
  await withServer({ root: root.path, args: ["--admin", address, ...args] }, (server) =>
    use(server, adminOf(server)));
}

/** The port of a server's admin listener, and a request to it as a function. */
function adminOf(server) {
  const [, host, port] = /admin at http:\/\/(\S+):(\d+)\/ /.exec(server.stdout());
  const hostname = host.replace(/[[\]]/g, "");
  const call = async (path, options = {}) => {
    const sent = request({ hostname, port, path, agent: false, ...options }).end();
    const [response] = await once(sent, "response");
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    return { status: response.statusCode, fields: response.headers, text };
  };
  const scrape = async () => parseExposition((await call("/metrics")).text);
  return { port: Number(port), hostname, call, scrape };
}

/** Reads the snapshots of /events one by one. */
async function openEvents({ hostname, port }) {
  const sent = request({ hostname, port, path: "/events", agent: false }).end();
  const [response] = await once(sent, "response");
  let unread = "";
  const parts = response.setEncoding("utf8")[Symbol.asyncIterator]();
  return {
    response,
    async next() {
      while (!unread.includes("\n\n")) {
        const { value, done } = await parts.next();
        if (done) return undefined;
        unread += value;
      }
      const [event] = unread.split("\n\n", 1);
      unread = unread.slice(event.length + 2);
      assert.match(event, /^data: \{.*\}$/);
      return JSON.parse(event.slice("data: ".length));
    },
    close: () => sent.destroy(),
  };
}

admin("metrics are in the Prometheus text format, and are those of docs/metrics.md", async () => {
  await withAdmin(async (server, { call }) => {
    const { status, fields, text } = await call("/metrics");
    assert.is(status, 200);
    assert.is(fields["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    const families = parseExposition(text);
    assert.equal([...families.keys()], FAMILIES.map(({ name }) => name));
    const documentation = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
    const listed = documentation.match(/^\| `[a-z_]+` \| (?:gauge|counter|histogram) \| .*$/gm);
    assert.equal(listed, [...families.values()].map(({ name, type, help, samples }) => {
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
      const names = [...labels].map((label) => `\`${label}\``).join(", ") || "–";
      return `| \`${name}\` | ${type} | ${names} | ${help} |`;
    }));
  });
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
available(admin, promtool, "promtool is not installed")("promtool has no complaint", async () => {
  await withAdmin(async (server, { call }) => {
    const { text } = await call("/metrics");
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text });
    assert.is(`${stdout}${stderr}`, "");
    assert.is(status, 0);
  });
});

admin("requests are counted by method and class of status, bytes and connections too", async () => {
  await withAdmin(async (server, { scrape }) => {
    const answers = [];
    const exchange = async (bytes) => answers.push(await ask(server, bytes));
    await exchange(get("/hello.txt"));
    await exchange(get("/hello.txt", `If-None-Match: ${answers[0].get("etag")}`));
    await exchange(get("/nothing"));
    await exchange(lines("OPTIONS * HTTP/1.1", "Host: x"));
    await exchange(lines("POST /hello.txt HTTP/1.1", "Host: x", "Content-Length: 0"));
    await exchange(lines("BREW /hello.txt HTTP/1.1", "Host: x"));
    await exchange(lines("broken"));
    const wire = await connect(server);
    void wire.send(head("/hello.txt"));
    await wire.ended().catch(() => undefined);
    const families = await scrape();
    const expected = {
      "GET 2xx": 1, "GET 3xx": 1, "GET 4xx": 1, "HEAD 2xx": 1, "OPTIONS 2xx": 1, "other 4xx": 2,
      "other 5xx": 1,
    };
    for (const { labels, value } of families.get("epollux_requests_total").samples) {
      const key = `${labels.method} ${labels.status}`;
      assert.is(value, expected[key] ?? 0, key);
    }
    assert.is(valueOf(families, "epollux_connections_accepted_total", { worker: "1" }), 8);
    assert.ok(sumOf(families, "epollux_sent_bytes_total") > 8 * 100);
    assert.is(valueOf(families, "epollux_response_duration_seconds_count", { worker: "1" }), 8);
  });
});

admin("labels come from fixed sets, whatever clients send", async () => {
  await withAdmin(async (server, { call }) => {
    const odd = `x"y\\{evil="1"} 5`;
    await ask(server, lines(`EVIL"} /evil HTTP/1.1`, "Host: evil"));
    await ask(server, lines(`EVIL /evil-path?evil HTTP/1.1`, "Host: evil.example", `Evil: ${odd}`));
    const { text } = await call("/metrics?evil");
    assert.not.match(text, /evil/i);
    parseExposition(text);
  });
});

admin("durations have every response that was sent, long ones at their length", async () => {
  await withAdmin(async (server, { scrape }) => {
    for (let i = 0; i < 20; i++) await ask(server, get("/hello.txt"));
    const name = "epollux_response_duration_seconds";
    const quick = await scrape();
    assert.is(valueOf(quick, `${name}_count`, { worker: "1" }), 20);
    const before = valueOf(quick, `${name}_sum`, { worker: "1" });
    assert.ok(before > 0 && before < 2, `${before} s for twenty small files`);

    const startedAt = performance.now();
    const download = await Download.start(server, get("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    assert.is(sumOf(await scrape(), "epollux_connections", { state: "sending" }), 1);
    const pausedAt = performance.now();
    await eventually(() => performance.now() - pausedAt > 80, "time passes");
    download.socket.resume();
    assert.is(await download.complete(), sha256(LARGE));
    await eventually(async () =>
      valueOf(await scrape(), `${name}_count`, { worker: "1" }) === 21, "counted when it is sent");
    const elapsed = (performance.now() - startedAt) / 1000;
    const spent = valueOf(await scrape(), `${name}_sum`, { worker: "1" }) - before;
    assert.ok(spent >= 0.08 && spent <= elapsed, `${spent} of ${elapsed} s`);
  });
});

admin("connections are counted by what they do", async () => {
  await withAdmin(async (server, { scrape }) => {
    const idle = await Promise.all([1, 2, 3].map(() => connect(server)));
    for (const wire of idle) void wire.send(get("/hello.txt"));
    await Promise.all(idle.map((wire) => read(wire)));
    const receiving = await connect(server);
    void receiving.send("GET /hello.txt HTTP/1.1\r\n");
    const lingering = await connect(server);
    void lingering.send(lines("broken"));
    await read(lingering);
    const expected = { idle: 3, receiving: 1, sending: 0, lingering: 1 };
    await eventually(async () => {
      const families = await scrape();
      return Object.entries(expected).every(([state, count]) =>
        sumOf(families, "epollux_connections", { state }) === count);
    }, JSON.stringify(expected));
    for (const wire of [...idle, receiving, lingering]) wire.close();
    await eventually(async () => sumOf(await scrape(), "epollux_connections") === 0, "all gone");
  });
});

admin("the file cache tells hits, misses, what it holds, and what it has thrown out", async () => {
  await withAdmin(async (server, { scrape }) => {
    const lookups = async () => {
      const families = await scrape();
      const of = (result) => sumOf(families, "epollux_file_cache_lookups_total", { result });
      return [of("hit"), of("revalidated"), of("miss"), of("negative_hit")];
    };
    const wire = await connect(server);
    const burst = async (path, count) => {
      void wire.send(get(path).repeat(count));
      await read(wire, count);
    };
    await burst("/hello.txt", 5);
    assert.equal(await lookups(), [4, 0, 1, 0]);
    await burst("/nothing", 3);
    assert.equal(await lookups(), [4, 0, 2, 2]);
    const families = await scrape();
    assert.is(sumOf(families, "epollux_file_cache_entries"), 1);
    const held = sumOf(families, "epollux_file_cache_bytes");
    assert.ok(held > 14 && held < 1024, `${held} bytes`);
    root.file("hello.txt", "Hello, changed world!\n");
    await eventually(async () => {
      await burst("/hello.txt", 1);
      return (await lookups())[2] === 3;
    }, "the change is a miss");
    await burst("/page.html", 1);
    assert.is(sumOf(await scrape(), "epollux_file_cache_entries"), 2);
    await eventually(async () => {
      await burst("/page.html", 1);
      return (await lookups())[1] >= 1;
    }, "what is looked at again and is the same is revalidated");
    wire.close();
  });
});

admin("a cache that is full tells evictions and never holds more than its size", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`${i}.bin`, bytesOf(60_000, i)]),
  );
  const many = makeRoot(files);
  const args = ["--admin", "0", "--cache-size", "1m"];
  await withServer({ root: many.path, args }, async (server) => {
    for (const name of Object.keys(files)) await ask(server, get(`/${name}`));
    const families = await adminOf(server).scrape();
    const entries = sumOf(families, "epollux_file_cache_entries");
    assert.is(sumOf(families, "epollux_file_cache_evictions_total"), 40 - entries);
    assert.ok(entries >= 14 && entries <= 17, `${entries} files of 60 kB in 1 MiB`);
    const bytes = sumOf(families, "epollux_file_cache_bytes");
    assert.ok(bytes > entries * 60_000 && bytes <= 2 ** 20, `${bytes} bytes`);
  });
});

admin("the process and the build are told", async () => {
  await withAdmin(async ({ process: { pid } }, { scrape }) => {
    const families = await scrape();
    const [{ labels }] = families.get("epollux_build_info").samples;
    assert.equal(labels, {
      version, wasm_sha256: sha256(wasm),
      node_version: process.version,
    });
    const value = (name) => valueOf(families, name);
    const age = Date.now() / 1000 - value("process_start_time_seconds");
    assert.ok(age > 0 && age < 60, `${age} s`);
    assert.ok(value("process_cpu_seconds_total") > 0.01);
    assert.ok(value("process_open_fds") > 10 && value("process_open_fds") < value("process_max_fds"));
    const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`))[1]) * 1024;
    assert.ok(Math.abs(value("process_resident_memory_bytes") - resident) < resident / 2);
  });
});

admin("every worker has its own numbers", async () => {
  await withAdmin(async (server, { scrape }) => {
    for (let i = 0; i < 40; i++) await ask(server, get("/hello.txt"));
    const families = await scrape();
    const counts = ["1", "2", "3"].map((worker) =>
      sumOf(families, "epollux_requests_total", { worker }));
    assert.is(counts.reduce((a, b) => a + b), 40);
    assert.ok(counts.every((count) => count > 0), `${counts}`);
    assert.equal(families.get("epollux_worker_up").samples.map(({ value }) => value), [1, 1, 1]);
    for (const { value } of families.get("epollux_worker_cpu_seconds_total").samples) {
      assert.ok(value > 0);
    }
  }, { args: ["--workers", "3"] });
});

admin("health and readiness, as text or JSON", async () => {
  await withAdmin(async (server, { call }) => {
    const health = await call("/health");
    assert.equal([health.status, health.text], [200, "ok\n"]);
    assert.is(health.fields["cache-control"], "no-store");
    const ready = await call("/ready");
    assert.equal([ready.status, ready.text], [200, "ready\n"]);
    const { fields, text } = await call("/health", { headers: { Accept: "application/json" } });
    assert.is(fields["content-type"], "application/json");
    const { uptimeSeconds, ...facts } = JSON.parse(text);
    assert.ok(uptimeSeconds > 0 && uptimeSeconds < 60);
    assert.equal(facts, {
      status: "ok", phase: "serving", version, workers: 2, workersUp: 2,
      wasm: `sha256:${sha256(wasm)}`,
    });
  }, { args: ["--workers", "2"] });
});

admin("while it drains it is alive and not ready, and answers until the end", async () => {
  const server = await startServer({ root: root.path, args: ["--admin", "0"] });
  const { port, hostname, call } = adminOf(server);
  const download = await Download.start(server, get("/large.bin"));
  await download.reaches(1);
  download.socket.pause();
  const events = await openEvents({ port, hostname });
  assert.is((await events.next()).phase, "serving");
  server.process.kill("SIGTERM");
  await server.output(/stopping: 1 request/);
  while ((await events.next()).phase !== "draining") continue;
  assert.equal(await call("/ready").then(({ status, text }) => [status, text]), [503, "draining\n"]);
  assert.is((await call("/health")).status, 200);
  const families = parseExposition((await call("/metrics")).text);
  assert.is(sumOf(families, "epollux_connections", { state: "sending" }), 1);
  download.socket.resume();
  assert.is(await download.complete(), sha256(LARGE));
  while (await events.next()) continue;
  assert.equal(await server.ended, { code: 0, signal: null });
  assert.is(server.stderr(), "");
});

admin("a reload loses no count, and tells the new module", async () => {
  const installation = new Installation();
  const server = await startServer({
    command: installation.command, root: root.path, args: ["--admin", "0", "--workers", "2"],
  });
  const { scrape } = adminOf(server);
  for (let i = 0; i < 10; i++) await ask(server, get("/hello.txt"));
  const idle = await connect(server);
  void idle.send(get("/hello.txt"));
  await read(idle);
  const before = await scrape();
  assert.is(sumOf(before, "epollux_requests_total"), 11);

  // An empty custom section more: the same module with another checksum.
  const changed = Buffer.concat([Installation.original(), Buffer.of(0, 2, 1, 0x78)]);
  installation.install(changed);
  server.process.kill("SIGHUP");
  await server.output(/^reloaded: .*$/m);
  const during = await scrape();
  assert.is(sumOf(during, "epollux_connections"), 1, "that of the retired worker");
  assert.is(sumOf(during, "epollux_requests_total"), 11);
  const [{ labels }] = during.get("epollux_build_info").samples;
  assert.is(labels.wasm_sha256, sha256(changed));
  void idle.send(get("/hello.txt"));
  await read(idle);
  await ask(server, get("/hello.txt"));
  await eventually(async () => sumOf(await scrape(), "epollux_connections") === 0, "it is gone");
  const after = await scrape();
  assert.is(sumOf(after, "epollux_requests_total"), 13);
  assert.is(sumOf(after, "epollux_worker_up"), 2);
  assert.equal(await server.stop(), { code: 0, signal: null });
  assert.match(server.stdout(), "stopped: 13 requests, ");
});

admin("after a reload to fewer workers the others are not asked for any more", async () => {
  const configure = (workers) => root.file("../epollux.json", JSON.stringify({ workers }));
  const args = ["--admin", "0", "--config", configure(2)];
  await withServer({ root: root.path, args }, async (server) => {
    const { call, scrape } = adminOf(server);
    for (let i = 0; i < 8; i++) await ask(server, get("/hello.txt"));
    configure(1);
    server.process.kill("SIGHUP");
    await server.output(/^reloaded: .*\(1 worker,.*$/m);
    assert.equal([(await call("/ready")).status, (await call("/health")).status], [200, 200]);
    const { text } = await call("/health", { headers: { Accept: "application/json" } });
    const { workers, workersUp } = JSON.parse(text);
    assert.equal([workers, workersUp], [1, 1]);
    const families = await scrape();
    const up = families.get("epollux_worker_up").samples;
    assert.equal(up.map(({ labels, value }) => [labels.worker, value]), [["1", 1]]);
    assert.is(sumOf(families, "epollux_requests_total"), 8, "what they have counted stays");
  });
});

admin("events bring a snapshot a second to everyone who looks on", async () => {
  await withAdmin(async (server, access) => {
    const [first, second] = await Promise.all([openEvents(access), openEvents(access)]);
    assert.is(first.response.headers["content-type"], "text/event-stream");
    const [a, b] = [await first.next(), await second.next()];
    assert.is(a.workers.length, 1);
    assert.is(a.durationBounds.length + 1, a.workers[0].metrics.durations.length);
    await ask(server, get("/hello.txt"));
    let later = await first.next();
    while (later.workers[0].metrics.replies.GET["2xx"] === 0) later = await first.next();
    assert.ok(later.time > a.time && b.time <= later.time);
    first.close();
    second.close();
  });
});

admin("what is not there is 404, what is not read 405, HEAD has no content", async () => {
  await withAdmin(async (server, { call }) => {
    for (const path of ["/nothing", "/metrics/", "/../package.json", "/%2e%2e/x", "/constructor", "//"]) {
      assert.is((await call(path)).status, 404, path);
    }
    for (const path of ["/", "/metrics", "/health", "/ready", "/events"]) {
      for (const method of ["POST", "DELETE", "OPTIONS"]) {
        const { status, fields } = await call(path, { method });
        assert.equal([status, fields.allow], [405, "GET, HEAD"], `${method} ${path}`);
      }
      const { status, text, fields } = await call(path, { method: "HEAD" });
      assert.equal([status, text], [200, ""], path);
      assert.match(fields["content-security-policy"], "default-src 'none'");
      assert.is(fields["x-content-type-options"], "nosniff");
    }
  });
});

admin("on the loopback interface strange host names are refused", async () => {
  await withAdmin(async (server, { call, port }) => {
    const ofHost = async (Host) => (await call("/metrics", { headers: { Host } })).status;
    for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.nip.io"]) {
      assert.is(await ofHost(host), 421, host);
    }
    for (const host of ["localhost", `LOCALHOST:${port}`, "127.0.0.1", `[::1]:${port}`, "192.0.2.7"]) {
      assert.is(await ofHost(host), 200, host);
    }
  }, { address: "localhost:0" });
});

admin("where others come anyway every host name is right", async () => {
  await withAdmin(async (server, { port }) => {
    const { call } = adminOf({ stdout: () => `admin at http://127.0.0.1:${port}/ ` });
    assert.is((await call("/health", { headers: { Host: "metrics.example" } })).status, 200);
  }, { address: "0.0.0.0:0" });
});

admin("an address that cannot be had is one line, and nothing is served", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  const { code, stdout, stderr } = await runCommand([root.path, "--port", "0", "--admin", `${port}`]);
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.is(stderr, `error: --admin: cannot listen on 127.0.0.1:${port}: address already in use\n`);
  taken.close();
});

admin("an address that is none is refused with what is allowed", async () => {
  for (const address of ["x", "127.0.0.1:", ":9091", "::1:9091", "[::1]", "70000", "a b:1", "1.2.3:1", "http://x:1"]) {
    const { code, stderr } = await runCommand(["--admin", address]);
    assert.is(code, 2, address);
    assert.is(stderr, `error: --admin: '${address}' is not a port, or an address such as ` +
      "127.0.0.1:9091, [::1]:9091 or name:9091\n");
  }
  const { code, stderr } = await runCommand(["echo", "--admin", "9091"]);
  assert.equal([code, stderr], [2, "error: --admin: not an option of echo, but of serve\n"]);
});

admin("connections beyond its limit are not kept", async () => {
  await withAdmin(async (server, { port, call }) => {
    const held = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => connect({ port })));
    const extra = await connect({ port });
    assert.match(await extra.ended(), /^(closed|reset)$/);
    for (const wire of held) wire.close();
    await eventually(() => call("/ready").then(({ status }) => status === 200, () => false), "room");
  });
});

admin("a client whose request does not come in time is hung up on", async () => {
  await withAdmin(async (server, { port }) => {
    const startedAt = performance.now();
    const [silent, slow] = [1, 2].map(() => createConnection(port, "127.0.0.1").resume());
    slow.write("GET /ready HTTP/1.1\r\nHost: ");
    const signal = AbortSignal.timeout(SLOW_MS);
    await Promise.all([silent, slow].map((client) => once(client, "close", { signal })));
    const elapsed = performance.now() - startedAt;
    assert.ok(elapsed > REQUEST_TIMEOUT_MS - CHECK_INTERVAL_MS, `not after ${elapsed} ms`);
  });
});

admin.run();
