// The text of --help, made from the tables of modes and options: at most 80 columns, grouped, with
// every default and every limit.

import { KINDS } from "./kinds.js";
import { factsOf, type Mode, MODE_LIST } from "./modes.js";
import { belongsTo, GROUPS, OPTION_LIST, type Option } from "./options.js";

const WIDTH = 80;
const COLUMN = 30;

/** The help text of a mode; `program` is what the user types to start us. */
export function helpText(program: string, mode: Mode): string {
  const own = OPTION_LIST.filter(([, option]) => belongsTo(mode, option));
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => {
    const members = own.filter(([, option]) => option.group === group);
    if (members.length === 0) return [];
    return [[`${title}:`, ...members.flatMap(([name, option]) => entry(name, option))].join("\n")];
  });
  return [introduction(program, mode), ...groups, notes(mode)].join("\n\n");
}

function introduction(program: string, mode: Mode): string {
  const { usage, about, examples } = factsOf(mode);
  const others = MODE_LIST.filter(([other]) => other !== mode);
  const width = Math.max(...examples.map(([args]) => args.length));
  return [
    `Usage: ${program} ${usage} [options]`,
    "",
    about,
    "",
    "Other modes, each with its own --help:",
    ...others.map(([, { usage, does }]) => `  ${usage}`.padEnd(COLUMN) + does),
    "",
    "Examples:",
    ...examples.map(([args, meaning]) =>
      `  ${program} ${args.padEnd(width)}   ${meaning}`.trimEnd(),
    ),
  ].join("\n");
}

function notes(mode: Mode): string {
  const word = mode === "serve" ? "DIR that is a mere number, and no directory," : "mere number";
  const port = mode === "load" ? "" : ` A ${word} is the port.`;
  const text = `Options are written --name VALUE or --name=VALUE; switches --name, --no-name or \
--name=false.${port} All but those that exit can be environment variables, --grace-period 5s as \
EPOLLUX_GRACE_PERIOD=5s, and keys of the file that --config names. Options beat environment \
variables, those beat the file, and that beats the defaults.`;
  return wrap(text.split(" "), WIDTH).join("\n");
}

function entry(name: string, option: Option): string[] {
  const term = `  ${shortForm(option)}${longForm(name, option)}`;
  const lines = wrap([...option.help.split(" "), ...facts(option)], WIDTH - COLUMN);
  const indented = lines.map((line) => " ".repeat(COLUMN) + line);
  if (term.length > COLUMN - 2) return [term, ...indented];
  return [term.padEnd(COLUMN) + (lines[0] ?? ""), ...indented.slice(1)];
}

function shortForm({ short }: Option): string {
  return short ? `-${short[0]}, ` : "    ";
}

function longForm(name: string, { kind, fallback }: Option): string {
  if (kind === "boolean") return fallback === true ? `--no-${name}` : `--${name}`;
  return `--${name} ${KINDS[kind].placeholder}`;
}

/** Default, limits and environment variable, in brackets and not to be broken. */
function facts(option: Option): string[] {
  if (option.action) return [];
  const { range, env } = option;
  const show: (value: never) => string = KINDS[option.kind].show ?? String;
  const parts = [`default ${option.shown ?? fallbackText(option, show)}`];
  if (range) parts.push(`${show(range[0] as never)} to ${show(range[1] as never)}`);
  if (env) parts.push(`also env ${env}`);
  return [`(${parts.join("; ")})`];
}

function fallbackText({ kind, fallback }: Option, show: (value: never) => string): string {
  if (fallback === undefined) return "none";
  return kind === "boolean" ? "no" : show(fallback as never);
}

function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
