// The live part of the first page: asks this server for this page again and shows the answer.
// Without this script the page still says what it has to say.

import { durationOf, exchange, protocolOf } from "./exchange.js";
import { explainField, explainStatus } from "./explain.js";

const PAGE = location.pathname;
const MISSING = new URL("no-such-page", location.href).pathname;
const SHOWN = 900; // characters of content

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en");

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const statusLine = ({ timing, status, reason }) =>
  `${protocolOf(timing)} ${status} ${reason}`.trim();

function showAnswer(answer) {
  const lines = answer.fields.map(([name, value]) =>
    element("div", {}, element("dt", {}, `${name}: `), element("dd", {}, value)),
  );
  byId("answer").replaceChildren(
    element("p", { className: "status" }, statusLine(answer)),
    element("dl", {}, ...lines),
  );
}

function showFigures(page, again) {
  const figures = [
    ["from request to first byte", milliseconds(page.responseStart - page.requestStart)],
    ["content of this page", `${count(page.encodedBodySize)} bytes`],
    ["transferred, as the browser counts", `${count(page.transferSize)} bytes`],
    ["asked again, if changed", again ? `${again.status}, ${durationOf(again.timing)}` : "–"],
  ];
  byId("figures").replaceChildren(
    ...figures.map(([term, text]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, text)),
    ),
  );
}

const milliseconds = (number) => `${number.toFixed(1)} ms`;

function showFields(answer) {
  const rows = answer.fields.map(([name, value]) => {
    const { text, source, link } = explainField(name, value);
    const meaning = text
      ? element("dd", {}, `${text} `, element("a", { href: link, className: "source" }, source))
      : element("dd", { className: "note" }, "Not a field of RFC 9110.");
    const shown = element("span", { className: "value" }, value);
    return element("div", {}, element("dt", {}, name, shown), meaning);
  });
  byId("fields").replaceChildren(...rows);
}

function validatorsOf(answer) {
  const fields = Object.fromEntries(answer.fields);
  if (fields.etag) return { "If-None-Match": fields.etag };
  if (fields["last-modified"]) return { "If-Modified-Since": fields["last-modified"] };
  return null;
}

function choicesFor(validators) {
  return [
    { label: "The whole page", path: PAGE },
    { label: "Its first 100 bytes", path: PAGE, fields: { Range: "bytes=0-99" } },
    { label: "Its last 100 bytes", path: PAGE, fields: { Range: "bytes=-100" } },
    { label: "Bytes far behind its end", path: PAGE, fields: { Range: "bytes=9999999-" } },
    ...(validators ? [{ label: "The page, if it has changed", path: PAGE, fields: validators }] : []),
    { label: "Only the head of the answer", path: PAGE, method: "HEAD" },
    { label: "A page that does not exist", path: MISSING },
  ];
}

const requestLines = ({ path, method = "GET", fields = {} }) => [
  `${method} ${path} HTTP/1.1`,
  ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
];

function showChoices(choices) {
  for (const [i, choice] of choices.entries()) {
    const input = element("input", { type: "radio", name: "choice", value: i, checked: i === 1 });
    const hint = requestLines(choice).at(-1);
    byId("choices").append(
      element("label", { className: "choice" }, input, choice.label, element("code", {}, hint)),
    );
  }
}

function showResult(choice, answer) {
  const { text, source, link } = explainStatus(answer.status, Boolean(choice.fields?.Range));
  const fields = answer.fields.map(([name, value]) => `${name}: ${value}\n`).join("");
  byId("result").replaceChildren(
    element("pre", { className: "wire" }, element("b", {}, requestLines(choice).join("\n"))),
    element(
      "pre",
      { className: "wire" },
      element("b", {}, statusLine(answer)),
      `\n${fields}\n`,
      element("span", { className: "content" }, contentText(answer.content)),
    ),
    element("p", {}, `${text} `, element("a", { href: link, className: "source" }, source)),
    element("p", { className: "note" }, sizeAndTime(answer)),
  );
}

const sizeAndTime = ({ content, timing }) =>
  `${count(content.length)} bytes of content, ${durationOf(timing)} from request to last byte.`;

function contentText(content) {
  const text = new TextDecoder().decode(content);
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN)}\n… and ${count(text.length - SHOWN)} characters more`;
}

function listen(choices) {
  const form = byId("request");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const choice = choices[Number(form.elements.choice.value)];
    button.disabled = true;
    try {
      showResult(choice, await exchange(choice.path, choice));
    } catch {
      const text = "No answer: the server has gone, or the network between you has.";
      byId("result").replaceChildren(element("p", {}, text));
    }
    button.disabled = false;
    button.focus();
  });
}

async function start() {
  const answer = await exchange(PAGE, { method: "HEAD" });
  const validators = validatorsOf(answer);
  const again = validators && (await exchange(PAGE, { fields: validators }));
  const [page] = performance.getEntriesByType("navigation");
  showAnswer(answer);
  showFigures(page, again);
  showFields(answer);
  const choices = choicesFor(validators);
  showChoices(choices);
  listen(choices);
  byId("facts").hidden = false;
  byId("try").hidden = false;
}

await start().catch(() => {
  // Without an answer (a saved copy of the page, for example) the page stays as it is written.
});
