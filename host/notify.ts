// What a service manager is told of us: sd_notify(3), of which Type=notify and WatchdogSec= of
// systemd.service(5) make use. Where there is none, or it does not listen, all this does nothing.

import type { Environment } from "./environment.js";
import type { Shim } from "./shim.js";

export class Notifier {
  readonly #shim: Shim;
  readonly #socket: string | undefined;
  /** How often it wants to hear that we are alive. */
  readonly #watchdogMs: number | undefined;

  constructor(shim: Shim, env: Environment, pid: number) {
    const { NOTIFY_SOCKET = "", WATCHDOG_USEC, WATCHDOG_PID = `${pid}` } = env;
    this.#shim = shim;
    this.#socket = /^[/@]./.test(NOTIFY_SOCKET) ? NOTIFY_SOCKET : undefined;
    const microseconds = Number(WATCHDOG_USEC);
    if (microseconds > 0 && WATCHDOG_PID === `${pid}`) this.#watchdogMs = microseconds / 1000;
  }

  /** Up, or done with a reload. */
  ready(status: string): void {
    this.#send("READY=1", `STATUS=${status}`);
  }

  /** A reload has begun; `ready` ends it, whether it went well or not. */
  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n; // CLOCK_MONOTONIC
    this.#send("RELOADING=1", `MONOTONIC_USEC=${microseconds}`);
  }

  stopping(status: string): void {
    this.#send("STOPPING=1", `STATUS=${status}`);
  }

  /**
   * Says from now on that we are alive, twice in the time within which it has to be said, for as long
   * as `isAlive` finds so within the milliseconds that it is given.
   */
  keepWatch(isAlive: (withinMs: number) => Promise<boolean>): void {
    if (this.#watchdogMs === undefined || this.#socket === undefined) return;
    const interval = this.#watchdogMs / 2;
    const check = async () => {
      if (await isAlive(interval)) this.#send("WATCHDOG=1");
    };
    setInterval(() => void check(), interval).unref();
  }

  #send(...lines: string[]): void {
    if (this.#socket !== undefined) this.#shim.notify(this.#socket, lines.join("\n"));
  }
}
