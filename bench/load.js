// The load: wrk, one thread on its own CPU, and what it reports.

import { fileURLToPath } from "node:url";
import { spawnPinned } from "./processes.js";

const SCRIPTS = fileURLToPath(new URL("./wrk/", import.meta.url));
const SECONDS = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Runs wrk for some seconds: { requests, seconds, p99 (in microseconds), errors }. */
export async function runLoad(cpu, port, scenario, fields, connections, seconds) {
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "--latency"];
  for (const field of fields) args.push("-H", field);
  if (scenario.script) args.push("-s", SCRIPTS + scenario.script[0]);
  args.push(`http://127.0.0.1:${port}${scenario.paths[0]}`);
  if (scenario.script) args.push("--", ...scenario.script.slice(1).map(String));
  const wrk = spawnPinned(cpu, "wrk", args);
  const { code } = await wrk.ended;
  if (code !== 0) throw new Error(`wrk failed: ${wrk.errors.trim() || wrk.output.trim()}`);
  return readReport(wrk.output, scenario);
}

function readReport(text, { status, answerSize }) {
  const [, requests, duration, unit] = /(\d+) requests in ([\d.]+)(us|ms|s|m|h),/.exec(text);
  const [, latency, latencyUnit] = /^ +99% +([\d.]+)(us|ms|s|m|h)$/m.exec(text) ?? [];
  const [, ...socketErrors] =
    /connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? [];
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const unexpected = status < 400 ? refused : Number(requests) - refused;
  return {
    requests: answerSize ? countBytes(text) / answerSize : Number(requests),
    seconds: Number(duration) * SECONDS[unit],
    p99: Number(latency) * SECONDS[latencyUnit] * 1e6,
    errors: unexpected + socketErrors.map(Number).reduce((sum, count) => sum + count, 0),
  };
}

// What bytes.lua prints.
function countBytes(text) {
  return Number(/^bytes (\d+)/m.exec(text)[1]);
}
