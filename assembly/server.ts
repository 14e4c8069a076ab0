// Entry of server.wasm; docs/abi.md describes what it exports.

import { commandLine } from "./platform/arguments";
import { BAD_ARGUMENT } from "./platform/exports";
import { metrics as more } from "./platform/metrics";
import { Server } from "./serve";

let server = changetype<Server>(0);

export function configure(): i32 {
  const configured = Server.fromArguments(commandLine());
  if (!configured) return BAD_ARGUMENT;
  server = configured;
  return 0;
}

export function start(): i32 {
  return server.start();
}

export function turn(timeoutMs: i32): i32 {
  return server.turn(timeoutMs);
}

export function retire(): void {
  server.retire();
}

export function drain(): void {
  server.drain();
}

export function stop(): void {
  server.stop();
}

export function counters(): usize {
  return changetype<usize>(server.counters());
}

/** What is of the moment in it is of the last call of `counters`. */
export function metrics(): usize {
  return changetype<usize>(more);
}
