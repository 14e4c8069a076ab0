// The demo site holds together: what a page points to exists, nothing is loaded from other sites,
// and every page has what a page needs. Runs alone: `node test/site/links.js`.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const ROOT = new URL("../../html/", import.meta.url);
const PLAIN_LINKS_TO = /^https:\/\/www\.rfc-editor\.org\//;

const names = readdirSync(ROOT, { recursive: true }).filter((name) =>
  statSync(new URL(name, ROOT)).isFile(),
);
const read = (name) => readFileSync(new URL(name, ROOT), "utf8");
const ending = (suffix) => names.filter((name) => name.endsWith(suffix));
const matches = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** The file that a reference of a page means, with index.html for a directory. */
function target(reference, name) {
  const url = new URL(reference, new URL(name, ROOT));
  url.hash = "";
  url.search = "";
  const path = fileURLToPath(url);
  return url.href.endsWith("/") ? `${path}index.html` : path;
}

function assertExists(reference, name) {
  const path = target(reference, name);
  assert.ok(path.startsWith(fileURLToPath(ROOT)), `${name}: ${reference} leaves the site`);
  assert.ok(existsSync(path), `${name}: ${reference} does not exist`);
}

const isExternal = (reference) => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(reference);

const links = suite("links");

links("lead to files that exist, or to an RFC", () => {
  for (const name of ending(".html")) {
    for (const reference of matches(read(name), /<a\b[^>]*?\shref="([^"]*)"/g)) {
      if (isExternal(reference)) assert.match(reference, PLAIN_LINKS_TO, name);
      else assertExists(reference, name);
    }
  }
});

links("with a fragment lead to an element with that id", () => {
  for (const name of ending(".html")) {
    for (const reference of matches(read(name), /\shref="([^"]*#[^"]+)"/g)) {
      if (isExternal(reference)) continue;
      const [path, id] = reference.split("#");
      const page = readFileSync(path === "" ? new URL(name, ROOT) : target(path, name), "utf8");
      assert.ok(page.includes(`id="${id}"`), `${name}: no element ${reference}`);
    }
  }
});

links("inside the site are relative, so that it works under any path", () => {
  for (const name of ending(".html")) {
    const references = matches(read(name), /\s(?:href|src)="([^"]*)"/g);
    for (const reference of references) assert.not.match(reference, /^\//, name);
  }
});

links.run();

const resources = suite("resources");

resources("of pages are files of the site", () => {
  for (const name of ending(".html")) {
    const text = read(name);
    const references = [
      ...matches(text, /<link\b[^>]*?\shref="([^"]*)"/g),
      ...matches(text, /\s(?:src|poster|data|action|xlink:href)="([^"]*)"/g),
    ];
    for (const reference of references) {
      assert.not.ok(isExternal(reference), `${name}: loads ${reference}`);
      assertExists(reference, name);
    }
    assert.not.match(text, /\ssrcset=|http-equiv="refresh"/, name);
  }
});

resources("of style sheets and drawings are files of the site", () => {
  for (const name of [...ending(".css"), ...ending(".svg"), ...ending(".html")]) {
    for (const reference of matches(read(name), /url\(\s*["']?([^"')]*)/g)) {
      if (reference.startsWith("#")) continue;
      assert.not.ok(isExternal(reference), `${name}: loads ${reference}`);
      assertExists(reference, name);
    }
    assert.not.match(read(name), /@import/, name);
  }
});

resources("of scripts are modules of the site", () => {
  for (const name of ending(".js")) {
    const text = read(name);
    for (const reference of matches(text, /\b(?:from|import)\s*\(?\s*"([^"]*)"/g)) {
      assert.match(reference, /^\.\.?\//, name);
      assertExists(reference, name);
    }
    for (const address of matches(text, /["'`](https?:\/\/[^"'`]*)/g)) {
      assert.match(address, PLAIN_LINKS_TO, `${name}: ${address}`);
    }
    assert.not.match(text, /\bXMLHttpRequest\b|\bWebSocket\b|\bsendBeacon\b/, name);
  }
});

resources("include the chart of the last result of the bench", () => {
  const result = readFileSync(new URL("../bench/results/models.svg", ROOT), "utf8");
  assert.ok(read("models/chart.svg") === result, "npm run bench -- --summary copies it");
});

resources("have no orphans: every file is used by a page, a style sheet or a script", () => {
  const used = new Set([target("./", "index.html")]);
  for (const name of names) {
    const pattern = /(?:\s(?:href|src)=|\bfrom\s+|\bimport\(|\bnew URL\()"([^"#]+)"/g;
    for (const reference of matches(read(name), pattern)) {
      if (!isExternal(reference)) used.add(target(reference, name));
    }
  }
  const orphans = names.filter((name) => !used.has(fileURLToPath(new URL(name, ROOT))));
  assert.equal(orphans, []);
});

resources.run();

const pages = suite("pages");

pages("have language, charset, viewport, title and description", () => {
  for (const name of ending(".html")) {
    const text = read(name);
    assert.match(text, /^<!doctype html>\n<html lang="[a-z]{2}">/, name);
    assert.match(text.slice(0, 1024), /<meta charset="utf-8">/, name);
    assert.match(text, /<meta name="viewport" content="width=device-width/, name);
    assert.match(text, /<title>[^<]{5,}<\/title>/, name);
    assert.match(text, /<meta name="description" content="[^"]{40,}">/, name);
  }
});

pages("have titles and descriptions of their own", () => {
  for (const pattern of [/<title>([^<]*)/g, /name="description" content="([^"]*)/g]) {
    const texts = ending(".html").flatMap((name) => matches(read(name), pattern));
    assert.is(new Set(texts).size, texts.length);
  }
});

pages("have one h1, headings without gaps, one main, and text for every image", () => {
  for (const name of ending(".html")) {
    const text = read(name);
    const levels = matches(text, /<h([1-6])\b/g).map(Number);
    assert.is(levels.filter((level) => level === 1).length, 1, name);
    for (const [i, level] of levels.entries()) {
      assert.ok(i === 0 ? level === 1 : level <= levels[i - 1] + 1, `${name}: h${level}`);
    }
    assert.is(matches(text, /<(main)\b/g).length, 1, name);
    for (const image of matches(text, /<img\b([^>]*)>/g)) assert.match(image, /\salt="/, name);
  }
});

pages("have no id twice", () => {
  for (const name of ending(".html")) {
    const ids = matches(read(name), /\sid="([^"]*)"/g);
    assert.is(new Set(ids).size, ids.length, name);
  }
});

pages.run();
