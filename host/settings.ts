// From what was asked for to settings: the command line beats the environment, that beats the
// configuration file, and that beats the defaults. Reading them again, for a reload, is safe at any
// time: nothing here has an effect, or remembers anything.

import { COMMAND_LINE, readCommandLine } from "./args.js";
import { type Environment, readEnvironment } from "./environment.js";
import { UsageError } from "./errors.js";
import type { Layer } from "./given.js";
import { STANDARD_OUTPUT } from "./log.js";
import type { Mode } from "./modes.js";
import { OPTION_LIST, OPTIONS, type OptionName, type Settings } from "./options.js";

const ACTIONS = ["help", "version", "print-capabilities", "print-config", "check"] as const;

/** What the user asked for. */
export interface Invocation {
  mode: Mode;
  action: "run" | (typeof ACTIONS)[number];
  settings: Settings;
  /** Where each value stood that is not a default: `COMMAND_LINE`, `PORT`, `site.json:3`. */
  sources: ReadonlyMap<OptionName, string>;
  /** What was to change in a reload, and takes a restart. */
  kept: readonly OptionName[];
}

/** An invocation before the configuration file has had its say. */
export interface Request {
  mode: Mode;
  action?: "help" | "version";
  given: Layer;
}

/**
 * Reads the command line (without node and script), the environment and the configuration file that
 * one of them may name; for a reload of a server with the settings `before`. Throws `UsageError`.
 */
export async function readSettings(
  args: readonly string[], env: Environment, before?: Settings,
): Promise<Invocation> {
  const request = readRequest(args, env);
  const path = request.given.get("config")?.value as string | undefined;
  if (path === undefined) return settle(request, undefined, before);
  const { readConfigFile } = await import("./config-file.js");
  return settle(request, readConfigFile(path, request.mode), before);
}

/** The command line over the environment. Throws `UsageError`. */
export function readRequest(args: readonly string[], env: Environment): Request {
  const { mode, action, given } = readCommandLine(args);
  if (action) return { mode, action, given: new Map() };
  return { mode, given: new Map([...readEnvironment(mode, env), ...given]) };
}

/**
 * The request over the file over the defaults, but for what a reload keeps as it was `before`.
 * Throws `UsageError`.
 */
export function settle(
  { mode, action, given }: Request, file: Layer = new Map(), before?: Settings,
): Invocation {
  const merged: Layer = new Map([...file, ...given]);
  chooseListen([file, ...layersOf(given)], merged);
  const values = [...merged].map(([name, { value }]) => [name, value]);
  const settings: Settings = { ...defaults(), ...Object.fromEntries(values) };
  const kept = before ? keepFixed(settings, before) : [];
  settings.trigger ??= defaultTrigger(mode, settings);
  chooseLog(settings);
  checkTogether(mode, settings);
  const sources = new Map([...merged].map(([name, { source }]) => [name, source]));
  return { mode, action: action ?? actionOf(settings), settings, sources, kept };
}

/** Before anything follows from them; returns the names of those that would have changed. */
function keepFixed(settings: Settings, before: Settings): OptionName[] {
  const fixed = OPTION_LIST.filter(([, option]) => option.fixed).map(([name]) => name);
  const differs = (name: OptionName) =>
    JSON.stringify(settings[name]) !== JSON.stringify(before[name]);
  const kept = fixed.filter(differs);
  Object.assign(settings, Object.fromEntries(kept.map((name) => [name, before[name]])));
  return kept;
}

/**
 * `listen` says all that `port` and `host` do: whichever is given in the place that counts most is
 * what counts. Both in one place is a mistake.
 */
function chooseListen(layers: readonly Layer[], merged: Layer): void {
  for (const layer of layers) {
    const simple = (["port", "host"] as const).find((name) => layer.has(name));
    const listen = layer.get("listen");
    if (simple && listen) {
      const message = "given besides --listen, which names ports and hosts itself";
      throw new UsageError(`--${simple}: ${message}`);
    }
    if (simple) merged.delete("listen");
    if (listen) merged.set("listen", listen);
  }
}

/** `PORT`, which a platform may set unasked, our own variables, the command line. */
function layersOf(given: Layer): Layer[] {
  const rankOf = (source: string) =>
    source === COMMAND_LINE ? 2 : source === OPTIONS.port.env ? 0 : 1;
  return [0, 1, 2].map(
    (rank) => new Map([...given].filter(([, { source }]) => rankOf(source) === rank)),
  );
}

function actionOf(settings: Settings): Invocation["action"] {
  const [action, other] = ACTIONS.filter((name) => settings[name]);
  if (other) throw new UsageError(`--${other}: given besides --${action}`);
  return action ?? "run";
}

/** Edges cost less where a handler knows without asking that it has read all: HTTP does. */
function defaultTrigger(mode: Mode, { poller }: Settings): string {
  return mode === "serve" && poller === "epoll" ? "edge" : "level";
}

/** Either option asks for a log. Quiet, there is none on standard output. */
function chooseLog(settings: Settings): void {
  const { quiet, "log-file": file, "log-format": format } = settings;
  const isWanted = file !== undefined || format !== undefined;
  const isSilenced = quiet && (file ?? STANDARD_OUTPUT) === STANDARD_OUTPUT;
  const isOn = isWanted && !isSilenced;
  settings["log-file"] = isOn ? (file ?? STANDARD_OUTPUT) : undefined;
  settings["log-format"] = isOn ? (format ?? "combined") : undefined;
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
