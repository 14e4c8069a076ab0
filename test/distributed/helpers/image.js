// The Dockerfile of examples/distributed: what is wrong with it, and the files that it would put
// into the image. Nothing is built: the instructions of the last stage are followed here, with this
// folder in the place of the stage `build`.

import { cpSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { validate } from "dockerfile-utils";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const STAGE = "/build/";

/** What a linter has to say, a line each. */
export function complaints(text) {
  return validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

/** The instructions of the last stage, as `[KEYWORD, words…]`. */
export function lastStage(text) {
  const lines = text.replace(/\\\n/g, " ").split("\n").map((line) => line.trim());
  const last = lines.findLastIndex((line) => line.startsWith("FROM "));
  return lines.slice(last).filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(/\s+/));
}

/** Lays out in `folder` what the image would have in `/`. */
export function layOut(text, folder) {
  const stage = lastStage(text);
  const build = Object.fromEntries(
    stage.filter(([keyword]) => keyword === "ARG").map(([, word]) => word.split("=")),
  );
  let directory = "/";
  for (const [keyword, ...words] of stage) {
    if (keyword === "WORKDIR") directory = resolve(directory, words[0]);
    if (keyword !== "COPY") continue;
    const [, ...sources] = words;
    const target = sources.pop();
    for (const source of sources) {
      const path = source.replace(/\$\{(\w+)\}/g, (_, name) => build[name]).replace(STAGE, "");
      const into = resolve(directory, target);
      // A folder is copied as what it holds; files go into a target that ends with a slash.
      const place = target.endsWith("/") ? join(into, basename(path)) : into;
      mkdirSync(join(folder, resolve(place, "..")), { recursive: true });
      cpSync(join(top, path), join(folder, place), { recursive: true });
    }
  }
}
