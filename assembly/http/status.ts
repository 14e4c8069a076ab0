// Status codes and their reason phrases (RFC 9110 §15).

import { writeDecimal } from "../bytes/decimal";
import { writeBytes, writeText } from "../bytes/text";

/** The reason phrase, "" if this server does not send the status. For use at start only. */
export function reasonPhrase(status: i32): string {
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

/** The first and the last status that this server sends. */
export const FIRST: i32 = 100;
export const LAST: i32 = 505;

/** For each status: u32 pointer, u32 length of its line. */
const statusLines = memory.data(3248);

for (let status = FIRST; status <= LAST; status++) {
  const phrase = reasonPhrase(status);
  if (phrase.length > 0) prepareStatusLine(status, phrase);
}

function prepareStatusLine(status: i32, phrase: string): void {
  const line = heap.alloc(64);
  let end = writeText(line, "HTTP/1.1 ");
  end = writeDecimal(end, status);
  end = writeText(end, " " + phrase + "\r\n");
  const entry = entryOf(status);
  store<u32>(entry, <u32>line);
  store<u32>(entry, <u32>(end - line), 4);
}

function entryOf(status: i32): usize {
  return statusLines + (<usize>(status - FIRST) << 3);
}

/** Length of the status line, CRLF included; 0 for a status that this server does not send. */
export function statusLineLength(status: i32): u32 {
  return load<u32>(entryOf(status), 4);
}

/** Writes the status line, CRLF included, at `at` and returns the position behind it. */
export function writeStatusLine(at: usize, status: i32): usize {
  const entry = entryOf(status);
  return writeBytes(at, load<u32>(entry), load<u32>(entry, 4));
}
