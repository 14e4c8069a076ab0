/** Loads the cases and runs them against one address. */
import fs from "node:fs";
import { Context, Skip } from "./context.js";
import { escape } from "./report.js";

const LEVELS = ["MUST", "SHOULD", "epollux"];
const CASES = new URL("cases/", import.meta.url);

/**
 * @typedef {object} Case
 * @property {string} section  "9112 §3.2": document and section
 * @property {"MUST"|"SHOULD"|"epollux"} level
 * @property {string} name  a sentence
 * @property {string|Buffer|Array|Function} [send]  bytes, pieces, or (facts) => either
 * @property {*} [expect]  see expect.js, or (facts) => such
 * @property {string} [of]  target whose Facts are handed to `send` and `expect`
 * @property {string[]} [ofFields]  field lines of the request for these facts
 * @property {boolean} [needsContent]  skip it when the server refuses GET with content, as it may
 * @property {boolean} [halfClose]  send FIN after the request
 * @property {(t: Context) => Promise<void>} [run]  instead of send and expect
 */

/** All cases of cases/*.js, checked for form: a wrong case is our error and throws. */
export async function loadCases() {
  const all = [];
  const seen = new Set();
  for (const file of fs.readdirSync(CASES).filter((name) => name.endsWith(".js")).sort()) {
    const { default: cases } = await import(new URL(file, CASES).href);
    for (const test of cases) {
      const id = `${test.section} ${test.name}`;
      const isCase = test.run ? !test.send : test.send !== undefined && test.expect !== undefined;
      if (!isCase || !/^\d{4} §\d/.test(test.section) || !LEVELS.includes(test.level)) {
        throw new Error(`${file}: malformed case: ${id}`);
      }
      if (seen.has(id)) throw new Error(`${file}: two cases are named ${id}`);
      seen.add(id);
      all.push({ ...test, file });
    }
  }
  return all;
}

const call = (value, facts) => (typeof value === "function" ? value(facts) : value);

async function execute(test, context) {
  if (test.needsContent) await context.needContent();
  if (test.run) return test.run(context);
  const facts = test.of ? await context.facts(test.of, ...(test.ofFields ?? [])) : undefined;
  const expected = call(test.expect, facts);
  return context.expect(call(test.send, facts), expected, { halfClose: test.halfClose });
}

/** @returns {Promise<import("./report.js").CaseResult>} */
export async function runCase(test, options) {
  const context = new Context(options);
  let outcome = "";
  try {
    await execute(test, context);
  } catch (error) {
    if (error instanceof Skip) {
      outcome = "skipped";
      context.complaints = [error.message];
    } else {
      context.fail(error.code ? error.message : error.stack);
    }
  }
  context.close();
  const complaints = [...context.violations.map((v) => `invariant: ${v}`), ...context.complaints];
  if (context.violations.length > 0) outcome = "failed";
  const { section, level, name, file } = test;
  return {
    section, level, name, file, complaints,
    outcome: outcome || (complaints.length > 0 ? "failed" : "passed"),
    sent: escape(context.sent),
    received: escape(context.received),
  };
}

/** Runs the cases, `jobs` at a time; results in the order of the cases. */
export async function runCases(cases, { jobs = 8, ...options }) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      const i = next++;
      results[i] = await runCase(cases[i], options);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
