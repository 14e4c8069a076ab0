// What the load client says of its run: a line while it lasts, a summary, and what went wrong.

import { describeErrno } from "./errors.js";
import type { Progress } from "./progress.js";
import { count, describeDuration, describeSize, grouped } from "./units.js";

/** The line of the moment, for 80 columns; `before` is the progress of `seconds` ago. */
export function progressLine(now: Progress, before: Progress | undefined, seconds: number): string {
  const rate = Math.round((now.sent - (before?.sent ?? 0)) / seconds);
  const { up, wanted, p50, p99, max } = now;
  const line = [
    up === wanted ? `${grouped(up)} up` : `${grouped(up)} of ${grouped(wanted)} up`,
    `${grouped(rate)} sent/s`,
    describeSize(now.sentBytes + now.receivedBytes),
    count(now.failed + now.lost + now.wrong, "error"),
  ].join(", ");
  return max < 0 ? line : `${line}, p50 ${digits(p50)} p99 ${digits(p99)} max ${digits(max)} ms`;
}

/** The lines at the end; `up` is how many connections were up when it began to stop. */
export function summary(end: Progress, up: number, elapsedMs: number): string {
  const echoes = end.echoed > 0 ? `${grouped(end.echoed)} echoed` : "none echoed";
  const received = `${describeSize(end.receivedBytes)} received, ${grouped(end.wrong)} wrong`;
  const trips = (["p50", "p90", "p99", "max"] as const).map((name) =>
    `${name} ${digits(end[name])} ms`,
  );
  return [
    `connections  ${grouped(up)} up, ${grouped(end.failed)} failed, ${grouped(end.lost)} lost`,
    `messages     ${grouped(end.sent)} sent, ${echoes} in ${describeDuration(elapsedMs)}`,
    `bytes        ${describeSize(end.sentBytes)} sent, ${received}`,
    ...(end.max < 0 ? [] : [`round trip   ${trips.join(", ")}`]),
  ].join("\n");
}

/** A line for each thing that should not have happened. */
export function faults(end: Progress, up: number): string[] {
  const { wanted, failed, lost, wrong, sent, echoed } = end;
  const late = wanted - up - failed - lost;
  const of = ` of ${count(wanted, "connection")}`;
  const lines = [
    ...(failed > 0 ? [`${grouped(failed)}${of} failed: ${reason(end)}`] : []),
    ...(lost > 0 ? [`${grouped(lost)}${of} lost: ${reason(end)}`] : []),
    ...(late > 0 ? [`${grouped(late)}${of} had not come up yet`] : []),
    ...(wrong > 0 ? [`${count(wrong, "byte")} received that had not been sent`] : []),
  ];
  // After any of those it is no surprise that answers are missing.
  if (lines.length > 0 || echoed === 0 || echoed === sent) return lines;
  return [`${grouped(sent - echoed)} of ${count(sent, "message")} not echoed`];
}

function reason({ errno }: Progress): string {
  return errno === 0 ? "closed by the server" : describeErrno(-Math.abs(errno));
}

/** Milliseconds: three digits that count, none smaller than a microsecond. */
function digits(ms: number): number {
  return Number(Number(ms.toPrecision(3)).toFixed(3));
}
