// What the exports of server.wasm and tcp.wasm promise (docs/abi.md).

/** `configure`: an argument is wrong, and a line has said which. */
export const BAD_ARGUMENT: i32 = 2;

/** `turn`: to be called again; or there is nothing left to do. */
export const RUNNING: i32 = 0;
export const DRAINED: i32 = 1;

/** The most that an arena can have: the module's memory ends at 1 GiB. */
export const MAX_ARENA: u64 = 1056964608;
