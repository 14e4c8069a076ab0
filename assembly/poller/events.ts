// The flags of poll(2), which epoll(7) has taken over with their numbers. POLLRDHUP is reported only
// to those who ask for it.

import { Interest, Readiness } from "./poller";

const POLLIN: u32 = 0x001;
const POLLOUT: u32 = 0x004;
const POLLERR: u32 = 0x008;
const POLLHUP: u32 = 0x010;
export const POLLRDHUP: u32 = 0x2000;

export function eventsOf(interest: u32): u32 {
  let events: u32 = 0;
  if (interest & Interest.Readable) events |= POLLIN;
  if (interest & Interest.Writable) events |= POLLOUT;
  return events;
}

export function readinessOf(events: u32): u32 {
  let readiness: u32 = 0;
  if (events & POLLIN) readiness |= Readiness.Readable;
  if (events & POLLOUT) readiness |= Readiness.Writable;
  if (events & (POLLERR | POLLHUP | POLLRDHUP)) readiness |= Readiness.PeerClosed;
  return readiness;
}
