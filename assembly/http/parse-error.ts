// What can be wrong with a request head (RFC 9112), and the status each fault is answered with.

export const enum ParseError {
  None,
  BadMethod,
  BadTarget,
  BadVersion,
  UnsupportedVersion,
  BadLineEnd,
  BadFieldName,
  BadFieldValue,
  ObsoleteFold,
  TargetTooLong,
  HeadTooLarge,
  TooManyFields,
  MissingHost,
  RepeatedHost,
  BadHost,
  BadContentLength,
  LengthConflict,
  BadTransferEncoding,
  UnsupportedCoding,
}

/** The status code that answers a request with this fault. */
export function statusOf(error: ParseError): i32 {
  switch (error) {
    case ParseError.UnsupportedVersion:
      return 505;
    case ParseError.TargetTooLong:
      return 414;
    case ParseError.HeadTooLarge:
    case ParseError.TooManyFields:
      return 431;
    case ParseError.UnsupportedCoding:
      return 501;
    default:
      return 400;
  }
}
