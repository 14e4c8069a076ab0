// Starts the real command in a process of its own, and ends it whatever becomes of the test.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { fileURLToPath } from "node:url";

import { otherArguments, otherHost } from "./other-host.js";

export const COMMAND = fileURLToPath(new URL("../../host/run.js", import.meta.url));

/** Options that make the command run as somebody whom file modes bind, which root is not. */
export const UNPRIVILEGED = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Can the command run so? Not where nobody but root may read this folder. */
export function canRunUnprivileged() {
  const [file, ...words] = otherHost ?? [process.execPath, COMMAND];
  return spawnSync(file, [...words, "--help"], UNPRIVILEGED).status === 0;
}

/** Without what would configure the command, but with the shim under test. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    name === "EPOLLUX_SHIM" || !/^(EPOLLUX_.*|PORT|NO_COLOR)$/.test(name),
  ),
);
const PATIENCE_MS = 20_000;
const LONGEST_EXCERPT = 2000;
const children = new Set();

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Starts a server of `root` on a free port and waits for its banner. Rejects with the standard
 * error of a server that ends before. `args` are further arguments, `env` further variables
 * (undefined removes one), `command` another copy of host/run.js, `uid` and `gid` whose process.
 */
export async function startServer({ root, args = [], ...options } = {}) {
  const server = start([...(root ? [root] : []), "--port", "0", ...args], options);
  const banner = await server.output(/http:\/\/\S+:(\d+)\//);
  const port = Number(banner[1]);
  return Object.assign(server, { port, url: `http://127.0.0.1:${port}` });
}

/** Runs the command to its end; resolves with its exit code and all it wrote. */
export async function runCommand(args, options) {
  const command = start(args, options);
  const { code, signal } = await command.ended;
  return { code, signal, stdout: command.stdout(), stderr: command.stderr() };
}

/** GET on a connection of its own; resolves with status and text. */
export async function fetchText(url) {
  const request = get(url, { agent: false, signal: AbortSignal.timeout(PATIENCE_MS) });
  const [response] = await once(request, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, text };
}

/**
 * Starts the command with exactly these arguments; `descriptors` is the limit of how many it may
 * have open, `terminal` gives it one of its own, `stdin` is what spawn takes for it, `inherited` are
 * descriptors of ours that it gets as 3, 4 and so on, as if from a service manager if `isActivated`;
 * `capabilities` are all that are left to root, as setpriv(1) has them.
 */
export function start(args, { env, cwd, uid, gid, stdin = "ignore", inherited = [], ...how } = {}) {
  const [file, ...rest] = commandLine(args, how);
  const child = spawn(file, rest, {
    cwd,
    uid,
    gid,
    env: { ...ENVIRONMENT, ...env },
    stdio: [how.terminal ? "pipe" : stdin, "pipe", "pipe", ...inherited],
  });
  children.add(child);
  hold(child, "unref"); // one that a failed test leaves behind does not keep the file from ending
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, "close").then(([code, signal]) => {
    children.delete(child);
    return { code, signal };
  });
  return {
    process: child,
    stdout: () => stdout.text,
    stderr: () => stderr.text,
    /** Resolves with `{ code, signal }` when the process has ended and its output is complete. */
    get ended() {
      hold(child, "ref");
      return ended;
    },
    /** Resolves with the match once standard output contains the pattern. */
    output: (pattern) => expectMatch(stdout, pattern, ended, stderr),
    /** The same for standard error. */
    errors: (pattern) => expectMatch(stderr, pattern, ended, stderr),
    /** Types on its terminal, or writes to its standard input if that is a pipe. */
    type: (text) => child.stdin.write(text),
    /** Sends the signal and waits for the end. */
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return this.ended;
    },
  };
}

/** Has the end of this process wait for that of its child ("ref") or not ("unref"). */
function hold(child, how) {
  for (const handle of [child, ...child.stdio]) handle?.[how]();
}

/** Can `terminal` be asked for? */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0;

function commandLine(args, how) {
  const { command = COMMAND, descriptors, terminal, isActivated, capabilities } = how;
  const ours = [process.execPath, command, ...args];
  const plain = otherHost ? [...otherHost, ...otherArguments(args)] : ours;
  if (descriptors) return ["sh", "-c", `ulimit -n ${descriptors} && exec "$@"`, "sh", ...plain];
  if (capabilities) return ["setpriv", "--bounding-set", `-all,${capabilities}`, ...plain];
  if (isActivated) return ["sh", "-c", `LISTEN_PID=$$ exec "$@"`, "sh", ...plain];
  if (!terminal) return plain;
  // `exec`: a shell that waits for the command would die of a Ctrl-C itself.
  const line = plain.map((word) => `'${word}'`).join(" ");
  return ["script", "-qec", `exec ${line}`, "/dev/null"];
}

function collect(stream) {
  const collected = { text: "", stream };
  stream.setEncoding("utf8").on("data", (chunk) => (collected.text += chunk));
  return collected;
}

function expectMatch({ stream, ...collected }, pattern, ended, stderr) {
  return new Promise((resolve, reject) => {
    let { text } = collected;
    const giveUp = (why) => {
      const seen = `${text.slice(-LONGEST_EXCERPT)}\n${stderr.text.slice(-LONGEST_EXCERPT)}`;
      reject(new Error(`${why} without ${pattern}\n${seen}`));
    };
    const timer = setTimeout(giveUp, PATIENCE_MS, `${PATIENCE_MS} ms`);
    const check = (chunk = "") => {
      const match = pattern.exec((text += chunk));
      if (!match) return;
      clearTimeout(timer);
      stream.off("data", check);
      resolve(match);
    };
    stream.on("data", check);
    check();
    ended.then(({ code }) => {
      clearTimeout(timer);
      giveUp(`ended with code ${code}`);
    });
  });
}
