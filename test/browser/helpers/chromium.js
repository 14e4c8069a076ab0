// A headless Chromium, driven by its DevTools protocol over a pair of pipes: messages are JSON, each
// ended by a zero byte.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 30_000;
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
  "--force-color-profile=srgb", "--hide-scrollbars",
];

/** What the browser is called here; `undefined` if there is none. */
export const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

export class Chromium {
  #child;
  #profile = mkdtempSync(join(tmpdir(), "epollux-chromium-"));
  #unread = "";
  #waiting = new Map();
  #listeners = [];
  #lastId = 0;

  constructor() {
    const args = [...FLAGS, `--user-data-dir=${this.#profile}`];
    this.#child = spawn(CHROMIUM, args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.#child.stdio[4].setEncoding("utf8").on("data", (chunk) => this.#read(chunk));
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  /** A new page of this size, with nothing in it yet. */
  async open(width, height) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(`${domain}.enable`);
    await page.resize(width, height);
    return page;
  }

  /** Sends a command; resolves with its result. */
  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#lastId;
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE_MS);
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
    });
  }

  /** Calls `listener` with each event of a session. */
  listen(sessionId, listener) {
    this.#listeners.push({ sessionId, listener });
  }

  async close() {
    const ended = once(this.#child, "exit");
    this.send("Browser.close").catch(() => undefined);
    const isLate = await Promise.race([ended.then(() => false), pause(5000, true, { ref: false })]);
    if (isLate) this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(chunk) {
    const messages = (this.#unread + chunk).split("\0");
    this.#unread = messages.pop();
    for (const message of messages.map((text) => JSON.parse(text))) {
      if (message.id) {
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
      }
      for (const { sessionId, listener } of this.#listeners) {
        if (!message.id && message.sessionId === sessionId) listener(message);
      }
    }
  }
}

/** What a page does is written down: what it asks for, and what it complains of. */
export class Page {
  /** URLs of all requests. */
  requested = [];
  /** Errors and warnings of the console, exceptions, and what a policy has blocked. */
  complaints = [];
  #browser;
  #session;
  #loaded = () => {};

  constructor(browser, session) {
    this.#browser = browser;
    this.#session = session;
    browser.listen(session, ({ method, params }) => this.#note(method, params));
  }

  send(method, params) {
    return this.#browser.send(method, params, this.#session);
  }

  async resize(width, height) {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.send("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** `light` or `dark`. */
  async setColourScheme(value) {
    const features = [{ name: "prefers-color-scheme", value }];
    await this.send("Emulation.setEmulatedMedia", { features });
  }

  /** Resolves when the page is loaded. */
  async goTo(url) {
    const loaded = new Promise((resolve) => (this.#loaded = resolve));
    await this.send("Page.navigate", { url });
    await loaded;
  }

  async close() {
    await this.send("Page.close");
  }

  /** The value of an expression in the page. */
  async evaluate(expression) {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", options);
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until the expression is true. */
  async until(expression) {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(50)) {
      if (await this.evaluate(expression)) return;
    }
    throw new Error(`never came true: ${expression}`);
  }

  /** The text of the element with an id. */
  text(id) {
    return this.evaluate(`document.getElementById("${id}").innerText`);
  }

  async press(key) {
    for (const type of ["rawKeyDown", "keyUp"]) {
      await this.send("Input.dispatchKeyEvent", { type, key, code: key });
    }
  }

  /** The page as a PNG. */
  async screenshot() {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  #note(method, params) {
    if (method === "Page.loadEventFired") this.#loaded();
    if (method === "Network.requestWillBeSent") this.requested.push(params.request.url);
    if (method === "Runtime.exceptionThrown") this.complaints.push(params.exceptionDetails.text);
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) {
      this.complaints.push(params.args.map(({ value }) => value).join(" "));
    }
    if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    }
  }
}
