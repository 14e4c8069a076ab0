// What the embedder of server.wasm gives it, for a component: the same functions, over WASI 0.2.

export { close } from "./descriptors";
export { fstat, openat2, pread } from "./files";
