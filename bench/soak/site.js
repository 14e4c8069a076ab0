// The files of the soak.

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGES = 50;
const LARGE = 8 * 2 ** 20;

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Makes the site; resolves what each path holds. */
export function makeSoakSite(path) {
  mkdirSync(path, { recursive: true });
  const contents = new Map();
  const put = (name, bytes) => {
    writeFileSync(join(path, name), bytes);
    contents.set(`/${name}`, bytes);
  };
  for (let i = 0; i < PAGES; i++) put(`page-${i}.html`, randomBytes(200 + i * 97));
  put("medium.bin", randomBytes(40_000));
  put("large.bin", randomBytes(LARGE));
  const site = { path, contents, versions: new Set() };
  site.change = () => change(site);
  site.change();
  return site;
}

/** Replaces changing.txt, as deployment tools do; both versions are right for a while. */
function change({ path, versions }) {
  const bytes = randomBytes(3000);
  versions.add(sha256(bytes));
  if (versions.size > 100) versions.delete(versions.values().next().value);
  writeFileSync(join(path, "changing.new"), bytes);
  renameSync(join(path, "changing.new"), join(path, "changing.txt"));
}
