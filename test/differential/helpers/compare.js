// In what two heads of the same request differ.

/**
 * @typedef {import("./ours.js").Head} Head
 * @typedef {"we refuse" | "llhttp refuses" | "state" | "method" | "target" | "version" | "fields" |
 *   "name" | "value" | "consumed" | "keepAlive" | "chunked" | "length"} Kind
 * @typedef {{ kind: Kind, line?: number }} Difference
 *   `line`, of a name or value, is where its line begins in `fields`
 */

const SCALARS = /** @type {const} */ ([
  "method", "version", "consumed", "keepAlive", "chunked", "length",
]);

/**
 * All differences of two heads; refusals are not compared with each other.
 * @param {Head} ours
 * @param {Head} theirs
 * @returns {Difference[]}
 */
export function compare(ours, theirs) {
  if (ours.state !== theirs.state) return [{ kind: stateKind(ours, theirs) }];
  if (ours.state !== "accepted") return [];
  /** @type {Difference[]} */
  const found = [];
  for (const kind of SCALARS) {
    if (ours[kind] !== theirs[kind]) found.push({ kind });
  }
  const start = ours.targetStart === theirs.targetStart;
  if (!start || ours.targetLength !== theirs.targetLength) found.push({ kind: "target" });
  compareFields(ours.fields, theirs.fields, found);
  return found;
}

/** @returns {Kind} */
function stateKind(ours, theirs) {
  if (ours.state === "refused") return "we refuse";
  return theirs.state === "refused" ? "llhttp refuses" : "state";
}

function compareFields(ours, theirs, found) {
  if (ours.length !== theirs.length) {
    found.push({ kind: "fields" });
    return;
  }
  for (let line = 0; line < ours.length; line += 4) {
    const same = (part) => ours[line + part] === theirs[line + part];
    if (!same(0) || !same(1)) found.push({ kind: "name", line });
    if (!same(2) || !same(3)) found.push({ kind: "value", line });
  }
}
