// Randomness of the host, as a seed.

import { random_get } from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";
import { EIO } from "./errno";
import { panic } from "./panic";

const bytes = memory.data(4);

export function randomSeed(): u32 {
  if (random_get(bytes, 4) != 0) panic("random_get", -EIO, 0);
  return load<u32>(bytes);
}
