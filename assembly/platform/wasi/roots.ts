// The directories that the host has opened for the component. One is the document root: that which is
// mounted at `/`, else the first.

import { SLASH } from "../../bytes/ascii";
import { ENOENT } from "../errno";
import { get_directories } from "./bindings/filesystem";
import { expectLasting, result } from "./canonical";

/**
 * ```
 * 0        4      8        12
 * ├ handle ┼ name ┼ length ┤
 * ```
 */
@unmanaged
class Directory {
  handle: u32;
  name: usize;
  length: u32;

  get isMountedAtRoot(): bool {
    return this.length == 1 && load<u8>(this.name) == SLASH;
  }
}

/** The handle of the document root, or 0. */
export let root: u32 = 0;

/** Looks for the document root: 0, or −ENOENT when the host has opened no directory. */
export function findRoot(): i32 {
  expectLasting();
  get_directories(result);
  const list = load<usize>(result);
  const count = load<i32>(result, 4);
  for (let i = 0; i < count; i++) {
    const directory = changetype<Directory>(list + <usize>i * offsetof<Directory>());
    if (i == 0 || directory.isMountedAtRoot) root = directory.handle;
    if (directory.isMountedAtRoot) break;
  }
  return count > 0 ? 0 : -ENOENT;
}
