// Log lines, in the order of their template: first what is known of the request, later the rest.

import { SP } from "../bytes/ascii";
import { writeDecimal, writePadded } from "../bytes/decimal";
import { writeShort } from "../bytes/text";
import { KnownField } from "../http/known-field";
import { Phase, Request } from "../http/request";
import { Clock } from "../platform/clock";
import { Entry } from "./entry";
import { writeEscaped } from "./escape";
import { STEP_HEAD, Template, Value } from "./template";
import {
  CLF_TIME, CLF_TIME_LENGTH, setTime, TIMESTAMP, TIMESTAMP_LENGTH,
} from "./time";

/** The most that a line tells of a target and of any other value, as written; the rest is cut. */
const MAX_TARGET: u32 = 1536;
const MAX_VALUE: u32 = 512;

/** The most that the late values of a line take, with the text between them. */
export const MAX_LATE: u32 = 64;

/** "HTTP/1." */
const HTTP_1: u64 = 0x2e312f50545448;

export class LineWriter {
  private template: Template;
  private isJson: bool;
  /** The request at hand, its input, who sent it (a length and an address), and the answer. */
  private request: Request = changetype<Request>(0);
  private input: usize = 0;
  private client: usize = 0;
  private status: i32 = 0;

  constructor(
    format: string,
    private clock: Clock,
  ) {
    this.template = new Template(format);
    this.isJson = this.template.isJson;
  }

  /** Writes what is known when the request has been answered behind its entry. */
  begin(entry: Entry, request: Request, input: usize, client: usize, status: i32): void {
    this.request = request;
    this.input = input;
    this.client = client;
    this.status = status;
    setTime(this.clock.seconds);
    entry.begun = this.clock.milliseconds;
    const template = this.template;
    const middle = this.write(entry.text, template.start, template.sent);
    entry.middle = <u32>(middle - entry.text);
    entry.length = <u32>(this.write(middle, template.rest, template.end) - entry.text);
  }

  /** Writes the line of an entry whose response has ended; returns the position behind it. */
  finish(at: usize, entry: Entry): usize {
    const rest = this.template.rest;
    at = writeShort(at, entry.text, entry.middle);
    for (let step = this.template.sent; step < rest; step = next(step)) {
      const isBytes = load<u8>(step) == Value.Bytes;
      const value = isBytes
        ? <u64>max(entry.content - entry.left, 0)
        : this.clock.milliseconds - entry.begun;
      at = writeStepText(writeDecimal(at, value), step);
    }
    return writeShort(at, entry.text + entry.middle, entry.length - entry.middle);
  }

  private write(at: usize, from: usize, to: usize): usize {
    for (let step = from; step < to; step = next(step)) {
      at = writeStepText(this.writeValue(at, load<u8>(step)), step);
    }
    return at;
  }

  private writeValue(at: usize, value: u32): usize {
    const request = this.request;
    switch (value) {
      case Value.Client:
        return writeShort(at, this.client + 1, load<u8>(this.client));
      case Value.ClfTime:
        return writeShort(at, CLF_TIME, CLF_TIME_LENGTH);
      case Value.Timestamp:
        return this.writeTimestamp(at);
      case Value.RequestLine:
      case Value.Method:
      case Value.Target:
      case Value.Protocol:
        return this.writeRequestLine(at, value);
      case Value.Status:
        return writePadded(at, this.status, 3);
      case Value.Referer:
        return this.writeField(at, KnownField.Referer);
      case Value.UserAgent:
        return this.writeField(at, KnownField.UserAgent);
      case Value.Host:
        if (request.authorityLength == 0) return this.writeAbsent(at);
        return this.writeInput(at, request.authorityStart, request.authorityLength, MAX_VALUE);
      default:
        return at;
    }
  }

  /** Of a request whose first line could not be read nothing is told. */
  private writeRequestLine(at: usize, value: u32): usize {
    const request = this.request;
    if (<i32>request.phase <= Phase.RequestLine) return this.writeAbsent(at);
    const method = request.methodStart;
    const target = request.targetStart;
    switch (value) {
      case Value.Method:
        return this.writeInput(at, method, request.methodLength, MAX_VALUE);
      case Value.Target:
        return this.writeInput(at, target, request.targetLength, MAX_TARGET);
      case Value.Protocol:
        return writeProtocol(at, request);
      default:
        // Between the two is a space, and nothing else.
        at = this.writeInput(at, method, target + request.targetLength - method, MAX_TARGET);
        store<u8>(at, SP);
        return writeProtocol(at + 1, request);
    }
  }

  private writeField(at: usize, field: KnownField): usize {
    const request = this.request;
    if (!request.has(field)) return this.writeAbsent(at);
    const line = request.lineOf(field);
    return this.writeInput(at, request.valueStart(line), request.valueLength(line), MAX_VALUE);
  }

  private writeInput(at: usize, start: u32, length: u32, limit: u32): usize {
    return writeEscaped(at, this.input + start, length, limit, this.isJson);
  }

  /** What there is not is "-", in JSON nothing. */
  private writeAbsent(at: usize): usize {
    if (this.isJson) return at;
    store<u8>(at, 0x2d);
    return at + 1;
  }

  private writeTimestamp(at: usize): usize {
    at = writeShort(at, TIMESTAMP, TIMESTAMP_LENGTH);
    at = writePadded(at, this.clock.fraction, 3);
    store<u8>(at, 0x5a); // Z
    return at + 1;
  }
}

function next(step: usize): usize {
  return step + STEP_HEAD + load<u8>(step, 1);
}

function writeStepText(at: usize, step: usize): usize {
  return writeShort(at, step + STEP_HEAD, load<u8>(step, 1));
}

function writeProtocol(at: usize, request: Request): usize {
  store<u64>(at, HTTP_1);
  store<u8>(at, 0x30 + request.versionMinor, 7);
  return at + 8;
}
