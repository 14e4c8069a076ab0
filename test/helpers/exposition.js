// A strict reader of the Prometheus text format 0.0.4, and of the conventions for names
// (prometheus.io/docs/instrumenting/exposition_formats, …/practices/naming). Throws for a fault.

import * as assert from "uvu/assert";

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`);
const VALUE = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;
const TYPES = ["counter", "gauge", "histogram"];

/** Families by name: type, help, samples (name, labels, value), in their order. */
export function parseExposition(text) {
  assert.ok(text.endsWith("\n"), "ends with a line feed");
  const families = new Map();
  let family;
  for (const line of text.slice(0, -1).split("\n")) {
    const [, keyword, name, rest] = line.match(`^# (HELP|TYPE) (${NAME}) (.+)$`) ?? [];
    if (keyword === "HELP") {
      assert.not(families.has(name), `${name} is described once`);
      families.set(name, (family = { name, help: rest, samples: [] }));
    } else if (keyword === "TYPE") {
      assert.is(name, family?.name, "TYPE follows HELP");
      assert.ok(!family.type && TYPES.includes(rest), line);
      family.type = rest;
    } else {
      family?.samples.push(parseSample(line, family));
      assert.ok(family, `${line} belongs to a family`);
    }
  }
  for (const each of families.values()) checkFamily(each);
  return families;
}

/** The value of the one sample with these labels (and no others). */
export function valueOf(families, name, labels = {}) {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const base = name.replace(/_(bucket|sum|count)$/, "");
  const found = (families.get(name) ?? families.get(base)).samples.filter((sample) =>
    sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted);
  assert.is(found.length, 1, `one sample ${name} ${wanted}`);
  return found[0].value;
}

/** Sum of all samples of a name whose labels include these. */
export function sumOf(families, name, labels = {}) {
  return families.get(name).samples
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function parseSample(line, family) {
  const [whole, name, labels = "", value] = line.match(SAMPLE) ?? [];
  assert.ok(whole, `a sample: ${line}`);
  assert.match(value, VALUE, line);
  const suffixes = family.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  assert.ok(suffixes.some((suffix) => name === family.name + suffix), `${line} in ${family.name}`);
  const pairs = [...labels.matchAll(/([^=,]+)="((?:[^"\\]|\\.)*)"/g)];
  assert.is(new Set(pairs.map(([, key]) => key)).size, pairs.length, `labels once: ${line}`);
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])),
    value: Number(value.replace("Inf", "Infinity")),
  };
}

function checkFamily({ name, type, help, samples }) {
  assert.match(help, /^[A-Z].*\.$/, name);
  assert.is(type === "counter", name.endsWith("_total"), `${name} is a ${type}`);
  assert.not.match(name, /_(ms|milliseconds|kb|percent)(_|$)/, "base units");
  assert.ok(samples.length > 0, `${name} has samples`);
  const keys = samples.map((sample) => JSON.stringify([sample.name, sample.labels]));
  assert.is(new Set(keys).size, keys.length, `${name} has each sample once`);
  for (const sample of samples) {
    if (type === "counter") assert.ok(sample.value >= 0, name);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

function checkHistogram(name, samples) {
  const groups = new Map();
  for (const sample of samples) {
    const { le, ...others } = sample.labels;
    const key = JSON.stringify(others);
    if (!groups.has(key)) groups.set(key, { buckets: [] });
    const group = groups.get(key);
    if (sample.name === `${name}_bucket`) group.buckets.push([Number(le.replace("Inf", "Infinity")), sample.value]);
    else group[sample.name.slice(name.length + 1)] = sample.value;
  }
  for (const { buckets, sum, count } of groups.values()) {
    assert.is(buckets.at(-1)[0], Infinity);
    assert.is(buckets.at(-1)[1], count);
    assert.ok(sum >= 0);
    for (let i = 1; i < buckets.length; i++) {
      assert.ok(buckets[i][0] > buckets[i - 1][0] && buckets[i][1] >= buckets[i - 1][1], name);
    }
  }
}
