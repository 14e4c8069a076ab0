// Input of strangers on a terminal: beside the decoder of Node, which knows what valid UTF-8 is.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { roll } from "../../helpers/cases.js";
import { compileGuest } from "../../helpers/guest.js";

const guest = compileGuest("escape", `
  import { cutLength, escape } from "../../assembly/tcp/escape";
  export function room(): usize { return heap.alloc(65536); }
  export function escaped(at: usize, end: usize, to: usize): usize { return escape(at, end, to); }
  export function cut(at: usize, end: usize): u32 { return cutLength(at, end); }`);

const INPUT = guest.room();
const OUTPUT = INPUT + 8192;

const put = (bytes) => guest.put(INPUT, Buffer.from(bytes).toString("latin1"));

/** What is printed for bytes, or the UTF-8 bytes of a text. */
function printed(bytes) {
  const end = guest.escaped(INPUT, put(bytes), OUTPUT);
  return Buffer.from(guest.memory.buffer, OUTPUT, end - OUTPUT).toString();
}

const cut = (bytes) => guest.cut(INPUT, put(bytes));

/** The escapes of bytes. */
const hex = (bytes) => [...bytes].map((b) => `\\x${b.toString(16).toUpperCase().padStart(2, "0")}`);

/** Is it all valid? */
function isUtf8(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}

const escape = suite("escape");

escape("leaves text in any script as it is", () => {
  for (const text of ["hello, world", "~ !\"'", "größer", "\u00a0", "Привет", "日本語", "👋🏽", "\u{10ffff}"]) {
    assert.is(printed(text), text);
  }
  assert.is(printed(""), "");
});

escape("shows line ends, tabs and backslashes", () => {
  assert.is(printed("a\r\n\tb\\n"), "a\\r\\n\\tb\\\\n");
});

escape("shows every other control character, C1 too, so that no terminal obeys", () => {
  const others = Array.from({ length: 160 }, (_, i) => i)
    .filter((code) => (code < 32 || code > 126) && ![9, 10, 13].includes(code));
  for (const code of others) {
    const character = String.fromCodePoint(code);
    assert.is(printed(`<${character}>`), `<${hex(Buffer.from(character)).join("")}>`, `${code}`);
  }
});

escape("lets every two bytes pass exactly if they are valid", () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const isPrintable = (byte) => byte >= 32 && byte < 127 && byte !== 92;
      const bytes = [first, second];
      if (bytes.some((byte) => byte < 128 && !isPrintable(byte))) continue;
      const parts = first >= 128 && isUtf8(bytes) ? [bytes] : bytes.map((byte) => [byte]);
      const isC1 = parts.length === 1 && first === 0xc2 && second < 0xa0;
      const expected = parts.map((part) =>
        isUtf8(part) && !isC1 ? Buffer.from(part).toString() : hex(part).join(""));
      assert.is(printed(bytes), expected.join(""), `${bytes}`);
    }
  }
});

escape("knows the limits of three and four bytes", () => {
  for (let first = 0xe0; first < 0x100; first++) {
    for (let second = 0x7f; second < 0xc1; second++) {
      for (const rest of [[0x80], [0xbf], [0x80, 0x80], [0xbf, 0xbf]]) {
        const bytes = [first, second, ...rest];
        const text = printed(bytes);
        if (isUtf8(bytes)) assert.is(text, Buffer.from(bytes).toString());
        else assert.is(unescape(text).toString("hex"), Buffer.from(bytes).toString("hex"));
      }
    }
  }
});

escape("shows the bytes of forms that are too long, of surrogates, of what is beyond Unicode", () => {
  for (const bytes of [[0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x9f, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf],
    [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0x80]]) {
    assert.is(printed(bytes), hex(bytes).join(""));
  }
});

escape("goes on with the next byte after an invalid one", () => {
  assert.is(printed([0xe2, 0x82, 0x41]), "\\xE2\\x82A");
  assert.is(printed([0xe2, 0xe2, 0x82, 0xac]), "\\xE2€");
  assert.is(printed([0xf0, 0x9f, 0x91]), "\\xF0\\x9F\\x91");
});

escape("of any input is printable, and tells the bytes that were there", () => {
  const dice = roll(3);
  for (let time = 0; time < 300; time++) {
    const bytes = Buffer.from(Array.from({ length: dice(60) }, () => dice(256)));
    const text = printed(bytes);
    assert.not.match(text, /[\u0000-\u001f\u007f-\u009f\ufffd]/); // eslint-disable-line no-control-regex
    assert.is(unescape(text).toString("hex"), bytes.toString("hex"));
  }
});

/** The bytes that an escaped text stands for. */
function unescape(text) {
  const letters = { n: 10, r: 13, t: 9, "\\": 92 };
  const parts = text.match(/\\x..|\\.|[^\\]/gsu) ?? [];
  return Buffer.concat(parts.map((part) => {
    if (part.startsWith("\\x")) return Buffer.from(part.slice(2), "hex");
    return Buffer.from(part.startsWith("\\") ? [letters[part[1]]] : part);
  }));
}

escape.run();

const cuts = suite("cut sequences");

cuts("are found at the end only, whatever stands before", () => {
  for (const text of ["é", "€", "👋", "\u{10ffff}"]) {
    const bytes = Buffer.from(text);
    for (let length = 1; length < bytes.length; length++) {
      const start = bytes.subarray(0, length);
      assert.is(cut(start), length);
      assert.is(cut(Buffer.concat([Buffer.from("text"), start])), length);
      assert.is(cut(Buffer.concat([Buffer.from([0xff, 0x80]), start])), length);
      assert.is(cut(Buffer.concat([start, Buffer.from("x")])), 0);
    }
    assert.is(cut(bytes), 0);
  }
});

cuts("are none where no byte could make it valid", () => {
  for (const bytes of [[], [0x80], [0xff], [0xc0], [0xe0, 0x80], [0xed, 0xa0], [0xf4, 0x90],
    [0xf5], [0x80, 0x80, 0x80, 0x80], [0xc3, 0xa9, 0xa9]]) {
    assert.is(cut(bytes), 0, `${bytes}`);
  }
});

cuts("put together with their rest are the text again", () => {
  const bytes = Buffer.from("aé€👋z");
  for (let at = 0; at <= bytes.length; at++) {
    const held = cut(bytes.subarray(0, at));
    const [one, other] = [bytes.subarray(0, at - held), bytes.subarray(at - held)];
    assert.is(printed(one) + printed(other), bytes.toString());
  }
});

cuts.run();
