// The parser's page in a real browser: what is typed is read by the WebAssembly component.

import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { EXAMPLES } from "../../html/parser/examples.js";
import { startServer } from "../helpers/server.js";
import { Chromium, CHROMIUM } from "./helpers/chromium.js";

const ROOT = fileURLToPath(new URL("../../html", import.meta.url));

const parser = suite("the parser's page");

let browser;
let server;
parser.before(async () => {
  assert.ok(CHROMIUM, "chromium is installed");
  browser = new Chromium();
  server = await startServer({ root: ROOT });
});
parser.after(async () => {
  await browser.close();
  server.process.kill("SIGKILL");
});

/** The page, ready; whatever `use` does with it, nothing may leave the site or go wrong. */
async function withPage(use) {
  const page = await browser.open(1100, 900);
  await page.goTo(`${server.url}/parser/`);
  await page.until(`!document.getElementById("tool").hidden`);
  await use(page);
  assert.equal(page.requested.filter((url) => !url.startsWith(`${server.url}/`)), []);
  assert.equal(page.complaints, []);
  await page.close();
}

/** Types `text` in place of what was there. */
async function type(page, text) {
  await page.evaluate(`document.getElementById("request").select()`);
  if (text) await page.send("Input.insertText", { text });
  else await press(page, "Backspace", 8);
}

/** Presses a key that does something by itself; `code` is its number in Windows. */
async function press(page, key, code) {
  const event = { key, code: key, windowsVirtualKeyCode: code };
  const down = key === "Enter" ? { type: "keyDown", text: "\r" } : { type: "rawKeyDown" };
  await page.send("Input.dispatchKeyEvent", { ...down, ...event });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

/** The parts that are marked in the bytes: class and text of each. */
function marked(page) {
  return page.evaluate(
    `[...document.querySelectorAll("#bytes span")].map((part) => [part.className, part.textContent])
      .filter(([kind]) => kind !== "none")`,
  );
}

const rowText = (page, name) =>
  page.evaluate(
    `[...document.querySelectorAll("#parts tr")].find((row) =>
      row.cells[0].textContent === ${JSON.stringify(name)})?.innerText.replace(/\\s+/g, " ") ?? ""`,
  );

parser("marks the parts of a request that is typed, and tells them in words", async () => {
  await withPage(async (page) => {
    await type(page, "PUT /a/b?c=d HTTP/1.1\nHost: h\nContent-Length: 3\nX: y\n\nabc");
    assert.is(await page.text("verdict"), "Accepted: 1 request.");
    assert.equal(await marked(page), [
      ["method", "PUT"], ["path", "/a/b"], ["target", "?"], ["query", "c=d"],
      ["version", "HTTP/1.1"], ["field-name", "Host"], ["field-value", "h"],
      ["field-name", "Content-Length"], ["field-value", "3"], ["field-name", "X"],
      ["field-value", "y"], ["content", "abc"],
    ]);
    assert.is(await rowText(page, "query"), "query c=d 9–11");
    assert.is(await rowText(page, "content"), "content 3 bytes, by Content-Length 59–61");
    assert.is(await rowText(page, "authority"), "authority h from Host 29");
  });
});

parser("shows bytes that cannot be seen: CR, LF, NUL, tabs, and those above 127", async () => {
  await withPage(async (page) => {
    await type(page, "GET / HTTP/1.1\nHost: a\nX: \\t\\xE9é \\\n\n\n");
    const names = await page.evaluate(
      `[...document.querySelectorAll("#bytes i")].map((byte) => byte.textContent).join(" ")`,
    );
    assert.is(names, "· · CR LF · CR LF · HTAB E9 C3 A9 · CR LF CR LF");
    assert.is(await page.text("verdict"), "Accepted: 1 request.");
    await type(page, "GET / HTTP/1.1\nHost: a\\0\n\n");
    assert.equal(await marked(page), [["fault", "NUL"]]);
    assert.match(await page.text("verdict"), /^Refused with 400 at byte 23 \(NUL\)\./);
  });
});

parser("says what is missing while a request is incomplete", async () => {
  await withPage(async (page) => {
    const verdictOf = async (text) => {
      await type(page, text);
      return page.text("verdict");
    };
    assert.is(await verdictOf(""), "Nothing yet.");
    assert.match(await verdictOf("GET / HT"), /^An incomplete request\. .* empty line/);
    const head = "POST / HTTP/1.1\nHost: a\n";
    assert.match(await verdictOf(`${head}Content-Length: 5\n\nabc`), /2 bytes of content/);
    assert.match(await verdictOf(`${head}Transfer-Encoding: chunked\n\n3\nab`), /last chunk/);
    const two = `${head}Content-Length: 1\n\naGET /`;
    assert.match(await verdictOf(two), /^1 request, then an incomplete request/);
    const closing = `${head}Connection: close\n\nGET / HTTP/1.1\n`;
    assert.match(await verdictOf(closing), /closes; 16 bytes stay unread/);
  });
});

parser("points at the byte that is refused, and to the rule", async () => {
  await withPage(async (page) => {
    await type(page, "GET / HTTP/1.1\nHost : a\n\n");
    assert.equal(await marked(page), [["fault", "·"]]);
    const link = `document.querySelector("#verdict a")`;
    assert.is(await page.evaluate(`${link}.textContent`), "RFC 9112 §5.1");
    assert.match(await page.evaluate(`${link}.href`), /\/rfc9112\.html#section-5\.1$/);
    await type(page, "GET / HTTP/1.1\nHost: a\n\nGET\tx");
    assert.match(await page.text("verdict"), /^Refused with 400 at request 2, byte 30 \(HTAB\)\./);
    await type(page, "GET / HTTP/1.1\n\n");
    assert.match(await page.text("verdict"), /^Refused with 400 at the end\./);
    assert.equal(await marked(page), [["fault", "end"]]);
  });
});

/** Of each example what becomes of it. */
const OUTCOMES = {
  "A plain request": "Accepted: 1 request",
  "Two in one go": "Accepted: 2 requests",
  "Chunked content": "Accepted: 1 request",
  "Length and chunked": "length-conflict",
  "Space before the colon": "bad-field-name",
  "Folded line": "obsolete-fold",
  "Bare LF": "bad-line-end",
  "Bare CR": "bad-line-end",
  "NUL in a value": "bad-field-value",
  "Bytes above 127": "unsupported-coding",
  "Two lengths": "bad-content-length",
  "A length with a sign": "bad-content-length",
  "Chunked, twice": "bad-transfer-encoding",
  "Almost chunked": "unsupported-coding",
  "Chunk size 0x5": "bad-chunk",
  "Huge chunk size": "bad-chunk",
  "Chunk too short": "bad-chunk",
  "LF behind a chunk size": "bad-chunk",
  "Two hosts": "repeated-host",
  "No host": "missing-host",
  "HTTP/2": "unsupported-version",
};

parser("has examples, each with its outcome", async () => {
  assert.equal(EXAMPLES.map(({ name }) => name), Object.keys(OUTCOMES));
  await withPage(async (page) => {
    for (const [i, { name, why }] of EXAMPLES.entries()) {
      await page.evaluate(`document.querySelectorAll("#examples button")[${i}].click()`);
      const verdict = await page.text("verdict");
      assert.ok(verdict.includes(OUTCOMES[name]), `${name}: ${verdict}`);
      assert.is(await page.text("why"), why);
      const pressed = `document.querySelector("#examples [aria-pressed=true]").textContent`;
      assert.is(await page.evaluate(pressed), name);
      const faults = (await marked(page)).filter(([kind]) => kind === "fault");
      assert.is(faults.length, OUTCOMES[name].startsWith("Accepted") ? 0 : 1, name);
    }
  });
});

parser("can be used with the keyboard alone", async () => {
  await withPage(async (page) => {
    const focused = `document.activeElement.textContent || document.activeElement.id`;
    const tabTo = async (wanted) => {
      for (let i = 0; i < 40 && (await page.evaluate(focused)) !== wanted; i++) {
        await press(page, "Tab", 9);
      }
      assert.is(await page.evaluate(focused), wanted);
    };
    await tabTo("Two hosts");
    await press(page, "Enter", 13);
    assert.match(await page.text("verdict"), /repeated-host/);
    await tabTo("request");
    await press(page, "Backspace", 8);
    await press(page, "Tab", 9);
    assert.not.equal(await page.evaluate(focused), "request", "Tab leaves the text");
  });
});

parser("goes on when the network is gone", async () => {
  await withPage(async (page) => {
    const gone = { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await page.send("Network.emulateNetworkConditions", gone);
    const count = page.requested.length;
    await type(page, "GET /offline HTTP/1.1\nHost: a\n\n");
    assert.is(await rowText(page, "path"), "path /offline 4–11");
    await page.evaluate(`document.querySelectorAll("#examples button")[4].click()`);
    assert.match(await page.text("verdict"), /bad-field-name/);
    assert.is(page.requested.length, count, "it asks for nothing");
  });
});

parser("does not stumble over a long text", async () => {
  await withPage(async (page) => {
    const text = `POST / HTTP/1.1\\nHost: a\\nContent-Length: 1000000\\n\\n`;
    await page.evaluate(`
      document.getElementById("request").value = "${text}" + "x".repeat(1e6);
      document.getElementById("request").dispatchEvent(new Event("input"))`);
    assert.is(await page.text("verdict"), "Accepted: 1 request.");
    const shown = await page.text("bytes");
    assert.match(shown.slice(-40), /… and 980,0\d\d bytes more$/);
  });
});

parser("fits a narrow screen, in light and dark", async () => {
  await withPage(async (page) => {
    for (const scheme of ["light", "dark"]) {
      await page.setColourScheme(scheme);
      for (const width of [320, 1100]) {
        await page.resize(width, 800);
        const overflow = `document.documentElement.scrollWidth - innerWidth`;
        assert.ok((await page.evaluate(overflow)) <= 0, `${scheme}, ${width} pixels`);
      }
    }
    const paper = await page.evaluate(`getComputedStyle(document.body).backgroundColor`);
    const light = paper.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0);
    assert.ok(light < 200, `dark is dark, not ${paper}`);
  });
});

parser.run();
