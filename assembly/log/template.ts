// The formats of a log line, as templates in which "%" and a letter stand for a value.

import { PERCENT } from "../bytes/ascii";

export const enum Value {
  None,
  /** %h */
  Client = 0x68,
  /** %t, as the Common Log Format has it */
  ClfTime = 0x74,
  /** %T, as RFC 3339 has it */
  Timestamp = 0x54,
  /** %r: method, target and protocol */
  RequestLine = 0x72,
  /** %m */
  Method = 0x6d,
  /** %u */
  Target = 0x75,
  /** %p */
  Protocol = 0x70,
  /** %s */
  Status = 0x73,
  /** %b: bytes of content that were sent */
  Bytes = 0x62,
  /** %d: milliseconds */
  Duration = 0x64,
  /** %f, from where */
  Referer = 0x66,
  /** %a */
  UserAgent = 0x61,
  /** %v */
  Host = 0x76,
}

const COMMON = '%h - - %t "%r" %s %b\n';
const COMBINED = '%h - - %t "%r" %s %b "%f" "%a"\n';
const JSON =
  '{"time":"%T","client":"%h","method":"%m","target":"%u","protocol":"%p","status":%s,' +
  '"bytes":%b,"duration":%d,"referer":"%f","user_agent":"%a","host":"%v"}\n';

/** Is there such a format? */
export function isFormat(name: string): bool {
  return name == "common" || name == "combined" || name == "json";
}

/** The bytes of a step that come before its text: a Value and the length of the text. */
export const STEP_HEAD: usize = 2;

/** A template as steps, one behind the other: a value and the text that follows it. */
export class Template {
  readonly start: usize;
  readonly end: usize;
  /** The steps whose values are known when the response has ended: those from `sent` to `rest`. */
  sent: usize = 0;
  rest: usize = 0;
  readonly isJson: bool;

  constructor(format: string) {
    this.isJson = format == "json";
    const text = this.isJson ? JSON : format == "common" ? COMMON : COMBINED;
    // Texts are read sixteen bytes at a time.
    let step = heap.alloc(<usize>text.length + STEP_HEAD + 16);
    this.start = step;
    let at = beginStep(step, Value.None);
    for (let i = 0; i < text.length; i++) {
      const byte: u32 = text.charCodeAt(i);
      if (byte == PERCENT) {
        step = at;
        const value: u32 = text.charCodeAt(++i);
        at = beginStep(step, value);
        const isLate = value == Value.Bytes || value == Value.Duration;
        if (isLate && this.sent == 0) this.sent = step;
        if (!isLate && this.sent != 0 && this.rest == 0) this.rest = step;
      } else {
        store<u8>(at++, byte);
        store<u8>(step, load<u8>(step, 1) + 1, 1);
      }
    }
    this.end = at;
    if (this.rest == 0) this.rest = at;
  }
}

function beginStep(at: usize, value: u32): usize {
  store<u8>(at, value);
  store<u8>(at, 0, 1);
  return at + STEP_HEAD;
}
