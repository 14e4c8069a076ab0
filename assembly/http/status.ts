// Status codes and their reason phrases (RFC 9110 §15), and the small pages that explain an error.

import { writeDecimal } from "../bytes/decimal";
import { writeBytes, writeText } from "../bytes/text";

/** The reason phrase of a status this server sends. For use at start only: it is a string. */
function reasonPhrase(status: i32): string {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

const FIRST: i32 = 100;
const LAST: i32 = 505;

/** For each status line: u32 pointer, u32 length; for each page the same. */
const statusLines = memory.data(3248);
const pages = memory.data(3248);

for (let status = FIRST; status <= LAST; status++) {
  const phrase = reasonPhrase(status);
  if (phrase.length == 0) continue;
  prepareStatusLine(status, phrase);
  if (status >= 300 && status != 304) preparePage(status, phrase);
}

function prepareStatusLine(status: i32, phrase: string): void {
  const line = heap.alloc(64);
  let end = writeText(line, "HTTP/1.1 ");
  end = writeDecimal(end, status);
  end = writeText(end, " " + phrase + "\r\n");
  setEntry(statusLines, status, line, end);
}

function preparePage(status: i32, phrase: string): void {
  const page = heap.alloc(512);
  const title = status.toString() + " " + phrase;
  const end = writeText(
    page,
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n' +
      '<meta name="viewport" content="width=device-width">\n' +
      '<meta name="color-scheme" content="light dark">\n<title>' +
      title +
      '</title>\n<body style="font: 1.1rem/1.5 system-ui; margin: 15vh auto; max-width: 40rem">\n<h1>' +
      title +
      "</h1>\n<p>" +
      explanation(status) +
      "</p>\n",
  );
  setEntry(pages, status, page, end);
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

function setEntry(table: usize, status: i32, start: usize, end: usize): void {
  const entry = table + (<usize>(status - FIRST) << 3);
  store<u32>(entry, <u32>start);
  store<u32>(entry, <u32>(end - start), 4);
}

/** Writes the status line, CRLF included, at `at` and returns the position behind it. */
export function writeStatusLine(at: usize, status: i32): usize {
  const entry = statusLines + (<usize>(status - FIRST) << 3);
  return writeBytes(at, load<u32>(entry), load<u32>(entry, 4));
}

/** The page for an error or redirect: UTF-8 HTML. */
export function pageOf(status: i32): usize {
  return load<u32>(pages + (<usize>(status - FIRST) << 3));
}

export function pageLength(status: i32): u32 {
  return load<u32>(pages + (<usize>(status - FIRST) << 3), 4);
}
