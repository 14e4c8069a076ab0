// The parser's page: reads what is typed at every keystroke. The work is done by the server's own
// parser, in WebAssembly; nothing leaves the page.

import { toBytes } from "./bytes.js";
import { EXAMPLES } from "./examples.js";
import { readConnection } from "./messages.js";
import { element, showBytes, showRequests, showVerdict } from "./view.js";

const byId = (id) => document.getElementById(id);

function read(parser) {
  const bytes = toBytes(byId("request").value);
  const connection = readConnection(bytes, parser);
  byId("verdict").replaceChildren(...showVerdict(connection, bytes));
  byId("verdict").classList.toggle("refused", connection.fault !== null);
  byId("bytes").replaceChildren(...showBytes(bytes, connection));
  byId("parts").replaceChildren(...showRequests(connection, bytes));
}

/** A button for each example; the one that is shown is pressed until something is typed. */
function showExamples(parser) {
  const buttons = EXAMPLES.map((example) => {
    const button = element("button", { type: "button", className: "chip" }, example.name);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => choose(example, button));
    return button;
  });
  const choose = ({ text, why }, pressed) => {
    byId("request").value = text;
    byId("why").textContent = why;
    for (const button of buttons) button.setAttribute("aria-pressed", `${button === pressed}`);
    read(parser);
  };
  byId("examples").append(...buttons.map((button) => element("li", {}, button)));
  byId("request").addEventListener("input", () => {
    byId("why").textContent = "";
    for (const button of buttons) button.setAttribute("aria-pressed", "false");
    read(parser);
  });
  choose(EXAMPLES[0], buttons[0]);
}

try {
  showExamples(await import("./build/browser.js"));
  byId("tool").hidden = false;
  byId("missing").hidden = true;
} catch (error) {
  byId("missing").textContent = `The parser could not be loaded: ${error.message}`;
}
