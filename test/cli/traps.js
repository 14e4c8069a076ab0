// The real server with one flaw built in: it traps after every third GET, or after an OPTIONS.

import binaryen from "binaryen";
import { readdirSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { parseExposition, sumOf } from "../helpers/exposition.js";
import { connect, eventually, get, lines, makeRoot, read, statuses } from "../helpers/fixture.js";
import { Installation } from "../helpers/installation.js";
import { fetchText, startServer } from "../helpers/server.js";

const FATAL_REQUEST = 3;

/** Where the metrics record (docs/abi.md) counts them; replies are by method, then by class. */
const REPLIES = 96;
const GET_2XX = REPLIES + 8 * (4 * 1);
const OPTIONS_2XX = REPLIES + 8 * (4 * 7);

/** A worker that traps is back within that, on a machine that has time for it. */
const RESUME_MS = 100;

const root = makeRoot({ "index.html": "<!doctype html><title>Home</title>", "small.txt": "small" });

/**
 * Starts a server that traps, or else hangs, when the number at `offset` of its metrics is `count`.
 */
function startFlawed(offset, count, args = [], hangs = false) {
  const { command } = new Installation((bytes) => withFlaw(bytes, offset, count, hangs));
  return startServer({ command, root: root.path, args });
}

/** Puts a function before `turn` that fails when enough has been counted. */
function withFlaw(bytes, offset, count, hangs) {
  const module = binaryen.readBinary(bytes);
  const { i32 } = binaryen;
  const nameOf = (name) => binaryen.getExportInfo(module.getExport(name)).value;
  const [turn, metrics] = [nameOf("turn"), nameOf("metrics")];
  const counted = module.f64.load(offset, 1, module.call(metrics, [], i32));
  const isFatal = module.f64.ge(counted, module.f64.const(count));
  const body = module.block(null, [
    module.if(isFatal, hangs ? module.loop("forever", module.br("forever")) : module.unreachable()),
    module.call(turn, [module.local.get(0, i32)], i32),
  ], i32);
  module.addFunction("flawedTurn", i32, i32, [], body);
  module.removeExport("turn");
  module.addFunctionExport("flawedTurn", "turn");
  const flawed = module.emitBinary();
  module.dispose();
  return flawed;
}

async function expectAnswer(url) {
  assert.is((await fetchText(url)).status, 200);
}

test("a server whose worker traps logs it, goes on, and loses no count", async () => {
  const server = await startFlawed(GET_2XX, FATAL_REQUEST);
  for (let round = 1; round <= 2; round++) {
    for (let i = 0; i < FATAL_REQUEST; i++) await expectAnswer(server.url);
    await server.errors(new RegExp(`^(error: worker 1 trapped: .*; replaced\n){${round}}$`));
  }
  await expectAnswer(server.url);
  const { code } = await server.stop();
  assert.is(code, 0);
  assert.match(server.stdout(), `stopped: ${2 * FATAL_REQUEST + 1} requests, `);
});

/** Asks on one connection again and again, until it ends or is told to stop. */
class Client {
  answers = 0;
  #isStopped = false;

  static async start(server) {
    const client = new Client();
    client.wire = await connect(server);
    client.over = client.#run();
    await eventually(() => client.answers > 0, "the first answer");
    return client;
  }

  /** Resolves when the connection has ended, or the client has. */
  async #run() {
    while (!this.#isStopped) {
      void this.wire.send(get("/small.txt"));
      const response = await this.wire.next();
      if (!response) return;
      assert.is(response.status, 200);
      this.answers++;
    }
  }

  get hasEnded() {
    return this.wire.end !== "";
  }

  async stop() {
    this.#isStopped = true;
    await this.over;
    this.wire.close();
  }
}

/** Makes the worker trap that the connection comes to. */
async function provoke(server) {
  const wire = await connect(server);
  void wire.send(lines("OPTIONS * HTTP/1.1", "Host: x", "Connection: close"));
  assert.equal(statuses(await read(wire)), [204]);
  wire.close();
}

test("under load a trap ends the connections of its worker alone, and is counted", async () => {
  const server = await startFlawed(OPTIONS_2XX, 1, ["--workers", "2", "--admin", "0"]);
  const [, admin] = /admin at (\S+)/.exec(server.stdout());
  const scrape = async () => parseExposition((await fetchText(`${admin}metrics`)).text);
  const clients = await Promise.all(Array.from({ length: 16 }, () => Client.start(server)));
  const before = await scrape();
  assert.is(sumOf(before, "epollux_worker_traps_total"), 0);
  await provoke(server);
  await server.errors(/worker \d trapped: .*; replaced\n/);
  const [, worker] = /worker (\d) trapped/.exec(server.stderr());

  const lost = sumOf(before, "epollux_connections", { worker });
  await eventually(() => clients.filter(({ hasEnded }) => hasEnded).length === lost, `${lost} end`);
  const survivors = clients.filter(({ hasEnded }) => !hasEnded);
  assert.is(survivors.length, 16 - lost);
  const answered = survivors.map(({ answers }) => answers);
  await eventually(() => survivors.every(({ answers }, i) => answers > answered[i]), "they go on");

  let after;
  await eventually(async () => {
    after = await scrape();
    return sumOf(after, "epollux_worker_up") === 2;
  }, "both are up");
  for (const name of ["epollux_worker_traps_total", "epollux_worker_replacements_total"]) {
    assert.equal([sumOf(after, name, { worker }), sumOf(after, name)], [1, 1]);
  }
  for (const [name, { type, samples }] of before) {
    for (const { labels, value } of type === "counter" ? samples : []) {
      assert.ok(sumOf(after, name, labels) >= value, `${name} ${JSON.stringify(labels)}`);
    }
  }
  await Promise.all(clients.map((client) => client.stop()));
  assert.is((await server.stop()).code, 0);
});

test("a worker that hangs is told from one that works, and the others go on", async () => {
  const args = ["--workers", "2", "--admin", "0", "--grace-period", "100ms"];
  const server = await startFlawed(OPTIONS_2XX, 1, args, true);
  const [, admin] = /admin at (\S+)/.exec(server.stdout());
  await Promise.all(Array.from({ length: 8 }, () => fetchText(server.url)));
  assert.is((await fetchText(`${admin}ready`)).status, 200);
  const requestsOf = ({ text }) => sumOf(parseExposition(text), "epollux_requests_total");
  const before = requestsOf(await fetchText(`${admin}metrics`));
  await provoke(server);
  const { status, text } = await fetchText(`${admin}health`);
  assert.is(status, 503);
  const [, hung] = /^no answer from worker (\d)\n$/.exec(text);
  assert.equal(await fetchText(`${admin}ready`), { status, text });
  const metrics = await fetchText(`${admin}metrics`);
  for (const { labels, value } of parseExposition(metrics.text).get("epollux_worker_up").samples) {
    assert.is(value, labels.worker === hung ? 0 : 1);
  }
  assert.ok(requestsOf(metrics) >= before, "what the hung one has said last counts");
  assert.is((await server.stop()).code, 0);
});

test("service resumes within 100 ms of a trap", async () => {
  const server = await startFlawed(OPTIONS_2XX, 1);
  const threads = () => readdirSync(`/proc/${server.process.pid}/task`).length;
  const working = threads();
  const gaps = [];
  // The best of some, because other work on the machine takes its time too.
  for (let round = 0; round < 6 && !(Math.min(...gaps) <= RESUME_MS); round++) {
    await eventually(() => threads() > working, "a thread is in reserve");
    const client = await Client.start(server);
    await provoke(server);
    await client.over;
    const endedAt = performance.now();
    const next = await Client.start(server);
    gaps.push(performance.now() - endedAt);
    await next.stop();
    await eventually(() => threads() === working, "the one that failed is gone");
  }
  assert.ok(Math.min(...gaps) <= RESUME_MS, `${gaps.map(Math.round)} ms`);
  assert.is((await server.stop()).code, 0);
});

test.run();
