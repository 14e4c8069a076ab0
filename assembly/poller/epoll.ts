// epoll(7): the interest list lives in the kernel, so a wait costs as much as there are ready
// descriptors, however many are watched.

import { close, epoll_create1, epoll_ctl, epoll_wait } from "../platform/imports";
import { ReadyRecord } from "../platform/layout";
import { Interest, Poller, Readiness } from "./poller";

const EPOLL_CTL_ADD: i32 = 1;
const EPOLL_CTL_DEL: i32 = 2;
const EPOLL_CTL_MOD: i32 = 3;

const EPOLLIN: u32 = 0x001;
const EPOLLOUT: u32 = 0x004;
const EPOLLERR: u32 = 0x008;
const EPOLLHUP: u32 = 0x010;
const EPOLLET: u32 = 0x80000000;

const MAX_EVENTS: i32 = 512;
const readyList = memory.data(4096);

function kernelEvents(interest: u32): u32 {
  let events: u32 = 0;
  if (interest & Interest.Readable) events |= EPOLLIN;
  if (interest & Interest.Writable) events |= EPOLLOUT;
  if (interest & Interest.EdgeTriggered) events |= EPOLLET;
  return events;
}

function record(i: i32): ReadyRecord {
  return changetype<ReadyRecord>(readyList + <usize>i * offsetof<ReadyRecord>());
}

export class EpollPoller extends Poller {
  private epfd: i32 = -1;

  get name(): string {
    return "epoll";
  }

  open(): i32 {
    this.epfd = epoll_create1(0);
    return min(this.epfd, 0);
  }

  add(fd: i32, interest: u32, token: u32): i32 {
    return epoll_ctl(this.epfd, EPOLL_CTL_ADD, fd, kernelEvents(interest), token);
  }

  modify(fd: i32, interest: u32, token: u32): i32 {
    return epoll_ctl(this.epfd, EPOLL_CTL_MOD, fd, kernelEvents(interest), token);
  }

  remove(fd: i32): i32 {
    return epoll_ctl(this.epfd, EPOLL_CTL_DEL, fd, 0, 0);
  }

  wait(timeoutMs: i32): i32 {
    return epoll_wait(this.epfd, readyList, MAX_EVENTS, timeoutMs);
  }

  token(i: i32): u32 {
    return record(i).token;
  }

  readiness(i: i32): u32 {
    const events = record(i).events;
    let readiness: u32 = 0;
    if (events & EPOLLIN) readiness |= Readiness.Readable;
    if (events & EPOLLOUT) readiness |= Readiness.Writable;
    if (events & (EPOLLERR | EPOLLHUP)) readiness |= Readiness.PeerClosed;
    return readiness;
  }

  close(): void {
    close(this.epfd);
    this.epfd = -1;
  }
}
