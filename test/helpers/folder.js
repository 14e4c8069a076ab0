// A folder for one test file, gone when it ends.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Makes it; `write` puts a file into it and returns its path. */
export function makeFolder(test) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "epollux-")));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  const write = (name, content) => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  return { path, write };
}
