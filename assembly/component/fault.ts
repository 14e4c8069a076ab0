// What is wrong with a request, and the rule that says so.

import { ParseError, statusOf } from "../http/parse-error";
import { FaultResult, Outcome } from "./layout";
import { allocate } from "./memory";

/** The one fault of content, behind those of a head. */
export const BAD_CHUNK: i32 = ParseError.UnsupportedCoding + 1;

/** Writes the fault `payload` bytes into an outcome, and returns the outcome. */
export function writeFault(error: i32, position: u32, payload: usize): usize {
  const outcome = allocate(payload + offsetof<FaultResult>(), 8);
  store<u8>(outcome, <u8>Outcome.Malformed);
  const fault = changetype<FaultResult>(outcome + payload);
  const section = sectionOf(error);
  const reason = reasonOf(error);
  fault.code = <u8>(error - 1);
  fault.status = <u16>statusOf(error);
  fault.position = position;
  // Strings cross as they are here: UTF-16.
  fault.section = changetype<usize>(section);
  fault.sectionLength = section.length;
  fault.reason = changetype<usize>(reason);
  fault.reasonLength = reason.length;
  return outcome;
}

function sectionOf(error: i32): string {
  switch (error) {
    case ParseError.BadMethod:
      return "RFC 9112 §3.1";
    case ParseError.BadTarget:
    case ParseError.MissingHost:
    case ParseError.RepeatedHost:
      return "RFC 9112 §3.2";
    case ParseError.BadVersion:
      return "RFC 9112 §2.3";
    case ParseError.UnsupportedVersion:
      return "RFC 9110 §15.6.6";
    case ParseError.BadLineEnd:
      return "RFC 9112 §2.2";
    case ParseError.BadFieldName:
      return "RFC 9112 §5.1";
    case ParseError.BadFieldValue:
      return "RFC 9110 §5.5";
    case ParseError.ObsoleteFold:
      return "RFC 9112 §5.2";
    case ParseError.TargetTooLong:
      return "RFC 9110 §15.5.15";
    case ParseError.HeadTooLarge:
    case ParseError.TooManyFields:
      return "RFC 6585 §5";
    case ParseError.BadHost:
      return "RFC 9110 §7.2";
    case ParseError.BadContentLength:
    case ParseError.LengthConflict:
      return "RFC 9112 §6.3";
    case BAD_CHUNK:
      return "RFC 9112 §7.1";
    default:
      // BadTransferEncoding, UnsupportedCoding
      return "RFC 9112 §6.1";
  }
}

function reasonOf(error: i32): string {
  switch (error) {
    case ParseError.BadMethod:
      return "The method is empty, or has a byte that no token may have.";
    case ParseError.BadTarget:
      return "The request target is empty, or has a byte that its form does not allow.";
    case ParseError.BadVersion:
      return "Behind the target there must be one space and HTTP/, a digit, a dot, a digit.";
    case ParseError.UnsupportedVersion:
      return "The version is well-formed, but not HTTP/1.x.";
    case ParseError.BadLineEnd:
      return "A line ends with CR LF; neither may stand alone.";
    case ParseError.BadFieldName:
      return "A field name is a token, and the colon follows it at once.";
    case ParseError.BadFieldValue:
      return "A field value has no control bytes other than HTAB.";
    case ParseError.ObsoleteFold:
      return "A line that begins with white space would continue the one before: obsolete.";
    case ParseError.TargetTooLong:
      return "The request target is longer than the limit.";
    case ParseError.HeadTooLarge:
      return "The head is longer than the limit.";
    case ParseError.TooManyFields:
      return "There are more field lines than the limit.";
    case ParseError.MissingHost:
      return "A request of HTTP/1.1 must have a Host field.";
    case ParseError.RepeatedHost:
      return "There must not be more than one Host field.";
    case ParseError.BadHost:
      return "Host must be a host, and maybe a colon and a port.";
    case ParseError.BadContentLength:
      return "Content-Length must be one decimal number, given once, and not above 2⁵³−1.";
    case ParseError.LengthConflict:
      return "Content-Length beside Transfer-Encoding: two recipients could disagree on the end.";
    case ParseError.BadTransferEncoding:
      return "Chunked must be the last transfer coding, be there once, and not in HTTP/1.0.";
    case ParseError.UnsupportedCoding:
      return "Chunked is the only transfer coding that is understood.";
    default:
      return "A chunk is its size in hexadecimal, up to 2⁵³−1, CR LF, so many bytes, CR LF.";
  }
}
