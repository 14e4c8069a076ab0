// From settings to the arguments of the guest.

import { KINDS } from "./kinds.js";
import type { Mode } from "./modes.js";
import { belongsTo, OPTION_LIST, type Settings } from "./options.js";

/**
 * The arguments of the guest; see docs/abi.md. `addresses` are those that it listens on, or in the
 * mode `load` the one that it connects to.
 */
export function guestArguments(
  mode: Mode, settings: Settings, addresses: readonly string[],
): string[] {
  const share = (name: "max-connections" | "max-connections-per-client") =>
    ({ [name]: Math.ceil(settings[name] / settings.workers) });
  const values: Settings =
    { ...settings, ...share("max-connections"), ...share("max-connections-per-client") };
  const own = OPTION_LIST.filter(([name, option]) =>
    option.guest && belongsTo(mode, option) && values[name] !== undefined,
  );
  const pairs = own.map(([name, option]) => {
    const toGuest: (value: never) => string = KINDS[option.kind].toGuest ?? String;
    return [`--${name}`, toGuest(values[name] as never)];
  });
  const address = mode === "load" ? "--connect" : "--listen";
  const metrics = settings.admin ? ["--metrics", "on"] : [];
  return [mode, ...addresses.flatMap((text) => [address, text]), ...pairs.flat(), ...metrics];
}
