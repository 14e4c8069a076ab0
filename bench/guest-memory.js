// How much of the guest's memory one connection takes. The guest takes all its memory when it is
// configured and nothing later, so the size of its memory at several values of --max-connections
// tells: the difference is what that many connections need, whether they are idle or busy. Nothing
// is served here: the module's imports do nothing but hand it its arguments.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

export const SERVER_WASM = fileURLToPath(new URL("../build/server.wasm", import.meta.url));

const STEP = 50_000;
const STEPS = 7;

/**
 * Bytes of linear memory per connection, exact to one page in STEP connections. It is the median of
 * the steps, because a runtime may at one of them take more than it needs.
 */
export function guestBytesPerConnection() {
  const module = new WebAssembly.Module(readFileSync(SERVER_WASM));
  const sizes = Array.from({ length: STEPS + 1 }, (_, i) => memorySize(module, (i + 1) * STEP));
  return median(sizes.slice(1).map((size, i) => size - sizes[i])) / STEP;
}

function memorySize(module, maxConnections) {
  const args = ["epollux", "serve", "--listen", "127.0.0.1:1"];
  args.push("--max-connections", String(maxConnections));
  const texts = args.map((text) => Buffer.from(`${text}\0`));
  let exports = null;
  const wasi = {
    args_sizes_get(count, size) {
      const view = new DataView(exports.memory.buffer);
      view.setUint32(count, texts.length, true);
      view.setUint32(size, Buffer.concat(texts).length, true);
      return 0;
    },
    args_get(pointers, at) {
      const view = new DataView(exports.memory.buffer);
      for (const [i, text] of texts.entries()) {
        view.setUint32(pointers + 4 * i, at, true);
        Buffer.from(exports.memory.buffer).set(text, at);
        at += text.length;
      }
      return 0;
    },
  };
  const imports = {};
  for (const { module: group, name } of WebAssembly.Module.imports(module)) {
    (imports[group] ??= {})[name] = wasi[name] ?? (() => 0);
  }
  exports = new WebAssembly.Instance(module, imports).exports;
  exports._initialize();
  if (exports.configure() !== 0) throw new Error("the guest refused its configuration");
  return exports.memory.buffer.byteLength;
}
