// The environment variables that the component was given.

import { get_environment } from "./bindings/cli";
import { expectLasting, result } from "./canonical";

/** Names and values in turn. */
export function environment(): string[] {
  expectLasting();
  get_environment(result);
  const list = load<usize>(result);
  const count = load<i32>(result, 4) * 2;
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    const word = list + (<usize>i << 3);
    words.push(String.UTF8.decodeUnsafe(load<usize>(word), load<u32>(word, 4)));
  }
  return words;
}
