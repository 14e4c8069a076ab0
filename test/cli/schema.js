// docs/config.schema.json: up to date, a valid schema, and of one mind with the server.

import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import Ajv from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";

import { toJson } from "../../build/host/config-kinds.js";
import { readConfigFile } from "../../build/host/config-file.js";
import { isKey, OPTION_LIST } from "../../build/host/options.js";
import { configSchema } from "../../build/host/schema.js";
import { readSettings } from "../../build/host/settings.js";
import { makeFolder } from "../helpers/folder.js";
import { sampleOf } from "../helpers/samples.js";

const EXAMPLES = new URL("../../examples/", import.meta.url);

const { write } = makeFolder(test);
const schema = JSON.parse(readFileSync(new URL("../../docs/config.schema.json", import.meta.url)));
const validate = new Ajv({ strict: true, allowUnionTypes: false }).compile(schema);
const keys = OPTION_LIST.filter(([name]) => isKey(name));

/** Whether the server takes the file. */
function isTaken(content, mode) {
  const file = write("site.json", JSON.stringify(content));
  try {
    readConfigFile(file, mode);
    return true;
  } catch (error) {
    assert.is(error.exitCode, 2, error.stack);
    return false;
  }
}

test("is what the options make it (else: npm run build && npm run schema)", () => {
  assert.ok(isDeepStrictEqual(schema, JSON.parse(JSON.stringify(configSchema()))));
});

test("is a valid schema of draft 2020-12", () => {
  const ajv = new Ajv();
  assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  assert.is(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
});

test("describes every key, with its default", () => {
  assert.equal(Object.keys(schema.properties), ["$schema", ...keys.map(([name]) => name)]);
  for (const [name, { fallback, shown }] of keys) {
    const { description, default: value } = schema.properties[name];
    assert.ok(description, name);
    const hasDefault = fallback !== undefined && fallback !== Infinity;
    assert.is(value !== undefined, hasDefault, name);
    if (shown) assert.match(description, shown);
  }
});

test("takes all defaults, and so does the server", () => {
  const defaults = keys.map(([name, option]) => [name, toJson(option, option.fallback)]);
  const all = JSON.parse(JSON.stringify(Object.fromEntries(defaults)));
  assert.ok(Object.keys(all).length > 20);
  assert.ok(validate(all), JSON.stringify(validate.errors));
  for (const [name, { modes }] of keys) {
    if (name in all) assert.ok(isTaken({ [name]: all[name] }, modes?.[0] ?? "serve"), name);
  }
});

test("takes the examples, and so does the server", async () => {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith(".json"));
  assert.ok(names.includes("epollux.json"));
  for (const name of names) {
    const { pathname } = new URL(name, EXAMPLES);
    const content = JSON.parse(readFileSync(pathname));
    assert.ok(validate(content), JSON.stringify(validate.errors));
    const { sources } = await readSettings(["--config", pathname], {});
    assert.ok(sources.size >= Object.keys(content).length - 1);
  }
});

test("takes a value of any type where the server does", () => {
  const values = [
    true, false, null, 0, -1, 1, 1.5, 4711, 70_000, 1e9, "", "1", "true", "auto", "10s", "64k",
    "64x", "1 s", "epoll", "edge", "a/b", "*", "::1", "[::1]", "[::1]:80", "localhost:80", ":80",
    [], {}, [1], ["a"], ["a", 1], ["a/b"], ["::1", "localhost"], ["a", ["b"]], [""],
  ];
  for (const [name, option] of keys) {
    const mode = option.modes?.[0] ?? "serve";
    const { value: sample } = sampleOf(option);
    for (const value of [...values, toJson(option, sample)]) {
      const content = { [name]: value };
      const expected = isTaken(content, mode);
      // A pattern tells no range and no host name: a text may be wrong that the schema lets pass.
      if (!expected && typeof [value].flat()[0] === "string") continue;
      assert.is(validate(content), expected, JSON.stringify(content));
    }
  }
});

test("refuses texts that have not the form of a value", () => {
  const wrong = {
    "port": ["80"], "dotfiles": ["true"], "root": [""], "host": ["", "a b", "http://x", ["a b"]],
    "index": ["", "a/b", ["a/b"]], "idle-timeout": ["", "1x", "10 s", "-1s"],
    "max-head": ["", "1x", "64 k", "0x10"], "workers": ["", "automatic", "2"],
    "connect": ["", "localhost", ":80", "::1:80", "a b:80"], "poller": ["", "kqueue"],
  };
  for (const [name, texts] of Object.entries(wrong)) {
    for (const text of texts) assert.not(validate({ [name]: text }), `${name}: ${text}`);
  }
});

test("refuses keys that do not exist, actions, and what is no object", () => {
  for (const key of ["prot", "no-dotfiles", "config", "check", "help", "max_head"]) {
    assert.not(validate({ [key]: true }), key);
  }
  for (const content of [[], null, 1, "port"]) assert.not(validate(content));
});

test.run();
