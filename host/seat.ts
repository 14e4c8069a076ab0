// One worker's place: its listeners, its eventfd, its control word, and the thread that has the
// place now. When the guest of a thread fails, a successor takes the same place and so the same
// listeners: the connections in their queues just wait. A guest that ends without having failed has
// no successor.

import { setTimeout as pause } from "node:timers/promises";

import { type Account, addAccounts, NO_ACCOUNT, settleAccount } from "./account.js";
import { type Assignment, Command } from "./control.js";
import { settlesWithin } from "./deadline.js";
import { describeErrno, StartError } from "./errors.js";
import { Pace } from "./pace.js";
import { Reserve } from "./reserve.js";
import type { GrantedListener, Shim } from "./shim.js";
import type { Standing } from "./standing.js";
import type { End, Thread } from "./thread.js";
import { showDuration } from "./units.js";

const STOP_MS = 500;

/** What all seats of a server, or of a load client, have in common. */
export interface Office {
  shim: Shim;
  module: WebAssembly.Module;
  /** Arguments of the guest, but for its listeners. */
  args: string[];
  /** Descriptors of directories. */
  roots: number[];
  /** Descriptors of logs. */
  logs?: number[];
  /** Takes back the listeners of a place once nobody there accepts any more. */
  release?(listeners: readonly GrantedListener[]): void;
  /** Addresses that the guest may connect to. */
  connect?: string[];
  /** What a guest that fails was doing cannot be taken up by another. */
  isSingleRun?: true;
  /** A guest that is up need not wait for `release`. */
  isImmediate?: boolean;
  /** Takes a line about a failure. */
  log(line: string): void;
  /** Takes an answer to `ask`. */
  told?(account: Account): void;
}

export class Seat {
  readonly #office: Office;
  readonly #reserve: Reserve;
  readonly #name: string;
  readonly #assignment: Assignment;
  readonly #pace = new Pace();
  readonly #closing = new AbortController();
  #thread: Thread | undefined;
  #occupied: Promise<void> = Promise.resolve();
  #account: Account = NO_ACCOUNT;
  /** What the present thread has said last. */
  #present: Account = NO_ACCOUNT;
  #failures = 0;
  #replacements = 0;
  #isEmpty = false;
  #isClosed = false;
  /** There is a thread that has not ended. */
  #isStaffed = false;
  /** Those who wait for an answer. */
  readonly #curious = new Set<() => void>();

  /** Threads come from `reserve`. */
  constructor(
    office: Office, name: string, listeners: GrantedListener[], reserve = new Reserve(),
  ) {
    const { shim, module, args, roots, logs = [], connect = [], isImmediate } = office;
    this.#office = office;
    this.#reserve = reserve;
    this.#name = name;
    const grants = { listeners, roots, logs, connect, eventfd: openEventfd(shim) };
    const control = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    control[0] = isImmediate ? Command.Run : Command.Hold;
    const addresses = listeners.flatMap(({ address }) => ["--listen", address]);
    this.#assignment = { module, args: [...args, ...addresses], grants, control };
  }

  /** Work of all threads that had this place, without the present one. */
  get account(): Account {
    return this.#account;
  }

  /** Whether there is a thread, which may hang; not while the next start is waited for. */
  get isStaffed(): boolean {
    return this.#isStaffed;
  }

  /** Resolves with the size of the guest's memory once it is up. Throws `StartError`. */
  async open(): Promise<number> {
    const thread = this.#begin();
    // From now on the place is occupied: who ends it while it starts has to wait, or terminate it.
    this.#occupied = thread.ready.then(async (ready) => {
      if (ready) return this.#occupy(thread);
      await thread.end;
    });
    this.#occupied.catch(() => undefined); // whoever waits for the end is told
    const ready = await thread.ready;
    if (ready) return ready.memoryBytes;
    const { reason = "was ended" } = await thread.end;
    throw new StartError(`${this.#name} ${reason}`);
  }

  /** Lets the guest, which is up, take up its work. */
  release(): void {
    const { control } = this.#assignment;
    Atomics.compareExchange(control, 0, Command.Hold, Command.Run);
    Atomics.notify(control, 0);
  }

  /** Asks the guest for its account, which `told` gets. Does not push aside a command. */
  ask(): void {
    if (this.#isClosed) return;
    const { control, grants } = this.#assignment;
    const before = Atomics.compareExchange(control, 0, Command.Run, Command.Tell);
    if (before === Command.Run) this.#office.shim.wake(grants.eventfd);
  }

  /** Asks the guest and waits for its answer as long as that; a successor may give it. */
  async report(patienceMs: number): Promise<Standing> {
    const hasAnswered = !this.#isEmpty && (await this.#answersWithin(patienceMs));
    return {
      state: this.#isEmpty ? "ended" : hasAnswered ? "up" : "down",
      account: addAccounts(this.#account, this.#present),
      failures: this.#failures,
      replacements: this.#replacements,
    };
  }

  /**
   * Makes the guest stop accepting, for a successor does it, and end as its clients allow; resolves
   * when it has stopped.
   */
  async retire(): Promise<void> {
    this.#closing.abort();
    this.#command(Command.Retire);
    await this.#thread?.retiring;
    this.#releaseListeners();
  }

  /** Gives back what the place had, which must be empty for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#releaseListeners();
    this.#office.shim.closeDescriptor(this.#assignment.grants.eventfd);
  }

  /** Makes the guest drain; resolves with its account when it has begun to. */
  async drain(): Promise<Account> {
    this.#closing.abort();
    this.#command(Command.Drain);
    const report = await this.#thread?.draining;
    // Only now: a guest that is still starting would find its listener gone, or another's.
    this.#releaseListeners();
    return report?.account ?? NO_ACCOUNT;
  }

  /** Resolves when the place is empty for good. */
  closed(): Promise<void> {
    return this.#occupied;
  }

  /** Ends the thread whatever its guest is doing. */
  async stop(): Promise<void> {
    this.halt();
    if (!(await settlesWithin(this.#occupied, STOP_MS))) await this.#thread?.terminate();
    await this.#occupied;
  }

  /** Ends the thread as soon as its guest returns from its turn; does not wait for that. */
  halt(): void {
    this.#closing.abort();
    this.#command(Command.Stop);
  }

  async #occupy(first: Thread): Promise<void> {
    let end = await first.end;
    for (;;) {
      const { reason, account } = end;
      this.#isStaffed = false;
      this.#account = addAccounts(this.#account, settleAccount(account ?? this.#present));
      this.#present = NO_ACCOUNT;
      if (reason !== undefined) {
        this.#failures++;
        await this.#recover(reason);
      }
      if (reason === undefined || this.#isLast) break;
      end = await this.#replace();
    }
    this.#isEmpty = true;
    this.#satisfy();
  }

  /** Resolves with the end of the successor, which comes at once if no thread can be had for it. */
  async #replace(): Promise<End> {
    let thread: Thread;
    try {
      thread = this.#begin();
    } catch (error) {
      if (error instanceof StartError) return { reason: error.message };
      throw error;
    }
    this.#replacements++;
    this.#reserve.fill();
    return thread.end;
  }

  #heard(account: Account): void {
    this.#present = account;
    this.#office.told?.(account);
    this.#satisfy();
  }

  async #answersWithin(ms: number): Promise<boolean> {
    const curious = this.#curious;
    let hear: () => void;
    const answer = new Promise<void>((resolve) => curious.add((hear = resolve)));
    this.ask();
    return settlesWithin(answer, ms).finally(() => curious.delete(hear));
  }

  #satisfy(): void {
    for (const satisfy of this.#curious) satisfy();
  }

  #begin(): Thread {
    const thread = (this.#thread = this.#reserve.employ(this.#assignment));
    this.#isStaffed = true;
    thread.listen((account) => this.#heard(account));
    return thread;
  }

  get #isLast(): boolean {
    return this.#closing.signal.aborted || this.#office.isSingleRun === true;
  }

  /** Says what happened and lets the time pass until the next start. */
  async #recover(reason: string): Promise<void> {
    const { signal } = this.#closing;
    const log = (sequel: string) => this.#office.log(`${this.#name} ${reason}; ${sequel}`);
    if (this.#isLast) return log("not replaced");
    const delay = this.#pace.next(performance.now());
    if (delay === 0) return log("replaced");
    log(`next start in ${showDuration(delay)}`);
    await pause(delay, undefined, { signal }).catch(() => undefined);
  }

  #releaseListeners(): void {
    this.#office.release?.(this.#assignment.grants.listeners.splice(0));
  }

  /** A wake that fails finds the eventfd full, which wakes as well. */
  #command(command: number): void {
    if (this.#isClosed) return;
    const { control, grants } = this.#assignment;
    Atomics.store(control, 0, command);
    Atomics.notify(control, 0);
    this.#office.shim.wake(grants.eventfd);
  }
}

function openEventfd(shim: Shim): number {
  const descriptor = shim.openEventfd();
  if (descriptor < 0) throw new StartError(`cannot open an eventfd: ${describeErrno(descriptor)}`);
  return descriptor;
}
