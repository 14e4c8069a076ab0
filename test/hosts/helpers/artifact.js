// What a module of this suite says about a file in build/.

import { statSync } from "node:fs";

/**
 * @param {string} name relative to build/
 * @returns {{ artifact: string, size: number }}
 */
export function artifact(name) {
  const file = new URL(`../../../build/${name}`, import.meta.url);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new Error(`build/${name} is missing: run "npm run build"`);
  return { artifact: name, size: stat.size };
}
