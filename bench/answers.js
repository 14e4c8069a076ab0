// Is the answer right? Asked before anything is timed, over a raw socket with the same requests
// that the load will send, so that nobody wins by being wrong: status, length and every byte.

import { connect } from "node:net";
import { fileOf } from "./site.js";

/** The field lines to send: those of the scenario, and this server's own validators. */
export async function fieldsFor(port, scenario) {
  if (!scenario.validators) return scenario.fields;
  const [answer] = await ask(port, [{ path: scenario.paths[0], fields: [] }], 1);
  const fields = [...scenario.fields];
  const { etag, "last-modified": lastModified } = answer.fields;
  if (etag) fields.push(`If-None-Match: ${etag}`);
  if (lastModified) fields.push(`If-Modified-Since: ${lastModified}`);
  return fields;
}

/** Each path once, and as many requests as are sent at once. */
export function requestsOf({ paths, batch }, fields) {
  const requests = paths.map((path) => ({ path, fields }));
  while (requests.length < batch) requests.push(requests[0]);
  return requests;
}

/** The text of a request. */
export function serialise({ path, fields }, port) {
  return [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...fields, "", ""].join("\r\n");
}

/** Throws an Error that says what is wrong with the first wrong answer. */
export async function checkAnswers(port, scenario, fields) {
  const requests = requestsOf(scenario, fields);
  const answers = await ask(port, requests, scenario.batch);
  for (const [i, { path }] of requests.entries()) {
    const { status, content } = answers[i];
    if (content === null) throw new Error(`wrong answer: ${path}: no Content-Length`);
    if (status !== scenario.status) {
      throw new Error(`wrong answer: ${path}: status ${status}, not ${scenario.status}`);
    }
    if (status === 200 && !content.equals(fileOf(path))) {
      throw new Error(`wrong answer: ${path}: content differs from the file`);
    }
  }
}

/** Sends requests, `batch` at a time, on one connection; resolves with their answers. */
function ask(port, requests, batch) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const answers = [];
    let parts = []; // of what has come, joined only when a whole answer may be there
    let size = 0;
    let wanted = 1;
    const fail = (reason) => socket.destroy() && reject(new Error(`wrong answer: ${reason}`));
    const sendNext = () => {
      const next = requests.slice(answers.length, answers.length + batch);
      socket.write(next.map((request) => serialise(request, port)).join(""));
    };
    socket.setTimeout(5000, () => fail("none within 5 seconds"));
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("connection closed before the whole answer came"));
    socket.on("connect", sendNext);
    socket.on("data", (bytes) => {
      parts.push(bytes);
      if ((size += bytes.length) < wanted) return;
      let input = Buffer.concat(parts, size);
      let answer = readAnswer(input);
      for (; answer.length <= input.length; answer = readAnswer(input)) {
        answers.push(answer);
        if (answers.length === requests.length) return resolve(answers) || socket.destroy();
        if (answers.length % batch === 0) sendNext();
        input = input.subarray(answer.length);
      }
      parts = [input];
      size = input.length;
      wanted = answer.length;
    });
  });
}

// The answer at the start of the input; a `length` above the input's: not all of it is there. Only
// Content-Length frames content here: none of the servers needs chunks for a file.
function readAnswer(input) {
  const end = input.indexOf("\r\n\r\n");
  if (end < 0) return { length: input.length + 1 };
  const [statusLine, ...lines] = input.toString("latin1", 0, end).split("\r\n");
  const fields = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    fields[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const status = Number(statusLine.split(" ")[1]);
  const contentLength = status === 304 ? 0 : Number(fields["content-length"]);
  if (Number.isNaN(contentLength)) return { status, fields, content: null, length: input.length };
  const length = end + 4 + contentLength;
  return { status, fields, content: input.subarray(end + 4, length), length };
}
