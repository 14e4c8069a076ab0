// epollux/parser in Node, Bun and Deno. Its types, and what they mean, are those of wit/parser.wit.

import { readFileSync } from "node:fs";
import { instantiate } from "./component.js";

const file = new URL("component.core.wasm", import.meta.url);
const { request } = instantiate(() => new WebAssembly.Module(readFileSync(file)), {});

export const { parse, parseChunked } = request;
