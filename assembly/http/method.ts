// Request methods (RFC 9110 §9, and PATCH of RFC 5789). Case-sensitive.

import { equals } from "../bytes/compare";
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

/** The method written in the `length` bytes at `token`. */
export function methodOf(token: usize, length: usize): Method {
  if (length < WIDTH) {
    for (let method = 1; method < COUNT; method++) {
      const name = names + <usize>method * WIDTH;
      // The byte behind a shorter name is 0, which no token contains.
      if (load<u8>(name + length) == 0 && equals(token, name, length)) return method;
    }
  }
  return Method.Unknown;
}
