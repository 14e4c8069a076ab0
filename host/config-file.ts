// The configuration file: a JSON object whose keys are the long names of options. Loaded only where
// `--config` asks for one.

import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { FORMS, hasType, isList, schemaOf } from "./config-kinds.js";
import { describeErrno, UsageError } from "./errors.js";
import {
  didYouMean, foreignOption, type Given, type Layer, valueOf, wrongValue,
} from "./given.js";
import { type Json, JsonError, type Member, parseJson, placeOf } from "./json.js";
import type { Mode } from "./modes.js";
import { belongsTo, isKey, OPTION_LIST, OPTIONS, type Option } from "./options.js";

const MAX_BYTES = 2 ** 20;
const LONGEST_EXCERPT = 40;
/** Names the schema, for editors. */
const SCHEMA_KEY = "$schema";
const EXAMPLE = '{"port": 8080}';
const KEYS = OPTION_LIST.map(([name]) => name).filter(isKey);

/** What the file says to this mode. Throws `UsageError`. */
export function readConfigFile(path: string, mode: Mode): Layer {
  const file = new ConfigFile(path);
  const layer: Layer = new Map();
  for (const [key, member] of file.members) {
    if (key === SCHEMA_KEY) continue;
    const where = file.placeOf(member.key);
    if (!isKey(key)) throw unknownKey(where, key);
    const option: Option = OPTIONS[key];
    if (!belongsTo(mode, option)) throw foreignOption(`${where}: ${key}`, mode, option);
    layer.set(key, file.read(key, option, member));
  }
  return layer;
}

function unknownKey(where: string, key: string): UsageError {
  const hint = didYouMean(key.replace(/^no-/, ""), KEYS, " (--help lists all options)");
  return new UsageError(`${where}: unknown key ${JSON.stringify(key)}${hint}`);
}

class ConfigFile {
  readonly #path: string;
  readonly #text: string;
  readonly members: ReadonlyMap<string, Member>;

  constructor(path: string) {
    this.#path = path;
    this.#text = decode(path, readBytes(path));
    const { value } = this.#parse();
    if (!(value instanceof Map)) throw new UsageError(`${path}: not an object like ${EXAMPLE}`);
    this.members = value;
  }

  /** `site.json:3:11` */
  placeOf({ start }: Pick<Json, "start">): string {
    return `${this.#path}:${placeOf(this.#text, start)}`;
  }

  read(key: string, option: Option, { key: { start }, content }: Member): Given {
    const where = `${this.placeOf(content)}: ${key}`;
    const items = isList(content.value) ? content.value : [content];
    const values = items.map((item) => valueOf(option, String(item.value)));
    if (!hasType(schemaOf(option), content.value) || values.includes(undefined)) {
      throw this.#complaint(where, option, content);
    }
    const value = isList(content.value) ? values.flat() : values[0];
    const rebase = FORMS[option.kind].rebase;
    const folder = dirname(resolve(this.#path));
    return {
      value: rebase ? rebase(value as never, folder) : value,
      source: `${this.#path}:${placeOf(this.#text, start).split(":")[0]}`,
    };
  }

  #parse(): Json {
    try {
      return parseJson(this.#text);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const where = this.placeOf({ start: error.offset });
      throw new UsageError(`${where}: ${error.message}`);
    }
  }

  /** The value is wrong, or right but of another type of JSON. */
  #complaint(where: string, option: Option, { value, start, end }: Json): UsageError {
    const whole = this.#text.slice(start, end).replace(/\s+/g, " ");
    const shown = whole.length > LONGEST_EXCERPT ? `${whole.slice(0, LONGEST_EXCERPT)}…` : whole;
    const isScalar = typeof value !== "object";
    const isRight = isScalar && valueOf(option, String(value)) !== undefined;
    if (!isRight) return wrongValue(where, option, shown, isScalar ? String(value) : "");
    const quotes = typeof value === "string" ? "without quotes" : "in quotes";
    return new UsageError(`${where}: ${shown} must stand ${quotes}`);
  }
}

/** Any file that can be read, a pipe too, up to a size that no configuration has. */
function readBytes(path: string): Buffer {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  try {
    const descriptor = openSync(path, "r");
    try {
      for (let size = -1; size !== 0 && length <= MAX_BYTES; length += size) {
        size = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read the configuration ${path}: ${describeErrno(errno)}`);
  }
  if (length > MAX_BYTES) throw new UsageError(`the configuration ${path} is larger than 1 MiB`);
  return bytes.subarray(0, length);
}

/** A byte order mark, which some editors write, is left out. */
function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`the configuration ${path} is not UTF-8`);
  }
}
