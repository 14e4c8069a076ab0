// The small pages that explain an error or a redirect: UTF-8 HTML, each behind its head, so that
// page and head can leave as they lie.

import { writeText } from "../bytes/text";
import { startLength, writeStart } from "./head";
import { FIRST, LAST, reasonPhrase } from "./status";

/**
 * ```
 * ├ start of the head ┼ Content-Type and Content-Length lines ┼ CRLF ┼ content ┤
 * └ head              └ fields        (fieldsLength)                 └ content
 * ```
 */
@unmanaged
export class Page {
  head: usize;
  fields: usize;
  fieldsLength: u32;
  content: usize;
  length: u32;
}

const pages = memory.data(8120);

for (let status = FIRST; status <= LAST; status++) {
  const phrase = reasonPhrase(status);
  if (phrase.length > 0 && status >= 300 && status != 304) prepare(status, phrase);
}

/** The page for an error or redirect. */
export function pageOf(status: i32): Page {
  return changetype<Page>(pages + <usize>(status - FIRST) * offsetof<Page>());
}

function prepare(status: i32, phrase: string): void {
  const content = contentOf(status.toString() + " " + phrase, explanation(status));
  const length = String.UTF8.byteLength(content);
  const fields =
    "Content-Type: text/html; charset=utf-8\r\nContent-Length: " + length.toString() + "\r\n";
  const page = pageOf(status);
  page.head = heap.alloc(startLength(status) + fields.length + 2 + length);
  page.fields = writeStart(page.head, status);
  page.fieldsLength = fields.length;
  page.content = writeText(page.fields, fields + "\r\n");
  page.length = <u32>(writeText(page.content, content) - page.content);
}

function contentOf(title: string, explanation: string): string {
  return (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width">\n' +
    '<meta name="color-scheme" content="light dark">\n<title>' +
    title +
    '</title>\n<body style="font: 1.1rem/1.5 system-ui; margin: 15vh auto; max-width: 40rem">\n<h1>' +
    title +
    "</h1>\n<p>" +
    explanation +
    "</p>\n"
  );
}

function explanation(status: i32): string {
  switch (status) {
    case 301:
      return "This page has an address that ends with a slash.";
    case 403:
      return "The server may not read this file.";
    case 404:
      return "There is no such page here.";
    case 405:
      return "This method is not for files: GET and HEAD are.";
    case 408:
      return "The request took too long to arrive.";
    case 412:
      return "The page has changed, or has not, contrary to the request’s condition.";
    case 416:
      return "The range lies beyond the end of the file.";
    case 500:
      return "The server could not read this file.";
    case 503:
      return "The server is out of room for the moment. Please try again.";
    default:
      return "The server did not accept the request.";
  }
}
