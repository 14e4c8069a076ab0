// What the embedder of server.wasm gives it, for a component: the same functions, over WASI 0.2.

import { EBADF } from "../errno";
import { STDOUT, write as print } from "./stdio";

export { close } from "./descriptors";
export { fstat, openat2, pread } from "./files";
export { eventfd, eventfd_read, poll } from "./poll";
export { accept4, cork, listen, shutdown } from "./sockets";
export { recv, send, send_each, sendfile, sendv } from "./transfer";

/** The one log there is: standard output, which is waited for. */
export function write(log: i32, pointer: usize, length: i32): i32 {
  return log == 0 ? print(STDOUT, pointer, length) : -EBADF;
}
