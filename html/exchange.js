// One request to the server of this page, and everything a script may know about its answer.

/** Sends a request past the browser's cache: status, fields, content, and its timing entry. */
export async function exchange(path, { method = "GET", fields = {} } = {}) {
  const response = await fetch(path, { method, headers: fields, cache: "no-store" });
  const content = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    reason: response.statusText,
    fields: [...response.headers],
    content,
    timing: await timingOf(response.url),
  };
}

// The entry comes a moment after the content.
async function timingOf(url) {
  for (let tries = 0; tries < 20; tries++) {
    const entry = performance.getEntriesByName(url, "resource").at(-1);
    if (entry) {
      performance.clearResourceTimings();
      return entry;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

/** "HTTP/1.1" for what the browser calls "http/1.1". */
export function protocolOf(timing) {
  return (timing?.nextHopProtocol || "http/1.1").toUpperCase().replace("H2", "HTTP/2");
}

/** From the request's first byte out to the answer's last byte in, as text. */
export function durationOf(timing) {
  if (!timing?.requestStart) return "unknown";
  return `${(timing.responseEnd - timing.requestStart).toFixed(1)} ms`;
}
