// Request methods (RFC 9110 §9, and PATCH of RFC 5789). Case-sensitive.

import { writeText } from "../bytes/text";

export const enum Method {
  Unknown,
  Get,
  Head,
  Post,
  Put,
  Delete,
  Connect,
  Options,
  Trace,
  Patch,
}

const COUNT = 10;
const WIDTH: usize = 8;

/** The names, each in WIDTH bytes at its method's number. */
const names = memory.data(80);

writeText(names + 1 * WIDTH, "GET");
writeText(names + 2 * WIDTH, "HEAD");
writeText(names + 3 * WIDTH, "POST");
writeText(names + 4 * WIDTH, "PUT");
writeText(names + 5 * WIDTH, "DELETE");
writeText(names + 6 * WIDTH, "CONNECT");
writeText(names + 7 * WIDTH, "OPTIONS");
writeText(names + 8 * WIDTH, "TRACE");
writeText(names + 9 * WIDTH, "PATCH");

/** The method written in the `length` bytes at `token`, which contain no 0. */
export function methodOf(token: usize, length: usize): Method {
  if (length >= WIDTH) return Method.Unknown;
  let word: u64 = 0;
  for (let i: usize = 0; i < length; i++) word |= <u64>load<u8>(token + i) << (i << 3);
  for (let method = 1; method < COUNT; method++) {
    if (load<u64>(names + <usize>method * WIDTH) == word) return method;
  }
  return Method.Unknown;
}

/** Writes the name of a known method at `at` and returns the position behind it. */
export function writeMethod(at: usize, method: Method): usize {
  for (let name = names + <usize>method * WIDTH; load<u8>(name) != 0; name++) {
    store<u8>(at++, load<u8>(name));
  }
  return at;
}
