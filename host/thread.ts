// One worker thread, seen from the main thread: what it reports, as promises.

import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { type Account, NO_ACCOUNT } from "./account.js";
import type { Assignment, Report } from "./control.js";

const WORKER_FILE = join(import.meta.dirname, "worker.cjs");

type ReportOf<Type extends Report["type"]> = Extract<Report, { type: Type }>;

/** How a thread ended. */
export interface End {
  /** Not given if it ended because we wanted it to. */
  reason?: string;
  account: Account;
}

export class Thread {
  /** The guest has started; `undefined` if the thread ended before. */
  readonly ready: Promise<ReportOf<"ready"> | undefined>;
  /** The guest has been told to retire; `undefined` if the thread ended before. */
  readonly retiring: Promise<ReportOf<"retiring"> | undefined>;
  /** The guest has been told to drain; `undefined` if the thread ended before. */
  readonly draining: Promise<ReportOf<"draining"> | undefined>;
  /** The thread is gone. Rejects for an exception that is a mistake of ours. */
  readonly end: Promise<End>;
  readonly #worker: Worker;
  #isTerminated = false;

  /** `told` gets each answer to `Command.Tell`. */
  constructor(assignment: Assignment, told?: (account: Account) => void) {
    this.#worker = new Worker(WORKER_FILE, { workerData: assignment });
    this.#worker.on("message", (report: Report) => {
      if (report.type === "told") told?.(report.account);
    });
    this.ready = this.#first("ready");
    this.retiring = this.#first("retiring");
    this.draining = this.#first("draining");
    this.end = this.#awaitEnd();
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
    const failed = this.#first("failed");
    await new Promise((resolve, reject) => {
      this.#worker.once("error", reject);
      this.#worker.once("exit", resolve);
    });
    const report = (await ended) ?? (await failed);
    const account = report?.account ?? NO_ACCOUNT;
    if (report?.type === "failed") return { reason: report.reason, account };
    if (report || this.#isTerminated) return { account };
    return { reason: "ended for no known reason", account };
  }
}
