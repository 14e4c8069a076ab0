// Tests that can run only where there is something: elsewhere they are skipped, and counted so.

import { hasIPv6 } from "./proxy.js";
import { canRunUnprivileged, hasTerminal } from "./server.js";

/** The suite if the condition holds; else what skips its tests, and the reason is told. */
export function available(suite, condition, reason) {
  if (condition) return suite;
  console.log(`skipped: ${reason}`);
  return suite.skip ?? suite; // it may be one that skips already
}

/** For tests with a terminal. */
export function withTerminal(suite) {
  return available(suite, hasTerminal, "no script(1) to make a terminal with");
}

/** For tests with the address ::1. */
export function withIPv6(suite) {
  return available(suite, hasIPv6, "no IPv6 on the loopback interface");
}

/** For tests with `UNPRIVILEGED`. */
export function asNobody(suite) {
  const reason = "only root may read this folder, and root may read anything";
  return available(suite, canRunUnprivileged(), reason);
}
