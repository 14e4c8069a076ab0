// epollux/parser in browsers, and wherever there is fetch. Its types, and what they mean, are those
// of wit/parser.wit.

import { instantiate } from "./component.js";

const response = await fetch(new URL("component.core.wasm", import.meta.url));
if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
// Not compileStreaming: that wants a media type which not every server gives.
const module = await WebAssembly.compile(await response.arrayBuffer());
const { request } = instantiate(() => module, {});

export const { parse, parseChunked } = request;
