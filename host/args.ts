// What the command line says. Strict: whatever is not understood is an error that says what was
// given, where, and what is allowed.

import { parseArgs } from "node:util";

import { UsageError } from "./errors.js";
import { didYouMean, expected, foreignOption, type Layer, readText } from "./given.js";
import { isAddress } from "./ip.js";
import { EVERY_INTERFACE, isHostName, KINDS, stripBrackets } from "./kinds.js";
import { factsOf, type Mode, MODES } from "./modes.js";
import {
  belongsTo, OPTION_LIST, OPTIONS, type Option, type OptionName,
} from "./options.js";
import { isDirectory } from "./root.js";

/** The source of what it says; see `Given`. */
export const COMMAND_LINE = "command line";

export interface CommandLine {
  mode: Mode;
  action?: (typeof QUESTIONS)[number];
  given: Layer;
}

type Token = ReturnType<typeof tokenize>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** Answered even where the rest of the line is wrong. */
const QUESTIONS = ["help", "version"] as const;
const NEGATION = "no-";
const NOUNS = { root: "directory", connect: "server", port: "port" } as const;

/** Reads a command line (without node and script). Throws `UsageError`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const [mode, rest] = takeMode(args);
  const tokens = tokenize(markBareHosts(rest));
  for (const action of QUESTIONS) {
    if (asks(tokens, action)) return { mode, action, given: new Map() };
  }
  const given = readOptions(mode, tokens);
  readPositionals(mode, tokens, given);
  return { mode, given };
}

function takeMode(args: readonly string[]): [Mode, readonly string[]] {
  const [first = "", ...rest] = args;
  return Object.hasOwn(MODES, first) ? [first as Mode, rest] : ["serve", args];
}

/**
 * `--host` may stand alone, which `parseArgs` does not know. The next argument is its value if
 * it is an IP address, or a host name that is not at the same time an existing directory; else
 * `--host` stands alone. `--host=ADDR` is never in doubt.
 */
function markBareHosts(args: readonly string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, index) => {
    const isBare = index < end && (arg === "--host" || arg === "-a") && !isHost(args[index + 1]);
    return isBare ? `--host=${EVERY_INTERFACE}` : arg;
  });
}

function isHost(arg = ""): boolean {
  if (arg === EVERY_INTERFACE || isAddress(stripBrackets(arg))) return true;
  return isHostName(arg) && !isDirectory(arg);
}

function tokenize(args: string[]) {
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const [name, { kind, short = [] }] of OPTION_LIST) {
    const type = kind === "boolean" ? "boolean" : "string";
    options[name] = { type };
    for (const letter of short) options[letter] = { type, short: letter };
    if (isSwitch(name)) options[NEGATION + name] = { type };
  }
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** Without a value, which a question does not take. */
function asks(tokens: readonly Token[], name: OptionName): boolean {
  return tokens.some(
    (token) => token.kind === "option" && nameOf(token) === name && token.value === undefined,
  );
}

/** The full name behind `--name`, `--no-name` or `-n`, if there is one. */
function nameOf({ name, rawName }: OptionToken): OptionName | undefined {
  const positive = isNegation(name) ? name.slice(NEGATION.length) : name;
  const isShort = !rawName.startsWith("--");
  return OPTION_LIST.find(([known, { short }]) =>
    isShort ? short?.includes(name) : known === positive,
  )?.[0];
}

function isNegation(name: string): boolean {
  const positive = name.startsWith(NEGATION) ? name.slice(NEGATION.length) : "";
  return OPTION_LIST.some(([known]) => known === positive && isSwitch(known));
}

/** Can be on or off. */
function isSwitch(name: OptionName): boolean {
  return OPTIONS[name].kind === "boolean" && !QUESTIONS.some((question) => question === name);
}

function readOptions(mode: Mode, tokens: readonly Token[]): Layer {
  const given: Layer = new Map();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const name = nameOf(token);
    if (name === undefined) throw unknownOption(mode, token.rawName);
    const option: Option = OPTIONS[name];
    if (!belongsTo(mode, option)) throw foreignOption(`--${name}`, mode, option);
    const value = readToken(name, option, token);
    const before = given.get(name);
    if (before && !option.repeatable) throw new UsageError(`--${name}: given more than once`);
    const all = before ? [before.value, value].flat() : value;
    given.set(name, { value: all, source: COMMAND_LINE });
  }
  return given;
}

function unknownOption(mode: Mode, rawName: string): UsageError {
  const own = OPTION_LIST.filter(([, option]) => belongsTo(mode, option));
  const names = own.flatMap(([name]) =>
    isSwitch(name) ? [`--${name}`, `--${NEGATION}${name}`] : [`--${name}`],
  );
  const hint = didYouMean(rawName, names, " (--help lists them all)");
  return new UsageError(`unknown option '${rawName}'${hint}`);
}

function readToken(name: OptionName, option: Option, token: OptionToken): unknown {
  const { value, inlineValue } = token;
  if (option.kind === "boolean") {
    if (value === undefined) return !isNegation(token.name);
    if (isSwitch(name) && !isNegation(token.name)) return readText(`--${name}`, option, value);
    throw new UsageError(`${token.rawName}: takes no value`);
  }
  if (value === undefined || (!inlineValue && /^--?[a-z]/i.test(value))) {
    throw new UsageError(`--${name}: value missing, it takes ${expected(option)}`);
  }
  return readText(`--${name}`, option, value);
}

/** The mode's one argument, or of a server the classic form with a bare port: `… 7890`. */
function readPositionals(mode: Mode, tokens: readonly Token[], given: Layer): void {
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const [word, extra] = words;
  if (word === undefined) return;
  const name = isPort(mode, word, given) ? "port" : factsOf(mode).positional;
  if (name === undefined) throw new UsageError(`unexpected argument '${word}' of ${mode}`);
  const noun = NOUNS[name];
  if (extra !== undefined) {
    throw new UsageError(`unexpected argument '${extra}', the ${noun} is '${word}'`);
  }
  if (given.has(name)) throw new UsageError(`--${name}: given besides the ${noun} '${word}'`);
  const option: Option = OPTIONS[name];
  const where = name === "port" ? "--port" : `${KINDS[option.kind].placeholder}`;
  const value = readText(where, option, word);
  given.set(name, { value, source: COMMAND_LINE });
}

function isPort(mode: Mode, word: string, given: Layer): boolean {
  if (given.has("port") || !belongsTo(mode, OPTIONS.port) || !/^\d+$/.test(word)) return false;
  return factsOf(mode).positional !== "root" || !isDirectory(word);
}
