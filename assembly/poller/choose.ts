// The pollers by name: the one place that knows which there are.

import { Arena } from "../bytes/arena";
import { Clock } from "../platform/clock";
import { BusyPoller } from "./busy";
import { EpollPoller } from "./epoll";
import { PollPoller } from "./poll";
import { Poller } from "./poller";
import { SelectPoller } from "./select";

export const DEFAULT_POLLER = "epoll";

export function isPoller(name: string): bool {
  return name == "epoll" || name == "poll" || name == "select" || name == "busy";
}

/** What a poller takes of the arena to watch `capacity` descriptors. */
export function pollerSize(name: string, capacity: i32): u64 {
  if (name == "poll") return PollPoller.arenaSize(capacity);
  if (name == "select") return SelectPoller.arenaSize();
  if (name == "busy") return BusyPoller.arenaSize(capacity);
  return 0;
}

export function createPoller(name: string, arena: Arena, capacity: i32, clock: Clock): Poller {
  if (name == "poll") return new PollPoller(arena, capacity);
  if (name == "select") return new SelectPoller(arena, clock);
  if (name == "busy") return new BusyPoller(arena, capacity);
  return new EpollPoller();
}
