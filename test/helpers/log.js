// Servers with an access log, and what they wrote to it.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { eventually, makeDirectory, withServer } from "./fixture.js";

/** The lines of a log, each of which must be whole. */
export function readLines(path) {
  const text = readFileSync(path, "latin1");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`a line is cut off: ${text.slice(-200)}`);
  return text.split("\n").slice(0, -1);
}

/** Waits until a log has that many lines. One that is being written may end in a part of a line. */
export async function hasLines(path, count) {
  await eventually(() => readFileSync(path, "latin1").split("\n").length > count, `${count} lines`);
  return readLines(path);
}

/** The path of a log that is not there yet. */
export const newLog = () => join(makeDirectory(), "access.log");

/** Runs `use` with a server of `root` that writes a log; resolves with its lines at the end. */
export async function logOf({ root, args = [] }, use) {
  const path = newLog();
  await withServer({ root, args: ["--log-file", path, ...args] }, use);
  return readLines(path);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Milliseconds since 1970 of a time such as `[10/Oct/2000:13:55:36 +0000]`. */
function timeOf(text) {
  const parts = /^\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) \+0000\]$/.exec(text);
  if (!parts) throw new Error(`no time of the Common Log Format: ${text}`);
  const [, day, month, year, ...time] = parts;
  return Date.UTC(year, MONTHS.indexOf(month), day, ...time);
}

/** A line of the common or combined format, taken apart; the rest is what combined adds. */
export function parseLine(line) {
  const parts = /^(\S+) - - (\[[^\]]+\]) "([^"]*)" (\d{3}) (\d+)(?: "([^"]*)" "([^"]*)")?$/.exec(line);
  if (!parts) throw new Error(`no such line: ${line}`);
  const [, client, time, request, status, bytes, referer, agent] = parts;
  return {
    client, request, referer, agent,
    time: timeOf(time), status: Number(status), bytes: Number(bytes),
  };
}
