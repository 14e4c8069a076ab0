// Who may be meant by a Host field. A page on the web can have its own host name resolved to
// 127.0.0.1 and then read, as its own origin, what listens there (DNS rebinding). But it cannot make
// a browser send another Host than its name: so on the loopback interface strange names are refused.

import { isAddress, isLoopback } from "./ip.js";
import { stripBrackets } from "./kinds.js";

/**
 * Is `field` an IP address, localhost or the name `given`? Where others than this machine can come
 * anyway, every name is right; so is none, which no browser sends.
 */
export function isOwnName(field: string | undefined, boundTo: string, given: string): boolean {
  if (field === undefined || !isLoopback(boundTo)) return true;
  const name = stripBrackets(field.replace(/:\d*$/, "")).toLowerCase();
  return isAddress(name) || name === "localhost" || name === given.toLowerCase();
}
