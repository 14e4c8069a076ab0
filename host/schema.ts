// The JSON Schema of the configuration file, from the table of options. No server loads this:
// scripts/config-schema.js writes it into docs/.

import { schemaOf, toJson } from "./config-kinds.js";
import { isKey, OPTION_LIST, type Option } from "./options.js";

/** A draft 2020-12 schema. */
export function configSchema(): Record<string, unknown> {
  const keys = OPTION_LIST.filter(([name]) => isKey(name));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "epollux configuration",
    description: "Options of epollux by their long names; see docs/configuration.md.",
    type: "object",
    properties: {
      $schema: { type: "string", description: "where this schema is, for editors" },
      ...Object.fromEntries(keys.map(([name, option]) => [name, property(option)])),
    },
    additionalProperties: false,
  };
}

function property(option: Option): Record<string, unknown> {
  const { modes, fallback, kind } = option;
  const shown = option.shown ?? (fallback === undefined ? "none" : undefined);
  // The help of what is on by default is that of --no-….
  const help = kind === "boolean" && fallback === true ? `false: ${option.help}` : option.help;
  const facts = [help];
  if (shown) facts.push(`default: ${shown}`);
  if (modes) facts.push(`modes: ${modes.join(", ")}`);
  const value = toJson(option, fallback);
  return {
    description: facts.join("; "),
    ...schemaOf(option),
    ...(value === undefined ? {} : { default: value }),
  };
}
