// The attacks of slowhttptest, a thousand connections from one address, against a server as it is
// by default, while another client goes on asking: it gets every answer, and soon.
//
// ATTACK_SECONDS is how long each of them lasts, 30 if not given.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { available } from "../helpers/available.js";
import {
  ask, bytesOf, connect, eventually, get, makeRoot, read, stopCleanly,
} from "../helpers/fixture.js";
import { descriptorsOf } from "../helpers/process.js";
import { startServer } from "../helpers/server.js";

const SECONDS = Number(process.env.ATTACK_SECONDS ?? 30);
const CONNECTIONS = 1000;
const BETWEEN_REQUESTS_MS = 20;
const MOST_MS = 50;

const ATTACKS = [
  { name: "slow headers", args: ["-H", "-i", "5", "-x", "24"], path: "/page.html", isHeld: true },
  { name: "slow content", args: ["-B", "-i", "5", "-s", "8192", "-x", "10"], path: "/page.html",
    isHeld: true },
  { name: "slow reading", args: ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"],
    path: "/large.bin", isHeld: true },
  { name: "overlapping ranges", args: ["-R", "-a", "1", "-b", "3000"], path: "/large.bin" },
];

const PAGE = bytesOf(600);
const root = makeRoot({ "page.html": PAGE, "large.bin": bytesOf(1 << 20) });
const isInstalled = spawnSync("slowhttptest", ["-h"]).error === undefined;

const attacks = suite("slowhttptest");
const attacked = available(attacks, isInstalled, "slowhttptest is not installed");

/** Attacks again and again: who has lost all connections opens new ones. Returns what stops it. */
function attack(url, args) {
  const common = ["-c", `${CONNECTIONS}`, "-r", "500", "-l", `${SECONDS}`, "-p", "3", "-v", "0"];
  let isOver = false;
  let child;
  const attacking = (async () => {
    while (!isOver) {
      child = spawn("slowhttptest", [...common, ...args, "-u", url], { stdio: "ignore" });
      await once(child, "close");
    }
  })();
  return () => {
    isOver = true;
    child.kill("SIGKILL");
    return attacking;
  };
}

/** Asks until the time is over, in turn on a connection that persists and on new ones. */
async function askOnAndOn(server, onRound) {
  const end = performance.now() + SECONDS * 1000;
  const times = [];
  const lasting = await connect(server);
  const askThere = async () => {
    void lasting.send(get("/page.html"));
    return (await read(lasting))[0];
  };
  for (let i = 0; performance.now() < end; i++) {
    const before = performance.now();
    const response = await (i % 2 ? askThere() : ask(server, get("/page.html", "Connection: close")));
    times.push(performance.now() - before);
    assert.is(response.status, 200);
    assert.ok(PAGE.equals(response.content));
    onRound();
    await pause(BETWEEN_REQUESTS_MS);
  }
  lasting.close();
  return times.sort((a, b) => a - b);
}

const quantile = (sorted, part) => sorted[Math.ceil(sorted.length * part) - 1];

for (const { name, args, path, isHeld } of ATTACKS) {
  attacked(`${name}: another client is always answered, 99 of 100 times within 50 ms`, async () => {
    const server = await startServer({ root: root.path });
    assert.is((await ask(server, get("/page.html"))).status, 200);
    const before = descriptorsOf(server);
    const stopAttack = attack(`${server.url}${path}`, args);
    let most = 0;
    const times = await askOnAndOn(server, () => {
      most = Math.max(most, descriptorsOf(server) - before);
    }).finally(stopAttack);
    const [p50, p99, max] = [0.5, 0.99, 1].map((part) => quantile(times, part).toFixed(1));
    console.log(`${name}: ${times.length} answers, p50 ${p50} ms, p99 ${p99} ms, max ${max} ms, ` +
      `${most} connections at a time`);
    assert.ok(quantile(times, 0.99) <= MOST_MS, `p99 ${p99} ms`);
    if (isHeld) assert.ok(most > 0.9 * CONNECTIONS, `${most} connections were held`);
    await eventually(() => descriptorsOf(server) <= before + 1, "all descriptors closed");
    await stopCleanly(server);
    const [, requests] = /^stopped: ([\d,]+) requests/m.exec(server.stdout());
    const others = Number(requests.replaceAll(",", "")) - times.length - 1;
    if (!isHeld) assert.ok(others > 0.9 * CONNECTIONS, `${others} requests of the attack`);
  });
}

attacks.run();
