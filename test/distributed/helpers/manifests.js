// The manifests of examples/distributed, parsed.

import { readdirSync, readFileSync } from "node:fs";
import { parse as parseToml } from "smol-toml";
import { parseAllDocuments } from "yaml";

export const EXAMPLES = new URL("../../../examples/distributed/", import.meta.url);

export const names = readdirSync(EXAMPLES, { recursive: true });

export const read = (name) => readFileSync(new URL(name, EXAMPLES), "utf8");

/** The documents of a YAML file; one that is not YAML, or has a key twice, throws. */
export function readYaml(name) {
  return parseAllDocuments(read(name), { uniqueKeys: true }).map((document) => {
    if (document.errors.length) throw document.errors[0];
    return document.toJS();
  });
}

export const readToml = (name) => parseToml(read(name));

/** The one document of that kind. */
export function find(documents, kind) {
  const found = documents.filter((document) => document.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} documents are a ${kind}`);
  return found[0];
}

/** A copy of a value in which `change` has broken something. */
export function broken(value, change) {
  const copy = JSON.parse(JSON.stringify(value));
  change(copy);
  return copy;
}
