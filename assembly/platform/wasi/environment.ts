// The environment variables that the component was given.

import { get_environment } from "./bindings/cli";
import { expectLasting, result, textsOfResult } from "./canonical";

/** Names and values in turn. */
export function environment(): string[] {
  expectLasting();
  get_environment(result);
  return textsOfResult(2);
}
