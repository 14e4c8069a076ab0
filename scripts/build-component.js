// Makes a component of a core module and the world it is for.

import { readFileSync } from "node:fs";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";

const top = new URL("../", import.meta.url);
const read = (name) => readFileSync(new URL(name, top));

/**
 * @param {object} from
 * @param {string} from.core the module, a path in the project
 * @param {string[]} from.wit files: that of the world, and those of packages it refers to
 * @param {string} from.world
 * @param {"utf8" | "utf16"} [from.stringEncoding] of strings in the module's memory
 * @returns {Promise<Uint8Array>} the component
 */
export async function buildComponent({ core, wit, world, stringEncoding = "utf8" }) {
  const witSource = wit.map((name) => read(name)).join("\n");
  const options = { witSource, binary: read(core), world, stringEncoding };
  return await componentNew(await componentEmbed(options));
}
