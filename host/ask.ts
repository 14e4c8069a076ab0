// Questions at a terminal: what the user has given nowhere.

import { createInterface } from "node:readline";

import { UsageError } from "./errors.js";
import { expected, missingEndpoint, valueOf } from "./given.js";
import { type Option, OPTIONS, type Settings } from "./options.js";

/** Settings of the mode `load` with the answers to what was not given. Throws `UsageError`. */
export async function askForLoad(
  settings: Settings, given: Pick<ReadonlySet<keyof Settings>, "has">,
): Promise<Settings> {
  const wanted = (["connect", "connections"] as const).filter((name) => !given.has(name));
  if (wanted.length === 0) return settings;
  if (!process.stdin.isTTY) {
    if (settings.connect) return settings;
    throw missingEndpoint();
  }
  const answers: Partial<Settings> = {};
  // Not as a terminal of its own: Ctrl-C shall end the process, as at any other time.
  const lines = createInterface({ input: process.stdin, terminal: false });
  const typed = lines[Symbol.asyncIterator]();
  try {
    for (const name of wanted) Object.assign(answers, { [name]: await ask(name, typed) });
  } finally {
    lines.close();
  }
  return { ...settings, ...answers };
}

const QUESTIONS = { connect: "Server (HOST:PORT)", connections: "Number of connections" } as const;

/** Asks until the answer is one; an empty one stands for the default. */
async function ask(
  name: "connect" | "connections", typed: AsyncIterator<string>,
): Promise<unknown> {
  const option: Option = OPTIONS[name];
  const { fallback } = option;
  for (;;) {
    process.stderr.write(`${QUESTIONS[name]}${fallback ? ` [${fallback}]` : ""}: `);
    const { value, done } = await typed.next();
    if (done) throw new UsageError(`--${name}: no answer`);
    const text = (value as string).trim();
    if (text === "" && fallback !== undefined) return fallback;
    const answer = valueOf(option, text);
    if (answer !== undefined) return answer;
    process.stderr.write(`'${text}' is not ${expected(option)}\n`);
  }
}
