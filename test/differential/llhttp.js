// Our parser against llhttp, the parser of Node: generated and mutated requests are
// accepted or refused by both, and have the same spans, except where the table of differences
// (helpers/differences.js, shown in docs/llhttp.md) explains why not.
//
//   node test/differential/llhttp.js        ROUNDS=n SEED=n for more requests, or others

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readCases, roll } from "../helpers/cases.js";
import { BUILDS } from "../helpers/parser.js";
import { compare } from "./helpers/compare.js";
import { DIFFERENCES, explain } from "./helpers/differences.js";
import { Generator } from "./helpers/generator.js";
import { Llhttp } from "./helpers/llhttp.js";
import { Ours } from "./helpers/ours.js";
import { Seen } from "./helpers/seen.js";

const USUAL_ROUNDS = 1_000_000;
const ROUNDS = Number(process.env.ROUNDS ?? USUAL_ROUNDS);
const SEED = Number(process.env.SEED ?? 9112);
/** Of so many requests one comes in two pieces, too. */
const IN_PIECES = 4;
const LEAST_SHARE = 0.25;
const ABOUT_VALUES = DIFFERENCES.filter(({ kind }) => kind === "value").map(({ name }) => name);

const cases = readCases();
const llhttp = new Llhttp();
const ours = new Ours(BUILDS.SIMD);
const scalar = new Ours(BUILDS.scalar);

const judge = (text) => ({ ours: ours.head(text, {}), theirs: llhttp.run(text) });

/** Compares both parsers; returns the rules that explain how they differ, and both heads. */
function check(text, limits, where) {
  const heads = { ours: ours.head(text, limits), theirs: llhttp.run(text) };
  const differences = compare(heads.ours, heads.theirs);
  if (differences.length === 0) return { rules: differences, heads };
  const seen = new Seen(text, limits, heads, judge);
  const rules = differences.map((difference) => {
    const rule = explain(difference, seen);
    if (rule) return rule.name;
    const both = JSON.stringify({ limits, ...heads });
    throw new Error(`${difference.kind}, ${where}: ${JSON.stringify(text)}\n${both}`);
  });
  return { rules, heads };
}

/** Either parser says the same when the request comes in two pieces. */
function checkPieces(text, limits, cut, heads, where) {
  const message = `${where}, cut at ${cut}: ${JSON.stringify(text)}`;
  same(scalar.head(text, limits, cut), heads.ours, `ours, ${message}`);
  same(llhttp.run(text, cut), heads.theirs, `llhttp, ${message}`);
}

function same(one, other, message) {
  const { error, position } = one;
  const equal = one.state === other.state && error === other.error && position === other.position;
  if (!equal || compare(one, other).length) assert.equal(one, other, message);
}

const table = suite("the table of differences");

table("is what docs/llhttp.md shows", () => {
  const docs = readFileSync(new URL("../../docs/llhttp.md", import.meta.url), "utf8");
  const [, rows] = docs.split("\n| --- | --- | --- | --- | --- | --- |\n");
  const shown = rows.split("\n\n")[0].trimEnd().split("\n").map((row) => row.slice(2, -2));
  const cells = shown.map((row) => row.split(" | "));
  assert.equal(cells.map(([name]) => name), DIFFERENCES.map(({ name }) => name));
  assert.equal(cells.map((row) => row.at(-1)), DIFFERENCES.map(({ why }) => why));
});

for (const { name } of DIFFERENCES) {
  table(`has cases in test/cases/request/llhttp.md for: ${name}`, () => {
    const examples = cases.filter(({ topic, title }) =>
      topic === "llhttp" && (title === name || title.startsWith(`${name}: `)));
    assert.ok(examples.length > 0);
    for (const { title, input, limits } of examples) {
      const { rules } = check(input.toString("latin1"), limits, title);
      // Scalars are compared before values, of which some may differ beside them.
      assert.is(rules[0], name, title);
      assert.ok(rules.slice(1).every((rule) => ABOUT_VALUES.includes(rule)), title);
    }
  });
}

table("explains every request in test/cases/request, wherever it is cut", () => {
  for (const { topic, title, input, limits } of cases) {
    const text = input.toString("latin1");
    const { heads } = check(text, limits, `${topic}.md, ${title}`);
    for (let cut = 1; cut < text.length; cut += text.length > 4096 ? 97 : 1) {
      checkPieces(text, limits, cut, heads, `${topic}.md, ${title}`);
    }
  }
});

table.run();

const random = suite("random requests");

random("are judged alike, except for these differences", () => {
  const dice = roll(SEED);
  const generator = new Generator(dice, cases);
  const outcomes = {};
  const fired = Object.fromEntries(DIFFERENCES.map(({ name }) => [name, 0]));
  for (let round = 0; round < ROUNDS; round++) {
    const { text, limits } = generator.next();
    const where = `round ${round}`;
    const { rules, heads } = check(text, limits, where);
    for (const name of new Set(rules)) fired[name]++;
    if (round % IN_PIECES === 0 && text.length > 1) {
      checkPieces(text, limits, 1 + dice(text.length - 1), heads, where);
    }
    const outcome = `${heads.ours.state}, ${heads.theirs.state}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  report(outcomes, fired);
  for (const state of ["accepted", "refused"]) {
    const share = outcomes[`${state}, ${state}`] / ROUNDS;
    assert.ok(share >= LEAST_SHARE, `both have ${state} a share of ${share}`);
  }
  const idle = Object.keys(fired).filter((name) => fired[name] === 0);
  if (ROUNDS >= USUAL_ROUNDS) assert.equal(idle, [], "rules that explained nothing");
});

function report(outcomes, fired) {
  console.log(`\n${ROUNDS} requests, seed ${SEED}, ${Llhttp.NAME}; ours, llhttp:`);
  const line = ([name, count]) => console.log(`${String(count).padStart(9)}  ${name}`);
  Object.entries(outcomes).sort(([, one], [, other]) => other - one).forEach(line);
  console.log("requests with a difference, by rule:");
  Object.entries(fired).forEach(line);
}

random.run();
