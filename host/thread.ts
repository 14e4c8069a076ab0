// One worker thread, seen from the main thread: what it reports, as promises.

import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Account } from "./account.js";
import type { Assignment, Report } from "./control.js";
import { StartError } from "./errors.js";

export const WORKER_FILE = join(import.meta.dirname, "worker.cjs");

type ReportOf<Type extends Report["type"]> = Extract<Report, { type: Type }>;

/** How a thread ended. */
export interface End {
  /** Not given if it ended because we wanted it to. */
  reason?: string;
  /** Not given if it could not say. */
  account?: Account;
}

export class Thread {
  /** The guest has started; `undefined` if the thread ended before. */
  readonly ready: Promise<ReportOf<"ready"> | undefined>;
  /** The guest has been told to retire; `undefined` if the thread ended before. */
  readonly retiring: Promise<ReportOf<"retiring"> | undefined>;
  /** The guest has been told to drain; `undefined` if the thread ended before. */
  readonly draining: Promise<ReportOf<"draining"> | undefined>;
  /**
   * The guest has failed, or the thread is gone. Rejects for an exception that is a mistake of ours.
   */
  readonly end: Promise<End>;
  readonly #worker: Worker;
  #isTerminated = false;

  /** Without an assignment it loads what it will need, and waits for one. Throws `StartError`. */
  constructor(assignment?: Assignment) {
    this.#worker = startWorker(assignment);
    this.ready = this.#first("ready");
    this.retiring = this.#first("retiring");
    this.draining = this.#first("draining");
    this.end = this.#awaitEnd();
    this.end.catch(() => undefined); // whoever waits for the end is told
  }

  /** Hands it its work, from now on a reason to keep the process alive. */
  assign(assignment: Assignment): void {
    this.#worker.ref();
    this.#worker.postMessage(assignment);
  }

  /** `told` gets each answer to `Command.Tell`. */
  listen(told: (account: Account) => void): void {
    this.#worker.on("message", (report: Report) => {
      if (report.type === "told") told(report.account);
    });
  }

  /** Does not keep the process alive until it has work. */
  unref(): void {
    this.#worker.unref();
  }

  /** Ends the thread even if its guest never returns. */
  async terminate(): Promise<void> {
    this.#isTerminated = true;
    await this.#worker.terminate();
  }

  #first<Type extends Report["type"]>(type: Type): Promise<ReportOf<Type> | undefined> {
    return new Promise((resolve) => {
      this.#worker.on("message", (report: Report) => {
        if (report.type === type) resolve(report as ReportOf<Type>);
      });
      this.#worker.once("exit", () => resolve(undefined));
    });
  }

  async #awaitEnd(): Promise<End> {
    const ended = this.#first("ended");
    const failure = this.#first("failed");
    const isGone = new Promise<End | undefined>((resolve, reject) => {
      this.#worker.once("error", (error) => {
        const refusal = whyNotStarted(error);
        return refusal ? resolve({ reason: refusal }) : reject(error);
      });
      this.#worker.once("exit", () => resolve(undefined));
    });
    // It has given everything back: its successor need not wait until it has been cleared away.
    const failed = await Promise.race([failure, isGone]);
    if (failed) return failed;
    await isGone;
    const report = await ended;
    if (report || this.#isTerminated) return { account: report?.account };
    return { reason: "ended for no known reason" };
  }
}

function startWorker(workerData?: Assignment): Worker {
  try {
    return new Worker(WORKER_FILE, { workerData });
  } catch (error) {
    const refusal = whyNotStarted(error);
    throw refusal ? new StartError(refusal) : error;
  }
}

/**
 * A thread too many (EAGAIN), which Node throws, or too few descriptors for it (EMFILE), which it
 * tells by an event, is no mistake of ours; `undefined` for anything else.
 */
function whyNotStarted(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ERR_WORKER_INIT_FAILED") return undefined;
  return `cannot start a thread: ${message.split(": ").at(-1)}`;
}
