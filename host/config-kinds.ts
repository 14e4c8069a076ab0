// What the kinds of value look like in a configuration file, as JSON Schema.

import { resolve } from "node:path";

import type { Json } from "./json.js";
import { KINDS, type KindName, type Range } from "./kinds.js";
import { STANDARD_OUTPUT } from "./log.js";
import type { Option } from "./options.js";

/** Of JSON Schema (draft 2020-12) what is used here. */
export interface Schema {
  type?: "boolean" | "integer" | "number" | "string" | "array";
  anyOf?: readonly Schema[];
  items?: Schema;
  enum?: readonly unknown[];
  [keyword: string]: unknown;
}

interface Form {
  schema(range: Range): Schema;
  /** Resolves a relative path of a file in this folder. */
  rebase?(value: never, folder: string): unknown;
}

const text = (pattern: string): Schema => ({ type: "string", pattern });
const listOf = (items: Schema): Schema =>
  ({ anyOf: [items, { type: "array", items, minItems: 1 }] });

const integer: Form = { schema: ([minimum, maximum]) => ({ type: "integer", minimum, maximum }) };
const path: Form = {
  schema: () => ({ type: "string", minLength: 1 }),
  rebase: (value: string, folder) => resolve(folder, value),
};

/** By kind. */
export const FORMS: Record<KindName, Form> = {
  boolean: { schema: () => ({ type: "boolean" }) },
  number: integer,
  port: integer,
  workers: { schema: (range) => ({ anyOf: [integer.schema(range), choice(["auto"])] }) },
  duration: {
    schema: ([least, greatest]) => ({
      anyOf: [
        { type: "number", minimum: least / 1000, maximum: greatest / 1000 },
        text("^\\d+(\\.\\d+)?(ms|s|m|h)?$"),
      ],
    }),
  },
  size: {
    schema: (range) => ({
      anyOf: [integer.schema(range), text("^\\d+(\\.\\d+)?([bB]|[kKmMgG]([iI][bB])?)?$")],
    }),
  },
  hosts: { schema: () => listOf(text("^(\\*|[\\w.:-]+|\\[[\\da-fA-F:.]+\\])$")) },
  addresses: {
    schema: () => listOf(text("^(\\d+|.*:\\d+|unix:.+)$")),
    rebase: (values: readonly string[], folder) =>
      values.map((value) =>
        value.replace(/^unix:(?!@)(.*)$/s, (_, path: string) => `unix:${resolve(folder, path)}`),
      ),
  },
  permissions: { schema: () => text("^0?[0-7]{3}$") },
  user: { schema: () => text("^[^:\\s]+(:[^:\\s]+)?$") },
  names: { schema: () => listOf(text("^[^/]+$")) },
  directory: path,
  file: path,
  endpoint: { schema: () => text("^(\\[[\\da-fA-F:.]+\\]|[\\w.-]+):\\d+$") },
  adminAddress: {
    schema: () => ({
      anyOf: [integer.schema([0, 65535]), text("^((\\[[\\da-fA-F:.]+\\]|[\\w.-]+):)?\\d+$")],
    }),
  },
  poller: { schema: () => choice(KINDS.poller.choices) },
  trigger: { schema: () => choice(KINDS.trigger.choices) },
  logFile: {
    ...path,
    rebase: (value: string, folder) => (value === STANDARD_OUTPUT ? value : resolve(folder, value)),
  },
  logFormat: { schema: () => choice(KINDS.logFormat.choices) },
};

/** The schema of an option's value. */
export function schemaOf({ kind, range = [0, Number.MAX_SAFE_INTEGER] }: Option): Schema {
  return FORMS[kind].schema(range);
}

/** Whether a value is of a type that the schema names; the rest is for the kind itself to judge. */
export function hasType(schema: Schema, value: Json["value"]): boolean {
  const { anyOf, type, items = {} } = schema;
  if (anyOf) return anyOf.some((schema) => hasType(schema, value));
  if (type === "array") return isList(value) && value.every((item) => hasType(items, item.value));
  if (schema.enum) return schema.enum.includes(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

/** A list of at least one value. */
export function isList(value: Json["value"]): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0;
}

/** A setting as a file would have it; `undefined` if there is no value. */
export function toJson({ kind }: Option, value: unknown): unknown {
  if (value === undefined || value === Infinity) return undefined;
  const show: ((value: never) => string) | undefined = KINDS[kind].show;
  return show && !Array.isArray(value) ? show(value as never) : value;
}

function choice(names: readonly string[] = []): Schema {
  return { type: "string", enum: names };
}
