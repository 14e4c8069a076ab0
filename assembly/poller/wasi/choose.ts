// What a component can wait with: WASI knows no interest list that outlives a wait.

import { Arena } from "../../bytes/arena";
import { Clock } from "../../platform/clock";
import { PollPoller } from "../poll";
import { Poller } from "../poller";

export const DEFAULT_POLLER = "poll";

export function isPoller(name: string): bool {
  return name == DEFAULT_POLLER;
}

export function pollerSize(name: string, capacity: i32): u64 {
  return PollPoller.arenaSize(capacity);
}

export function createPoller(name: string, arena: Arena, capacity: i32, clock: Clock): Poller {
  return new PollPoller(arena, capacity);
}
