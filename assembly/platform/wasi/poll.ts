// poll(2) by wasi:io/poll: each direction of a socket that is waited for has a pollable, and so has
// the time. Nothing wakes a component from outside, so there is an eventfd that is never ready.
//
// A host may let a component do only so much before it takes a turn of its own, and until then say
// of everything that it would block: Wasmtime, whose sockets are tokio's, 128 operations, and finding
// a socket ready is one of them. So no more than MOST are told at once, after a wait that makes the
// host take its turn. Those that are left come next, before any of the others is told again.

import { NS_PER_MS } from "../clock";
import { EAGAIN } from "../errno";
import { PollRecord } from "../layout";
import { monotonic_clock_now, monotonic_clock_subscribe_duration } from "./bindings/clocks";
import { pollable_drop } from "./bindings/io";
import { closing, endFlushed } from "./closing";
import { Descriptor, takeDescriptor } from "./descriptors";
import { readableOf, socketAt, writableOf } from "./socket";
import { waitAny } from "./wait";

const POLLIN: u16 = 0x001;
const POLLOUT: u16 = 0x004;

/** Leaves half of what Wasmtime grants for what is done with them. */
const MOST: i32 = 64;

/** Whose a pollable is, if not of a record: of a connection that is closing, or of the time. */
const NOBODY: usize = 0;

/** Pollables of a wait; whose they are, address of the record and flag; indices of those ready. */
let pollables: usize = 0;
let owners: usize = 0;
let ready: usize = 0;
let count: i32 = 0;
const again = memory.data(4, 4);

/** There are more ready than were told: who was told in this round is left out until it is over. */
let isCrowded: bool = false;
let round: u32 = 1;

/** A pollable that is ready at the time `timerDue`; 0 is none. One that is ready at any time. */
let timer: u32 = 0;
let timerDue: u64 = 0;
let always: u32 = 0;

/** Takes the memory to wait for `descriptors` at once, in both directions: once, at the start. */
export function reservePoll(descriptors: i32): void {
  const capacity = 2 * descriptors + 1;
  pollables = heap.alloc(<usize>capacity << 2);
  ready = heap.alloc(<usize>capacity << 2);
  owners = heap.alloc(<usize>capacity << 3);
}

export function eventfd(): i32 {
  return takeDescriptor(0, endNothing);
}

export function eventfd_read(fd: i32): i32 {
  return -EAGAIN;
}

function endNothing(descriptor: Descriptor): i32 {
  return 0;
}

export function poll(fds: usize, length: i32, timeoutMs: i32): i32 {
  count = 0;
  for (let i = 0; i < length; i++) {
    const record = changetype<PollRecord>(fds + <usize>i * offsetof<PollRecord>());
    record.revents = 0;
    if (record.fd >= 0) addRecord(record);
  }
  let socket = closing;
  while (socket) {
    add(writableOf(socket), NOBODY, 0);
    socket = socket.nextClosing;
  }
  if (isCrowded) add(timerFor(0), NOBODY, 0);
  else if (timeoutMs >= 0) add(timerFor(timeoutMs), NOBODY, 0);
  const readyCount = waitAny(pollables, count, ready);
  if (readyCount >= MOST) letHostWork();
  const found = distribute(readyCount);
  isCrowded = found == MOST;
  if (!isCrowded) round++;
  if (closing) endFlushed();
  return found;
}

/** Waits once more for the first that is ready. */
function letHostWork(): void {
  waitAny(pollables + (<usize>load<u32>(ready) << 2), 1, again);
}

function addRecord(record: PollRecord): void {
  const socket = socketAt(record.fd);
  if (socket.handle == 0 || (isCrowded && socket.round == round)) return;
  const owner = changetype<usize>(record);
  if (record.events & POLLIN) add(readableOf(socket), owner, POLLIN);
  if (record.events & POLLOUT) add(writableOf(socket), owner, POLLOUT);
}

function add(pollable: u32, owner: usize, flag: u16): void {
  const at = <usize>(count++);
  store<u32>(pollables + (at << 2), pollable);
  store<u32>(owners + (at << 3), <u32>owner);
  store<u32>(owners + (at << 3), flag, 4);
}

/** Tells the records what is ready: how many they are. */
function distribute(readyCount: i32): i32 {
  let found = 0;
  for (let i = 0; i < readyCount && found < MOST; i++) {
    const owner = owners + (<usize>load<u32>(ready + (<usize>i << 2)) << 3);
    const record = changetype<PollRecord>(load<u32>(owner));
    if (changetype<usize>(record) == NOBODY) continue;
    if (record.revents == 0) found++;
    record.revents |= load<u16>(owner, 4);
    socketAt(record.fd).round = round;
  }
  return found;
}

/** The time is kept from wait to wait, because it is the same as a rule, and may come too soon. */
function timerFor(timeoutMs: i32): u32 {
  if (timeoutMs == 0) {
    if (always == 0) always = monotonic_clock_subscribe_duration(0);
    return always;
  }
  const now = monotonic_clock_now();
  const due = now + <u64>timeoutMs * NS_PER_MS;
  if (timer == 0 || timerDue <= now || timerDue > due) {
    if (timer != 0) pollable_drop(timer);
    timer = monotonic_clock_subscribe_duration(<u64>timeoutMs * NS_PER_MS);
    timerDue = due;
  }
  return timer;
}
