// epoll(7): the interest list lives in the kernel, so a wait costs as much as there are ready
// descriptors, however many are watched.

import { epoll_create1, epoll_ctl, epoll_wait } from "../platform/imports";
import { ReadyRecord } from "../platform/layout";
import { eventsOf, POLLRDHUP, readinessOf } from "./events";
import { Interest, Poller, Watch } from "./poller";

const EPOLL_CTL_ADD: i32 = 1;
const EPOLL_CTL_DEL: i32 = 2;
const EPOLL_CTL_MOD: i32 = 3;

const EPOLLET: u32 = 0x80000000;

const MAX_EVENTS: i32 = 512;
const readyList = memory.data(4096);

export class EpollPoller extends Poller {
  private epfd: i32 = -1;

  constructor() {
    super(readyList);
  }

  get name(): string {
    return "epoll";
  }

  open(): i32 {
    this.epfd = epoll_create1(0);
    return min(this.epfd, 0);
  }

  add(watch: Watch, interest: u32): i32 {
    return this.control(EPOLL_CTL_ADD, watch, interest);
  }

  modify(watch: Watch, interest: u32): i32 {
    return this.control(EPOLL_CTL_MOD, watch, interest);
  }

  remove(watch: Watch): i32 {
    return epoll_ctl(this.epfd, EPOLL_CTL_DEL, watch.fd, 0, 0);
  }

  forget(watch: Watch): void {
    // Closing a descriptor takes it off the list, unless there is a duplicate of it: epoll(7).
  }

  wait(timeoutMs: i32): i32 {
    const count = epoll_wait(this.epfd, readyList, MAX_EVENTS, timeoutMs);
    for (let i = 0; i < count; i++) {
      const record = changetype<ReadyRecord>(readyList + <usize>i * offsetof<ReadyRecord>());
      record.events = readinessOf(record.events);
    }
    return count;
  }

  private control(op: i32, watch: Watch, interest: u32): i32 {
    let events = eventsOf(interest);
    // Errors are reported whether asked for or not: without interest once is enough.
    if (interest == Interest.None) events |= EPOLLET;
    if (interest & Interest.EdgeTriggered) events |= EPOLLET | POLLRDHUP;
    return epoll_ctl(this.epfd, op, watch.fd, events, <u32>changetype<usize>(watch));
  }
}
