// The arguments the component was started with; the first is the name of the program.

import { get_arguments } from "./bindings/cli";
import { expectLasting, result, textsOfResult } from "./canonical";

export function commandLine(): string[] {
  expectLasting();
  get_arguments(result);
  return textsOfResult(1);
}
