// Takes the pictures of the dashboard in docs/: two minutes of a server whose load comes and goes.
//
//   node scripts/screenshots.js        needs chromium and wrk

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { Chromium } from "../test/browser/helpers/chromium.js";
import { startServer } from "../test/helpers/server.js";

const PATHS = ["/", "/style.css", "/main.js", "/", "/how/", "/favicon.svg", "/story/", "/gone", "/limits/"];
/** Connections, and how long each waits between two requests, for so many seconds. */
const LOADS = [
  [12, 20, 12], [24, 12, 26], [64, 8, 18], [40, 10, 30], [96, 7, 16], [20, 14, 24],
];

const top = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "epollux-"));

function script(delayMs) {
  const file = join(folder, `${delayMs}.lua`);
  const paths = PATHS.map((path) => `"${path}"`).join(", ");
  writeFileSync(file, `
    local paths = { ${paths} }
    local i = 0
    request = function() i = i + 1; return wrk.format("GET", paths[i % #paths + 1]) end
    delay = function() return math.random(0, ${2 * delayMs}) end`);
  return file;
}

async function load(url, [connections, delayMs, seconds]) {
  const args = ["-t1", `-c${connections}`, `-d${seconds}`, "-s", script(delayMs), url];
  await once(spawn("wrk", args, { stdio: "ignore" }), "exit");
}

const server = await startServer({ root: join(top, "html"), args: ["--admin", "0", "--workers", "2"] });
const browser = new Chromium();
const page = await browser.open(1280, 910);
const [, admin] = /admin at (\S+)/.exec(server.stdout());
await page.goTo(admin);
for (const each of LOADS.slice(0, -1)) await load(server.url, each);
const last = load(server.url, LOADS.at(-1));
await pause(LOADS.at(-1)[2] * 800);
for (const [scheme, name] of [["light", "dashboard"], ["dark", "dashboard-dark"]]) {
  await page.setColourScheme(scheme);
  // The next snapshot is drawn in the new colours, and the letters have come.
  await pause(1200);
  writeFileSync(join(top, "docs", `${name}.png`), await page.screenshot());
}
await last;
await browser.close();
await server.stop();
rmSync(folder, { recursive: true });
