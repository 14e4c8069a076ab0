// The site that every server serves, made anew in build/bench/www: the same bytes on every
// machine, so that results can be compared.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const MANY = 5000;
export const WORK = fileURLToPath(new URL("../build/bench/", import.meta.url));
export const ROOT = `${WORK}www`;

export function makeSite() {
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(`${ROOT}/many`, { recursive: true });
  writeFileSync(`${ROOT}/page.html`, page("A small page", 600));
  writeFileSync(`${ROOT}/64k.jpg`, noise(64 * 1024));
  writeFileSync(`${ROOT}/1m.jpg`, noise(1024 * 1024));
  for (let i = 0; i < MANY; i++) {
    writeFileSync(`${ROOT}/many/${i}.html`, page(`Page ${i}`, 300 + ((i * 37) % 1700)));
  }
}

/** The file that only one scenario wants: servers that keep files in memory would suffer for it. */
export function withLargeFile(action) {
  const path = `${ROOT}/100m.jpg`;
  writeFileSync(path, noise(100 * 1024 * 1024));
  return action().finally(() => rmSync(path));
}

/** The file behind a request-target, or null. */
export function fileOf(path) {
  try {
    return readFileSync(ROOT + path);
  } catch {
    return null;
  }
}

function page(title, length) {
  const head =
    `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title>` +
    `</head>\n<body>\n<h1>${title}</h1>\n<p>`;
  const foot = "</p>\n</body>\n</html>\n";
  const words = "The quick brown fox jumps over the lazy dog. ";
  const space = length - head.length - foot.length;
  return head + words.repeat(Math.ceil(space / words.length)).slice(0, space) + foot;
}

function noise(length) {
  const bytes = Buffer.alloc(length);
  let x = 0x9e3779b9;
  for (let i = 0; i < length; i += 4) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes.writeInt32LE(x, i);
  }
  return bytes;
}
