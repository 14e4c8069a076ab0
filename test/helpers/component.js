// What the component says of a request (wit/parser.wit), in the shape that Parser.run gives what
// parser.wasm says of it: the two can be compared, and written as the log of a case.

const FLAGS = { continue: "100-continue", other: "other-expectation" };

/**
 * @param {import("../../build/parser/index.d.ts").HeadOutcome} outcome
 * @param {Uint8Array} input
 */
export function fromComponent(outcome, input) {
  if (outcome.tag === "incomplete") return { incomplete: true };
  if (outcome.tag === "malformed") {
    return { error: capitalize(outcome.val.code).replaceAll("-", ""), position: outcome.val.position };
  }
  const head = outcome.val;
  const span = (/** @type {{ start: number, end: number } | undefined} */ part) =>
    part ? { start: part.start, text: text(input.subarray(part.start, part.end)) } : null;
  const names = head.known.map(({ name }) => capitalize(name));
  return {
    consumed: head.length,
    position: head.length,
    method: span(head.method),
    methodName: head.knownMethod?.toUpperCase() ?? "unknown",
    target: span(head.target),
    form: head.form,
    path: span(head.path),
    query: span(head.query),
    authority: span(head.authority),
    version: `1.${head.versionMinor}`,
    fields: head.fields.map(({ name, value }) => ({ name: span(name), value: span(value) })),
    flags: [
      ...(head.keepAlive ? ["keep-alive"] : []),
      ...(head.framing.tag === "none" ? [] : [head.framing.tag]),
      ...(head.expectation ? [FLAGS[head.expectation]] : []),
    ],
    length: head.framing.tag === "length" ? Number(head.framing.val) : null,
    known: head.known.map(({ first }, i) => [names[i], first]),
    repeated: names.filter((_, i) => head.known[i].repeated),
  };
}

/** @param {Uint8Array} bytes */
function text(bytes) {
  return Buffer.from(bytes).toString("latin1");
}

/** content-length → Content-Length @param {string} name */
function capitalize(name) {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
