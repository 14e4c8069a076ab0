// The command line and the environment → settings. Strict: whatever is not understood is an
// error that says what was given, where, and what is allowed. Flag beats environment beats
// default.

import { parseArgs } from "node:util";

import { UsageError } from "./errors.js";
import {
  EVERY_INTERFACE, isAddress, isHostName, KINDS, stripBrackets, type Range,
} from "./kinds.js";
import { OPTION_LIST, OPTIONS, type Option, type OptionName, type Settings } from "./options.js";
import { isDirectory } from "./root.js";
import { nearest } from "./suggest.js";

/** The modes: the optional first word, and what it does. The first is the default. */
export const MODES = { serve: "serve a directory" } as const;

export type Mode = keyof typeof MODES;

/** What the user asked for. */
export interface Invocation {
  mode: Mode;
  action: "run" | "help" | "version" | "print-capabilities";
  settings: Settings;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Given = Partial<Record<OptionName, unknown>>;
type Token = ReturnType<typeof tokenize>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

const NEGATION = "no-";
const UNLIMITED: Range = [0, Infinity];

/** Reads a command line (without node and script). Throws `UsageError`. */
export function parseCommandLine(args: readonly string[], env: Environment): Invocation {
  const [mode, rest] = takeMode(args);
  const tokens = tokenize(markBareHosts(rest));
  // Help and version answer even where the rest of the line is wrong.
  if (mentions(tokens, "help")) return { mode, action: "help", settings: defaults() };
  if (mentions(tokens, "version")) return { mode, action: "version", settings: defaults() };

  const given = readOptions(tokens);
  const positional = readPositionals(tokens, given);
  const settings = { ...defaults(), ...readEnvironment(env), ...given, ...positional } as Settings;
  return { mode, action: settings["print-capabilities"] ? "print-capabilities" : "run", settings };
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
    if (kind === "boolean") options[NEGATION + name] = { type };
  }
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function mentions(tokens: readonly Token[], name: OptionName): boolean {
  return tokens.some((token) => token.kind === "option" && nameOf(token) === name);
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
  return OPTION_LIST.some(([known, { kind }]) => known === positive && kind === "boolean");
}

function readOptions(tokens: readonly Token[]): Given {
  const given: Given = {};
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const name = nameOf(token);
    if (name === undefined) throw unknownOption(token.rawName);
    const option: Option = OPTIONS[name];
    const value = readToken(name, option, token);
    if (!(name in given)) given[name] = value;
    else if (option.repeatable) given[name] = [given[name], value].flat();
    else throw new UsageError(`--${name}: given more than once`);
  }
  return given;
}

function unknownOption(rawName: string): UsageError {
  const names = OPTION_LIST.flatMap(([name, { kind }]) =>
    kind === "boolean" ? [`--${name}`, `--${NEGATION}${name}`] : [`--${name}`],
  );
  const likely = nearest(rawName, names);
  const hint = likely ? ` (did you mean '${likely}'?)` : " (--help lists them all)";
  return new UsageError(`unknown option '${rawName}'${hint}`);
}

function readToken(name: OptionName, option: Option, token: OptionToken): unknown {
  const { value, inlineValue } = token;
  if (option.kind === "boolean") {
    if (value === undefined) return !isNegation(token.name);
    if (isNegation(token.name)) throw new UsageError(`${token.rawName}: takes no value`);
  } else if (value === undefined || (!inlineValue && /^--?[a-z]/i.test(value))) {
    throw new UsageError(`--${name}: value missing, it takes ${expected(option)}`);
  }
  return readValue(`--${name}`, option, value);
}

function readValue(source: string, option: Option, text: string): unknown {
  const value = KINDS[option.kind].read(text, option.range ?? UNLIMITED);
  if (value !== undefined) return value;
  throw new UsageError(`${source}: '${text}' is not ${expected(option)}`);
}

function expected({ kind, range = UNLIMITED }: Option): string {
  return KINDS[kind].expected(range);
}

/** The directory, or the classic form with a bare port: `node host/run.js 7890`. */
function readPositionals(tokens: readonly Token[], given: Given): Given {
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const [word, extra] = words;
  if (word === undefined) return {};
  if (extra !== undefined) {
    throw new UsageError(`unexpected argument '${extra}', the directory is '${word}'`);
  }
  if (!("port" in given) && /^\d+$/.test(word) && !isDirectory(word)) {
    return { port: readValue("--port", OPTIONS.port, word) };
  }
  if ("root" in given) throw new UsageError(`--root: given besides the directory '${word}'`);
  return { root: readValue("DIR", OPTIONS.root, word) };
}

/** An empty variable counts as not set. */
function readEnvironment(env: Environment): Given {
  const given: Given = {};
  for (const [name, option] of OPTION_LIST) {
    const text = option.env && env[option.env];
    if (option.env && text) given[name] = readValue(option.env, option, text);
  }
  return given;
}

function defaults(): Settings {
  const pairs = OPTION_LIST.map(([name, { fallback }]) => [name, fallback]);
  return Object.fromEntries(pairs) as Settings;
}
