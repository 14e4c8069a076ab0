// Entry of parser.wasm: the request parser in isolation. docs/abi.md describes what it exports.

import { parse as parseRequest } from "./http/parse";
import {
  DEFAULT_MAX_FIELDS,
  DEFAULT_MAX_HEAD,
  DEFAULT_MAX_TARGET,
  MAX_FIELDS,
  Request,
} from "./http/request";

export { REQUEST_SIZE } from "./http/request";

/** First byte of memory that belongs to the embedder. */
export const HEAP_BASE: u32 = <u32>__heap_base;

export function reset(request: u32, maxFields: u32, maxTarget: u32, maxHead: u32): void {
  const record = changetype<Request>(<usize>request);
  record.clear();
  record.maxFields = <u16>min(maxFields || DEFAULT_MAX_FIELDS, MAX_FIELDS);
  record.maxTarget = <u16>min<u32>(maxTarget || DEFAULT_MAX_TARGET, u16.MAX_VALUE);
  record.maxHead = <u16>min<u32>(maxHead || DEFAULT_MAX_HEAD, u16.MAX_VALUE);
}

export function parse(request: u32, input: u32, length: u32): i32 {
  return parseRequest(changetype<Request>(<usize>request), input, length);
}
