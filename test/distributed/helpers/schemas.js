// Is a manifest valid? By the schemas beside this folder, each with definitions and a table of the
// kinds that are among them.

import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv";

const FOLDER = new URL("../schemas/", import.meta.url);
const OBJECT_META = "kubernetes.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/**
 * The schema, but an object has no other properties than those it names, and a custom resource has
 * the metadata of all others.
 */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, strict(value)]);
  const result = Object.fromEntries(entries);
  if (!isShape(result.properties)) return result;
  const { metadata } = result.properties;
  if (metadata?.type === "object" && !metadata.properties) {
    result.properties.metadata = { $ref: OBJECT_META };
  }
  return { additionalProperties: false, ...result };
}

/** Does it list properties, rather than describe one with the name `properties`? */
const isShape = (properties) =>
  properties !== undefined && Object.values(properties).every((value) => typeof value === "object");

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
/** By `apiVersion kind`: where it is defined. */
const places = new Map();

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  const { kinds, definitions } = JSON.parse(readFileSync(new URL(file, FOLDER)));
  ajv.addSchema({ $id: file, definitions: strict(definitions) });
  for (const [kind, name] of Object.entries(kinds)) places.set(kind, `${file}#/definitions/${name}`);
}

/** What is wrong with a value by the definition at `place`, a line each. */
export function faultsAt(place, value) {
  const validate = ajv.getSchema(place);
  if (!validate) throw new Error(`no schema ${place}`);
  if (validate(value)) return [];
  return validate.errors.map(({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${params.additionalProperty ?? ""}`.trimEnd());
}

/** What is wrong with a document of Kubernetes, or one whose `kind` is given. */
export function faultsOf(document, kind = `${document.apiVersion} ${document.kind}`) {
  const place = places.get(kind);
  return place ? faultsAt(place, document) : [`no schema of ${kind}`];
}
