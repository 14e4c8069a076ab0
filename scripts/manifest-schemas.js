// Takes the schemas that examples/distributed is checked against from where they are published:
//
//   go mod download -json k8s.io/kubernetes@v1.36.3 github.com/spinkube/spin-operator@v0.6.1
//   node scripts/manifest-schemas.js DIR DIR        the two folders that it names, in this order
//
// Of Kubernetes only the kinds that we use are kept, with what they refer to; descriptions,
// defaults, extensions and status are left out.

import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";

const TARGET = new URL("../test/distributed/schemas/", import.meta.url);
const KINDS = {
  "api__v1": ["ConfigMap", "Service"],
  "apis__apps__v1": ["Deployment"],
  "apis__autoscaling__v2": ["HorizontalPodAutoscaler"],
  "apis__networking.k8s.io__v1": ["NetworkPolicy"],
  "apis__node.k8s.io__v1": ["RuntimeClass"],
  "apis__policy__v1": ["PodDisruptionBudget"],
};
const REFERENCE = /^#\/components\/schemas\//;

/** What decides whether a value is valid. Names of properties are not keywords. */
function essence(schema) {
  if (Array.isArray(schema)) return schema.map(essence);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(
    ([key]) => !/^(description|default|format|x-kubernetes-.*)$/.test(key),
  );
  return Object.fromEntries(kept.map(([key, value]) => {
    if (key === "$ref") return [key, value.replace(REFERENCE, "#/definitions/")];
    if (key !== "properties") return [key, essence(value)];
    const properties = Object.entries(value).map(([name, property]) => [name, essence(property)]);
    return [key, Object.fromEntries(properties)];
  }));
}

function withoutStatus(schema) {
  const properties = Object.entries(schema.properties).filter(([name]) => name !== "status");
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** The kinds of one group and version, which are added with all that they refer to. */
function addKinds(file, names, kinds, definitions) {
  const { schemas } = JSON.parse(readFileSync(file)).components;
  const add = (name, change = (schema) => schema) => {
    if (definitions[name]) return;
    definitions[name] = essence(change(schemas[name]));
    const references = JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g);
    for (const [, referred] of references) add(referred);
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const [{ group, version, kind } = {}] = schema["x-kubernetes-group-version-kind"] ?? [];
    if (!names.includes(kind)) continue;
    kinds[`${group ? `${group}/` : ""}${version} ${kind}`] = name;
    add(name, withoutStatus);
  }
}

/** JSON with a definition in a line. */
function write(name, { definitions, ...rest }) {
  const lines = Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, schema]) => `    ${JSON.stringify(key)}: ${JSON.stringify(schema)}`);
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const text = `${head},\n  "definitions": {\n${lines.join(",\n")}\n  }\n}\n`;
  writeFileSync(new URL(name, TARGET), text);
}

function takeKubernetes(folder) {
  const kinds = {};
  const definitions = {};
  for (const [group, names] of Object.entries(KINDS)) {
    const file = join(folder, "api/openapi-spec/v3", `${group}_openapi.json`);
    addKinds(file, names, kinds, definitions);
  }
  write("kubernetes.json", { origin: basename(folder), kinds, definitions });
}

function takeSpinApp(folder) {
  const file = join(folder, "config/crd/bases/core.spinkube.dev_spinapps.yaml");
  const { spec } = parse(readFileSync(file, "utf8"));
  const [{ name: version, schema }] = spec.versions;
  const { kind } = spec.names;
  const kinds = { [`${spec.group}/${version} ${kind}`]: kind };
  const definitions = { [kind]: essence(withoutStatus(schema.openAPIV3Schema)) };
  write("spinapp.json", { origin: basename(folder), kinds, definitions });
}

const [kubernetes, spinOperator] = process.argv.slice(2);
if (!spinOperator) {
  console.error("error: two folders wanted, see the head of scripts/manifest-schemas.js");
  process.exit(2);
}
takeKubernetes(kubernetes);
takeSpinApp(spinOperator);
