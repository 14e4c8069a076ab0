/**
 * Requests as text. A string stands for its bytes, one per character (latin1): "\xff" is one
 * byte. utf8() turns other text into such a string.
 */
import { SMUGGLED } from "./fixtures.js";

export const CRLF = "\r\n";

/** A well-formed request; `fields` are field lines without CRLF. */
export function request(method, target, fields = [], content = "") {
  return lines(`${method} ${target} HTTP/1.1`, "Host: localhost", ...fields) + content;
}

export const get = (target, ...fields) => request("GET", target, fields);
export const head = (target, ...fields) => request("HEAD", target, fields);

/** These very lines, each with CRLF, and the empty line. */
export function lines(...all) {
  return all.map((line) => line + CRLF).join("") + CRLF;
}

/** A request with content framed by Content-Length. */
export function withContent(method, target, content, ...fields) {
  return request(method, target, [...fields, `Content-Length: ${content.length}`], content);
}

/** A request with chunked content; `body` is everything after the head. */
export function chunked(body, ...fields) {
  return request("GET", "/hello.txt", ["Transfer-Encoding: chunked", ...fields], body);
}

/** Text as UTF-8 bytes in a latin1 string. */
export const utf8 = (text) => Buffer.from(text).toString("latin1");

/** A name as a path segment: everything but unreserved bytes encoded. */
export function encodeSegment(name) {
  return [...Buffer.from(name)]
    .map((byte) => {
      const c = String.fromCharCode(byte);
      if (/[A-Za-z0-9\-._~]/.test(c)) return c;
      return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

/** Every byte a piece of its own. */
export const byteByByte = (text) => [...text];

/** What an attacker hides in content: its answer would be unmistakable. */
export const HIDDEN_REQUEST = "GET /smuggled.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
export const isSmuggled = (response) => response.content.toString("latin1").includes(SMUGGLED);
