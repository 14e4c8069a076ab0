// Search in bytes: each function returns the first position in [at, end) whose byte is outside its
// class, or `end`. Nothing outside [at, end) is read. Which twin runs is settled at compile time.

import * as scalar from "./search-scalar";
import * as simd from "./search-simd";

/** tchar: methods and field names. */
export function skipToken(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipToken(at, end) : scalar.skipToken(at, end);
}

/** The path of a request target; stops at "?" too. */
export function skipPath(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipPath(at, end) : scalar.skipPath(at, end);
}

/** The query of a request target. */
export function skipQuery(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipQuery(at, end) : scalar.skipQuery(at, end);
}

/** A reg-name or IPv4address; stops at ":" and at "%" too. */
export function skipHost(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipHost(at, end) : scalar.skipHost(at, end);
}

/** Field value: anything but control bytes; HTAB and obs-text (above 127) are inside. */
export function skipFieldValue(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipFieldValue(at, end) : scalar.skipFieldValue(at, end);
}

/** Letters and hyphens; may stop before, and always stops before `end`: a guess at a token. */
export function skipLetters(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipLetters(at, end) : at;
}

/** SP to "~", what most field lines consist of. For sixteen bytes or more. */
export function skipVisible(at: usize, end: usize): usize {
  return ASC_FEATURE_SIMD ? simd.skipVisible(at, end) : scalar.skipVisible(at, end);
}
