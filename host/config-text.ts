// `--print-config`: every setting of a mode as JSON, each with where it comes from.

import { toJson } from "./config-kinds.js";
import type { Mode } from "./modes.js";
import { belongsTo, isKey, OPTION_LIST, type OptionName, type Settings } from "./options.js";

/** A line for each setting; its value is null if there is none, or if it does not count. */
export function configText(
  mode: Mode, settings: Settings, sources: ReadonlyMap<OptionName, string>,
): string {
  const own = OPTION_LIST.filter(([name, option]) => isKey(name) && belongsTo(mode, option));
  const isIdle = (name: OptionName) => settings.listen && (name === "port" || name === "host");
  const lines = own.map(([name, option]) => {
    const json = isIdle(name) ? undefined : toJson(option, settings[name]);
    const value = JSON.stringify(json ?? null);
    const from = JSON.stringify(sources.get(name) ?? "default");
    return `  ${JSON.stringify(name)}: { "value": ${value}, "from": ${from} }`;
  });
  return `{\n${lines.join(",\n")}\n}`;
}
