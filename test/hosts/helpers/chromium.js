// Chromium as a host of the parser: the cases are parsed in a page, with what the page loads.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Chromium, CHROMIUM } from "../../browser/helpers/chromium.js";
import { readCases, toLog } from "../../helpers/cases.js";
import { fromComponent } from "../../helpers/component.js";
import { startServer } from "../../helpers/server.js";

const ROOT = fileURLToPath(new URL("../../../html", import.meta.url));

/** Run in the page: the outcomes of requests, with numbers for what JSON has no name for. */
const PARSE = async (requests) => {
  const { parse } = await import("./build/browser.js");
  const plain = (_, value) => (typeof value === "bigint" ? Number(value) : value);
  const outcomes = requests.map(({ input, limits }) => parse(Uint8Array.from(input), limits));
  return JSON.stringify(outcomes, plain);
};

export function chromiumVersion() {
  if (!CHROMIUM) return undefined;
  return /\d+(\.\d+)*/.exec(spawnSync(CHROMIUM, ["--version"]).stdout)?.[0];
}

export async function runInChromium() {
  const cases = readCases();
  const requests = cases.map(({ input, limits }) => ({ input: [...input], limits }));
  const server = await startServer({ root: ROOT });
  const browser = new Chromium();
  try {
    const page = await browser.open(800, 600);
    await page.goTo(`${server.url}/parser/`);
    const outcomes = JSON.parse(await page.evaluate(`(${PARSE})(${JSON.stringify(requests)})`));
    const wrong = cases.filter(
      ({ input, log }, i) => toLog(fromComponent(outcomes[i], input)) !== log,
    );
    const output = wrong.map(({ topic, title }) => `${topic}.md: ${title}`).join("\n");
    return { passed: cases.length - wrong.length, failed: wrong.length, skipped: 0, output };
  } finally {
    await browser.close();
    server.process.kill("SIGKILL");
  }
}
