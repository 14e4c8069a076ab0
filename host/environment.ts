// Options in the environment: `--max-head 8k` is EPOLLUX_MAX_HEAD=8k there. A variable that is
// empty counts as not set.

import { UsageError } from "./errors.js";
import { didYouMean, type Layer, readText } from "./given.js";
import type { Mode } from "./modes.js";
import { belongsTo, OPTION_LIST, type Option, type OptionName } from "./options.js";

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "EPOLLUX_";
/** Variables of ours that are no options: see shim.ts. */
const OTHERS: readonly string[] = ["EPOLLUX_SHIM"];
const KNOWN = OPTION_LIST.filter(([, { action }]) => !action).map(([name]) => variableOf(name));

/** The variable of an option. */
export function variableOf(name: OptionName): string {
  return PREFIX + name.toUpperCase().replaceAll("-", "_");
}

/** What the environment says to this mode; options of other modes are not looked at. */
export function readEnvironment(mode: Mode, env: Environment): Layer {
  for (const [variable, text] of Object.entries(env)) {
    if (text && variable.startsWith(PREFIX)) checkKnown(variable, text);
  }
  const layer: Layer = new Map();
  for (const [name, option] of OPTION_LIST) {
    if (option.action || !belongsTo(mode, option)) continue;
    const own = variableOf(name);
    const source = env[own] && !isServiceLink(own, env[own]) ? own : option.env;
    const text = source && env[source];
    if (text) layer.set(name, { value: readList(source, option, text), source });
  }
  return layer;
}

function checkKnown(variable: string, text: string): void {
  if (KNOWN.includes(variable) || OTHERS.includes(variable)) return;
  if (isServiceLink(variable, text)) return;
  const positive = variable.replace(`${PREFIX}NO_`, PREFIX);
  const hint = didYouMean(positive, KNOWN, " (--help lists all options)");
  throw new UsageError(`unknown environment variable '${variable}'${hint}`);
}

/**
 * For a service named epollux or epollux-… Kubernetes gives every pod variables such as
 * EPOLLUX_SERVICE_HOST, EPOLLUX_PORT_80_TCP_ADDR and EPOLLUX_PORT=tcp://10.0.0.1:80.
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/.test(variable)) return true;
  return variable.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(text);
}

/** What can be given more than once is a list here, with commas or blanks between. */
function readList(source: string, option: Option, text: string): unknown {
  if (!option.repeatable) return readText(source, option, text);
  return text.trim().split(/\s*,\s*|\s+/).flatMap((item) => readText(source, option, item));
}
