// A request of wasi:http, written as the head of an HTTP/1.1 message.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compileGuest } from "../../helpers/guest.js";

const SIZE = 65536;
const METHODS = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(" ");

const guest = compileGuest("handler-head", `
  import { writeRequestHead } from "../../assembly/handler/head";
  import { FieldRecord, IncomingRequest } from "../../assembly/platform/wasi/incoming";
  const request = new IncomingRequest(0, 0);
  export const texts: usize = heap.alloc(262144);
  export const output: usize = heap.alloc(65536);
  const fields: usize = heap.alloc(256 * offsetof<FieldRecord>());
  export function begin(method: i32, name: usize, length: u32): void {
    request.method = method;
    request.methodName = name;
    request.methodLength = length;
    request.target = 0;
    request.authority = 0;
    request.fields = fields;
    request.fieldCount = 0;
  }
  export function setTarget(at: usize, length: u32): void {
    request.target = at;
    request.targetLength = length;
  }
  export function setAuthority(at: usize, length: u32): void {
    request.authority = at;
    request.authorityLength = length;
  }
  export function addField(name: usize, nameLength: u32, value: usize, valueLength: u32): void {
    const field = changetype<FieldRecord>(fields + request.fieldCount++ * offsetof<FieldRecord>());
    field.name = name;
    field.nameLength = nameLength;
    field.value = value;
    field.valueLength = valueLength;
  }
  export function write(size: u32): u32 {
    return writeRequestHead(request, output, size);
  }`);

/** The head of a request, cut off after `size` bytes; undefined when it cannot be one. */
function head({ method = "GET", target = "/", authority = "a.example", fields = [] }, size = SIZE) {
  let at = guest.texts.value;
  const put = (text) => {
    const start = at;
    at = guest.put(start, text);
    return [start, text.length];
  };
  guest.begin(METHODS.indexOf(method), ...put(method));
  if (target !== null) guest.setTarget(...put(target));
  if (authority !== null) guest.setAuthority(...put(authority));
  for (const [name, value] of fields) guest.addField(...put(name), ...put(value));
  const output = guest.output.value;
  const length = guest.write(size);
  return length === 0 ? undefined : guest.text(output, output + length);
}

const heads = suite("the head of a request of wasi:http");

heads("has the method, the target, the authority as Host, and the fields", () => {
  const fields = [["accept", "*/*"], ["range", "bytes=0-1"], ["accept", "text/html"]];
  assert.is(
    head({ target: "/a?b=c", fields }),
    "GET /a?b=c HTTP/1.1\r\nHost: a.example\r\naccept: */*\r\nrange: bytes=0-1\r\n" +
      "accept: text/html\r\n\r\n",
  );
});

heads("has every method that wasi:http knows, and others by their names", () => {
  for (const method of [...METHODS, "PROPFIND", "get", "x"]) {
    assert.is(head({ method }), `${method} / HTTP/1.1\r\nHost: a.example\r\n\r\n`);
  }
});

heads("has one Host, that of the fields if they have one", () => {
  for (const name of ["host", "Host", "HOST"]) {
    const fields = [["x", "y"], [name, "b.example"]];
    assert.is(head({ fields }), `GET / HTTP/1.1\r\nx: y\r\n${name}: b.example\r\n\r\n`);
  }
});

heads("has no Host when nobody tells an authority", () => {
  assert.is(head({ authority: null }), "GET / HTTP/1.1\r\n\r\n");
});

heads("has a path, whatever the engine left out of it", () => {
  const targets = { "": "/", "?q": "/?q", "/": "/", "*": "*", "http://b/c": "http://b/c" };
  for (const [target, written] of Object.entries(targets)) {
    assert.is(head({ target }), `GET ${written} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
  }
  assert.is(head({ target: null }), "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
});

heads("has the authority as the target of CONNECT", () => {
  const written = "CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n";
  assert.is(head({ method: "CONNECT", target: null, authority: "b.example:443" }), written);
});

heads("lets no byte end a word or a line before its time", () => {
  const smuggled = "x HTTP/1.1\r\nRange: bytes=0-1\r\nX: ";
  for (const bytes of [smuggled, "\r\n", "\n", "\r", " ", "\0", "a b", "a\tb"]) {
    assert.is(head({ method: `G${bytes}` }), undefined, `method ${JSON.stringify(bytes)}`);
    assert.is(head({ target: `/${bytes}` }), undefined, `target ${JSON.stringify(bytes)}`);
    assert.is(head({ authority: `a${bytes}` }), undefined, `authority ${JSON.stringify(bytes)}`);
    assert.is(head({ fields: [[`n${bytes}`, "v"]] }), undefined, `name ${JSON.stringify(bytes)}`);
  }
  for (const bytes of ["\r\n", "\n", "\r", "\0", "\r\nRange: bytes=0-1"]) {
    assert.is(head({ fields: [["n", `v${bytes}`]] }), undefined, `value ${JSON.stringify(bytes)}`);
  }
  for (const name of ["", ":", "a:", "a(b", "\xe9"]) {
    assert.is(head({ fields: [[name, "v"]] }), undefined, `name ${JSON.stringify(name)}`);
  }
});

heads("leaves values as they are that are none of that", () => {
  for (const value of ["", " ", " a\t b ", "caf\xe9", "a, b;c=\"d\""]) {
    const written = `GET / HTTP/1.1\r\nHost: a.example\r\nn: ${value}\r\n\r\n`;
    assert.is(head({ fields: [["n", value]] }), written);
  }
});

heads("is cut off where there is no more room", () => {
  const request = { target: "/long/enough?to=be", fields: [["name", "value"], ["x", "y"]] };
  const whole = head(request);
  for (let size = 16; size <= whole.length + 1; size++) {
    assert.is(head(request, size), whole.slice(0, size));
  }
});

heads.run();
