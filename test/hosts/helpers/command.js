// Runs the programs of other hosts.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../../", import.meta.url));
const TIMEOUT_MS = 600_000;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>} code is null when the
 *   program does not exist or was killed
 */
export function run(command, args, { cwd = top, env = {} } = {}) {
  return new Promise((done) => {
    const options = { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, timeout: TIMEOUT_MS };
    const child = spawn(command, args, options);
    let stdout = "";
    let output = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => done({ code: null, stdout, output: `${command}: ${error.message}` }));
    child.on("close", (code) => done({ code, stdout, output }));
  });
}

/** The version that `command` prints, or undefined when it does not run. */
export async function versionOf(command, args = ["--version"], options = {}) {
  const { code, stdout } = await run(command, args, options);
  return code === 0 ? (/\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? stdout.trim()) : undefined;
}

/** What a program says whose last line is `N passed, N failed[, N skipped]`. */
export async function runSuite(command, args, options = {}) {
  const { code, stdout, output } = await run(command, args, options);
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  if (!match) return { passed: 0, failed: 1, skipped: 0, output: `${output}\ncode ${code}` };
  const [passed, failed, skipped] = match.slice(1).map((number) => Number(number ?? 0));
  return { passed, failed: Math.max(failed, code === 0 ? 0 : 1), skipped, output };
}
