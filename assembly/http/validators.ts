// What identifies the selected representation in a precondition (RFC 9110 §8.8).

export class Validators {
  /** The entity tag as it stands in ETag: strong, quotes included. */
  tag: usize = 0;
  tagLength: u32 = 0;
  /** As it stands in Last-Modified: seconds since 1970, never later than the response's Date. */
  lastModified: i64 = 0;
  /** The response's Date. */
  now: i64 = 0;
}
