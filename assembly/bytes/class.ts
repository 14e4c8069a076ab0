// The byte classes of the HTTP and URI grammars, each as a set of 128 bits: bytes 0–63 in `…_LOW`,
// 64–127 in `…_HIGH`. No class holds a byte above 127. search-simd.ts has the same sets as nibble
// tables; test/unit/bytes/search.js compares the two byte by byte.

/** tchar, RFC 9110 §5.6.2. */
export const TOKEN_LOW: u64 = 0x03ff6cfa00000000;
export const TOKEN_HIGH: u64 = 0x57ffffffc7fffffe;

/** pchar and "/" (RFC 3986 §3.3), and what browsers leave unencoded in a path: | ^ [ ]. */
export const PATH_LOW: u64 = 0x2ffffff200000000;
export const PATH_HIGH: u64 = 0x57fffffeefffffff;

/** RFC 3986 §3.4, and what browsers leave unencoded in a query: | ^ [ ] \ ` { }. */
export const QUERY_LOW: u64 = 0xaffffff200000000;
export const QUERY_HIGH: u64 = 0x7fffffffffffffff;

/** The bytes of a reg-name or IPv4address but for "%", RFC 3986 §3.2.2. */
export const HOST_LOW: u64 = 0x2bff7fd200000000;
export const HOST_HIGH: u64 = 0x47fffffe87fffffe;

export function isMember(byte: u32, low: u64, high: u64): bool {
  const half = byte < 64 ? low : high;
  return byte < 128 && ((half >> (byte & 63)) & 1) != 0;
}
