// The dashboard in a real browser, beside a real server under load.

import { Agent, get } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  bytesOf, connect, Download, eventually, get as requestFor, makeRoot, read, sha256,
} from "../helpers/fixture.js";
import { fetchText, startServer } from "../helpers/server.js";
import { Chromium, CHROMIUM } from "./helpers/chromium.js";

const LARGE = bytesOf(24 << 20);
const root = makeRoot({ "hello.txt": "Hello, world!\n", "large.bin": LARGE });
const WORKERS = 2;

const dashboard = suite("dashboard");

let browser;
dashboard.before(() => {
  assert.ok(CHROMIUM, "chromium is installed");
  browser = new Chromium();
});
dashboard.after(() => browser.close());

/** A server with a dashboard, open in a page; `use` gets both. */
async function withDashboard(use) {
  const server = await startWatched("0");
  const page = await browser.open(1280, 900);
  try {
    await page.goTo(server.admin);
    await page.until(`document.documentElement.dataset.state === "serving"`);
    await use(server, page);
  } finally {
    await page.close();
    server.process.kill("SIGKILL");
  }
}

async function startWatched(admin) {
  const args = ["--admin", admin, "--workers", String(WORKERS)];
  const server = await startServer({ root: root.path, args });
  return Object.assign(server, { admin: /admin at (\S+)/.exec(server.stdout())[1] });
}

/** Requests one after the other on some connections, one in four of them for nothing that exists. */
class Load {
  #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  #isOver = false;
  #clients;

  constructor({ url }) {
    this.#clients = Promise.all(Array.from({ length: 8 }, (_, i) => this.#run(url, i)));
  }

  async end() {
    this.#isOver = true;
    await this.#clients;
    this.#agent.destroy();
  }

  async #run(url, start) {
    for (let i = start; !this.#isOver; i++) {
      const path = i % 4 === 0 ? "/nothing" : "/hello.txt";
      await new Promise((resolve, reject) => {
        get(url + path, { agent: this.#agent }, (response) => response.resume().on("end", resolve))
          .on("error", reject);
      });
    }
  }
}

/** Sum of the samples of a family that have this in their labels. */
function sumOf(metrics, name, label = "") {
  const lines = metrics.split("\n").filter((line) => line.startsWith(`${name}{`));
  return lines.filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

const CELLS = (id) =>
  `[...document.getElementById("${id}").rows].map((row) => [...row.cells].map((c) => c.innerText))`;
const HEADLINE = (id) => `document.querySelector("#${id} .number").innerText`;
const numberIn = (text) => Number(text.replaceAll(",", ""));

dashboard("its numbers move under load, and agree with the metrics", async () => {
  await withDashboard(async (server, page) => {
    const load = new Load(server);
    await page.until(`parseFloat(${HEADLINE("requests")}) > 0`);
    const lines = () => page.evaluate(`document.querySelector("#requests polyline").getAttribute("points")`);
    const first = await lines();
    await page.until(`document.querySelector("#requests polyline").points.length >= 3`);
    assert.is.not(await lines(), first);
    for (const id of ["latency", "connections", "throughput", "cache", "cpu"]) {
      assert.match(await page.evaluate(HEADLINE(id)), /^[1-9]\d*[\d,.]*(\s?[µm]?[A-Za-z%]+)?$|^0\./, id);
    }
    await load.end();
    await page.until(`${HEADLINE("requests")} === "0"`);

    const { text } = await fetchText(`${server.admin}metrics`);
    const statuses = await page.evaluate(CELLS("statuses"));
    for (const [head, , total] of statuses) {
      const label = `status="${head.slice(0, 3)}"`;
      assert.is(numberIn(total), sumOf(text, "epollux_requests_total", label), label);
    }
    assert.ok(numberIn(statuses[0][2]) > numberIn(statuses[2][2]) && numberIn(statuses[2][2]) > 0);
    const workers = await page.evaluate(CELLS("workers"));
    assert.equal(workers.map(([number, state]) => [number, state]), [["1", "up"], ["2", "up"]]);
    const idle = await Promise.all([1, 2, 3].map(() => connect(server)));
    for (const wire of idle) void wire.send(requestFor("/hello.txt"));
    await Promise.all(idle.map((wire) => read(wire)));
    await page.until(`${HEADLINE("connections")} === "3"`);
    for (const wire of idle) wire.close();
    assert.equal(page.complaints, []);
    assert.is((await server.stop()).code, 0, server.stderr());
  });
});

dashboard("no request leaves the origin, and none could", async () => {
  await withDashboard(async (server, page) => {
    await page.until(`document.querySelectorAll("#workers tr").length === ${WORKERS}`);
    assert.ok(page.requested.length > 5);
    for (const url of page.requested) assert.ok(url.startsWith(server.admin), url);
    assert.equal(page.complaints, []);
    const outcome = await page.evaluate(`fetch("${server.url}/hello.txt").then(() => "sent", () => "blocked")`);
    assert.is(outcome, "blocked");
    await page.until(`new Promise((tell) => {
      document.addEventListener("securitypolicyviolation", () => tell(true));
      document.body.append(Object.assign(new Image(), { src: "${server.url}/hello.txt" }));
    })`);
    assert.match(page.complaints.join("\n"), "Content Security Policy");
  });
});

dashboard("says that the server drains and that it is gone, and goes on when it is back", async () => {
  await withDashboard(async (server, page) => {
    const download = await Download.start(server, requestFor("/large.bin"));
    await download.reaches(1);
    download.socket.pause();
    server.process.kill("SIGTERM");
    await page.until(`document.documentElement.dataset.state === "draining"`);
    assert.match(await page.text("state"), "Draining");
    download.socket.resume();
    assert.is(await download.complete(), sha256(LARGE));
    await page.until(`document.documentElement.dataset.state === "gone"`);
    assert.match(await page.text("state"), "trying again");
    await server.ended;

    const successor = await startWatched(new URL(server.admin).port);
    await page.until(`document.documentElement.dataset.state === "serving"`);
    const again = new Load(successor);
    await page.until(`parseFloat(${HEADLINE("requests")}) > 0`);
    await again.end();
    assert.is((await successor.stop()).code, 0, successor.stderr());
    const unexpected = page.complaints.filter((text) => !/net::ERR_/.test(text));
    assert.equal(unexpected, [], "but for the connections that were refused");
  });
});

dashboard("notices a server that says nothing any more", async () => {
  await withDashboard(async (server, page) => {
    server.process.kill("SIGSTOP");
    await page.until(`document.documentElement.dataset.state === "gone"`);
    server.process.kill("SIGCONT");
    await page.until(`document.documentElement.dataset.state === "serving"`);
  });
});

dashboard("can be read with the keyboard and without seeing it", async () => {
  await withDashboard(async (server, page) => {
    await page.until(`document.querySelector("#cpu polyline")?.points.length >= 3`);
    const labels = await page.evaluate(`[...document.querySelectorAll("svg")].map((svg) => svg.ariaLabel)`);
    assert.is(labels.length, 6);
    for (const label of labels) assert.match(label, /^[A-Z].*, .* ([\d.]+|–)/);
    await page.evaluate(`document.querySelector("#requests svg").focus()`);
    await page.press("ArrowLeft");
    await eventually(async () => /^1 s ago$/.test(await page.text("moment")), "a second ago");
    assert.match(await page.evaluate(`document.getElementById("spoken").textContent`),
      /^1 s ago: 2xx \d.* per second$/);
    await page.press("Escape");
    await page.until(`document.getElementById("moment").innerText === ""`);
    const names = await page.evaluate(`[...document.querySelectorAll("section")].every(
      (section) => document.getElementById(section.getAttribute("aria-labelledby")).innerText)`);
    assert.ok(names, "every section has a name");
  });
});

dashboard("fits a narrow screen", async () => {
  await withDashboard(async (server, page) => {
    await page.resize(360, 800);
    await page.until(`document.querySelector("#cpu svg").viewBox.baseVal.width < 340`);
    assert.is(await page.evaluate(`document.documentElement.scrollWidth`), 360);
  });
});

dashboard.run();
