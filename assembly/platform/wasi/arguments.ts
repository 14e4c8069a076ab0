// The arguments the component was started with; the first is the name of the program.

import { get_arguments } from "./bindings/cli";
import { expectLasting, result } from "./canonical";

export function commandLine(): string[] {
  expectLasting();
  get_arguments(result);
  const list = load<usize>(result);
  const count = load<i32>(result, 4);
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    const word = list + (<usize>i << 3);
    words.push(String.UTF8.decodeUnsafe(load<usize>(word), load<u32>(word, 4)));
  }
  return words;
}
