// The limits and habits of HTTP connections, from the configuration.

import { DEFAULT_MAX_FIELDS, DEFAULT_MAX_HEAD, DEFAULT_MAX_TARGET } from "../http/request";

export class Limits {
  keepAlive: bool = true;
  /** Of a connection; 0 is no limit. */
  maxRequests: u32 = 0;
  headerTimeoutMs: u32 = 10000;
  idleTimeoutMs: u32 = 60000;
  writeTimeoutMs: u32 = 30000;
  /** In bytes per second: see pace.ts. */
  minRate: f64 = 512;
  maxTarget: u32 = DEFAULT_MAX_TARGET;
  maxHead: u32 = DEFAULT_MAX_HEAD;
  maxFields: u32 = DEFAULT_MAX_FIELDS;
  maxContent: f64 = 1048576;
}

/** Who was answered so short a time ago may have sent the next request already. */
export const NEXT_REQUEST_MS: u32 = 500;

/** How long a client may take to close after the last response. */
export const LINGER_TIMEOUT_MS: u32 = 2000;
