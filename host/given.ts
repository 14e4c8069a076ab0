// A value that somebody gave for an option, wherever it stood: reading it, and what is said of a
// wrong one. `where` begins each complaint: `--port`, `EPOLLUX_PORT`, `site.json:3:11: port`.

import { UsageError } from "./errors.js";
import { KINDS, type Range } from "./kinds.js";
import { type Mode, MODE_LIST } from "./modes.js";
import { belongsTo, type Option, type OptionName, OPTIONS } from "./options.js";
import { nearest } from "./suggest.js";

/** What one place says: the command line, the environment or the configuration file. */
export type Layer = Map<OptionName, Given>;

export interface Given {
  value: unknown;
  /** Where it stood, for people to read. */
  source: string;
}

const UNLIMITED: Range = [0, Infinity];

/** The value that the text stands for. Throws `UsageError`. */
export function readText(where: string, option: Option, text: string): unknown {
  const value = valueOf(option, text);
  if (value === undefined) throw wrongValue(where, option, `'${text}'`, text);
  return value;
}

/** The same, or `undefined` if the text is not of the option's kind. */
export function valueOf({ kind, range = UNLIMITED }: Option, text: string): unknown {
  return KINDS[kind].read(text, range);
}

/** The form that a value must have, to follow "is not …". */
export function expected({ kind, range = UNLIMITED }: Option): string {
  return KINDS[kind].expected(range);
}

/** `shown` is the value as it was given; `text` may be near to one of a few that there are. */
export function wrongValue(where: string, option: Option, shown: string, text = ""): UsageError {
  const hint = didYouMean(text, KINDS[option.kind].choices ?? []);
  return new UsageError(`${where}: ${shown} is not ${expected(option)}${hint}`);
}

/** `load` has nobody to connect to. */
export function missingEndpoint(): UsageError {
  return new UsageError(`HOST:PORT missing, it takes ${expected(OPTIONS.connect)}`);
}

/** Of another mode. */
export function foreignOption(where: string, mode: Mode, option: Option): UsageError {
  const owners = MODE_LIST.map(([owner]) => owner).filter((owner) => belongsTo(owner, option));
  return new UsageError(`${where}: not an option of ${mode}, but of ${owners.join(", ")}`);
}

/** ` (did you mean 'port'?)`, or else what `otherwise` says. */
export function didYouMean(
  name: string, candidates: readonly string[], otherwise = "",
): string {
  const likely = nearest(name, candidates);
  return likely === undefined ? otherwise : ` (did you mean '${likely}'?)`;
}
