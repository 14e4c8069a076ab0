// From text to bytes and back to something that can be seen.

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))/g;
const LETTERS = { r: 0x0d, n: 0x0a, t: 0x09, 0: 0x00, "\\": 0x5c };
const SP = 0x20;
const DEL = 0x7f;

/**
 * The bytes that a typed request means. A line break is CR LF, and nothing behind a backslash;
 * `\r \n \t \0 \\ \xNN` are the bytes they name; everything else is UTF-8.
 */
export function toBytes(text) {
  const joined = text.replace(/\r\n?/g, "\n").replace(/(?<!\\)((?:\\\\)*)\\\n/g, "$1");
  const lines = joined.replaceAll("\n", "\r\n");
  const encoder = new TextEncoder();
  const pieces = [];
  let at = 0;
  for (const match of lines.matchAll(ESCAPE)) {
    const [escape, digits, letter] = match;
    pieces.push(encoder.encode(lines.slice(at, match.index)));
    pieces.push(Uint8Array.of(digits ? parseInt(digits, 16) : LETTERS[letter]));
    at = match.index + escape.length;
  }
  return concat([...pieces, encoder.encode(lines.slice(at))]);
}

function concat(pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export const isVisible = (byte) => byte > SP && byte < DEL;

const NAMES = { 0: "NUL", 0x09: "HTAB", 0x0a: "LF", 0x0d: "CR", [SP]: "SP", [DEL]: "DEL" };

/** What to call a byte: itself, its name, or its hexadecimal digits. */
export function nameOf(byte) {
  return isVisible(byte) ? String.fromCharCode(byte) : (NAMES[byte] ?? hex(byte));
}

/** A span as text: bytes that are not printable ASCII are escaped. */
export function spanText(bytes, { start, end }) {
  const shown = Array.from(bytes.subarray(start, end), (byte) => {
    if (isVisible(byte) || byte === SP) return String.fromCharCode(byte);
    return byte === 0x09 ? "\\t" : `\\x${hex(byte).toLowerCase()}`;
  });
  return shown.join("");
}

const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, "0");
