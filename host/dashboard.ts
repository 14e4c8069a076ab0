// The files of the dashboard, which are in host/dashboard/ as a browser gets them.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../host/dashboard");
const SCRIPT = "text/javascript; charset=utf-8";

/** By path. */
const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/main.js": ["main.js", SCRIPT],
  "/chart.js": ["chart.js", SCRIPT],
  "/history.js": ["history.js", SCRIPT],
  "/rates.js": ["rates.js", SCRIPT],
  "/tables.js": ["tables.js", SCRIPT],
  "/units.js": ["units.js", SCRIPT],
  "/favicon.svg": ["favicon.svg", "image/svg+xml"],
};

/** What is at a path, `undefined` if nothing is. */
export function dashboardFile(path: string): { type: string; content: Buffer } | undefined {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  return file && { type: file[1], content: readFileSync(join(FOLDER, file[0])) };
}
