// The command line and the environment → settings. Strict: whatever is not understood is an
// error that says what was given, where, and what is allowed. Flag beats environment beats
// default.

import { parseArgs } from "node:util";

import { UsageError } from "./errors.js";
import { isAddress } from "./ip.js";
import { EVERY_INTERFACE, isHostName, KINDS, stripBrackets, type Range } from "./kinds.js";
import { factsOf, type Mode, MODE_LIST, MODES } from "./modes.js";
import {
  belongsTo, OPTION_LIST, OPTIONS, type Option, type OptionName, type Settings,
} from "./options.js";
import { isDirectory } from "./root.js";
import { nearest } from "./suggest.js";

/** What the user asked for. */
export interface Invocation {
  mode: Mode;
  action: "run" | "help" | "version" | "print-capabilities";
  settings: Settings;
  /** The options that stand on the command line. */
  given: ReadonlySet<OptionName>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Given = Partial<Record<OptionName, unknown>>;
type Token = ReturnType<typeof tokenize>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

const NEGATION = "no-";
const UNLIMITED: Range = [0, Infinity];
const NOUNS = { root: "directory", connect: "server", port: "port" } as const;

/** Reads a command line (without node and script). Throws `UsageError`. */
export function parseCommandLine(args: readonly string[], env: Environment): Invocation {
  const [mode, rest] = takeMode(args);
  const tokens = tokenize(markBareHosts(rest));
  const answer = (action: Invocation["action"], settings: Settings, given: Given) =>
    ({ mode, action, settings, given: new Set(Object.keys(given) as OptionName[]) });
  // Help and version answer even where the rest of the line is wrong.
  if (mentions(tokens, "help")) return answer("help", defaults(), {});
  if (mentions(tokens, "version")) return answer("version", defaults(), {});

  const named = readOptions(mode, tokens);
  const given = { ...named, ...readPositionals(mode, tokens, named) };
  const settings = { ...defaults(), ...readEnvironment(mode, env), ...given } as Settings;
  settings.trigger ??= defaultTrigger(mode, settings);
  checkTogether(mode, settings);
  return answer(settings["print-capabilities"] ? "print-capabilities" : "run", settings, given);
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

function readOptions(mode: Mode, tokens: readonly Token[]): Given {
  const given: Given = {};
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const name = nameOf(token);
    if (name === undefined) throw unknownOption(mode, token.rawName);
    const option: Option = OPTIONS[name];
    if (!belongsTo(mode, option)) throw foreignOption(mode, name, option);
    const value = readToken(name, option, token);
    if (!(name in given)) given[name] = value;
    else if (option.repeatable) given[name] = [given[name], value].flat();
    else throw new UsageError(`--${name}: given more than once`);
  }
  return given;
}

function unknownOption(mode: Mode, rawName: string): UsageError {
  const own = OPTION_LIST.filter(([, option]) => belongsTo(mode, option));
  const names = own.flatMap(([name, { kind }]) =>
    kind === "boolean" ? [`--${name}`, `--${NEGATION}${name}`] : [`--${name}`],
  );
  const likely = nearest(rawName, names);
  const hint = likely ? ` (did you mean '${likely}'?)` : " (--help lists them all)";
  return new UsageError(`unknown option '${rawName}'${hint}`);
}

function foreignOption(mode: Mode, name: OptionName, option: Option): UsageError {
  const owners = MODE_LIST.map(([owner]) => owner).filter((owner) => belongsTo(owner, option));
  return new UsageError(`--${name}: not an option of ${mode}, but of ${owners.join(", ")}`);
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
  const likely = nearest(text, KINDS[option.kind].choices ?? []);
  const hint = likely ? ` (did you mean '${likely}'?)` : "";
  throw new UsageError(`${source}: '${text}' is not ${expected(option)}${hint}`);
}

function expected({ kind, range = UNLIMITED }: Option): string {
  return KINDS[kind].expected(range);
}

/** The mode's one argument, or of a server the classic form with a bare port: `… 7890`. */
function readPositionals(mode: Mode, tokens: readonly Token[], named: Given): Given {
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const [word, extra] = words;
  if (word === undefined) return {};
  const name = isPort(mode, word, named) ? "port" : factsOf(mode).positional;
  if (name === undefined) throw new UsageError(`unexpected argument '${word}' of ${mode}`);
  const noun = NOUNS[name];
  if (extra !== undefined) {
    throw new UsageError(`unexpected argument '${extra}', the ${noun} is '${word}'`);
  }
  if (name in named) throw new UsageError(`--${name}: given besides the ${noun} '${word}'`);
  const option: Option = OPTIONS[name];
  return { [name]: readValue(name === "port" ? "--port" : `${option.value}`, option, word) };
}

function isPort(mode: Mode, word: string, named: Given): boolean {
  if ("port" in named || !belongsTo(mode, OPTIONS.port) || !/^\d+$/.test(word)) return false;
  return factsOf(mode).positional !== "root" || !isDirectory(word);
}

/** An empty variable counts as not set. */
function readEnvironment(mode: Mode, env: Environment): Given {
  const given: Given = {};
  for (const [name, option] of OPTION_LIST) {
    const text = option.env && env[option.env];
    if (!option.env || !text || !belongsTo(mode, option)) continue;
    given[name] = readValue(option.env, option, text);
  }
  return given;
}

/** Edges cost less where a handler knows without asking that it has read all: HTTP does. */
function defaultTrigger(mode: Mode, { poller }: Settings): string {
  return mode === "serve" && poller === "epoll" ? "edge" : "level";
}

function checkTogether(mode: Mode, { poller, trigger, workers }: Settings): void {
  if (trigger === "edge" && poller !== "epoll") {
    throw new UsageError("--trigger edge needs --poller epoll");
  }
  if (mode === "print" && workers > 1) {
    throw new UsageError("--workers: print has one, so that its lines stay in order");
  }
}

function defaults(): Settings {
  const pairs = OPTION_LIST.map(([name, { fallback }]) => [name, fallback]);
  return Object.fromEntries(pairs) as Settings;
}
