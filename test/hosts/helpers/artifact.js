// What a module of this suite says about a file in build/.

import { statSync } from "node:fs";

/**
 * @param {string} name of it
 * @param {string[]} [files] that it consists of, relative to build/; without them the one named so
 * @returns {{ artifact: string, size: number }}
 */
export function artifact(name, files = [name]) {
  return { artifact: name, size: files.reduce((sum, file) => sum + sizeOf(file), 0) };
}

/** @param {string} name */
function sizeOf(name) {
  const file = new URL(`../../../build/${name}`, import.meta.url);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new Error(`build/${name} is missing: run "npm run build"`);
  return stat.size;
}
