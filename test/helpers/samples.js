// Values of every kind of option, for tests that go through all options.

const SAMPLES = {
  boolean: ["true", "false", true],
  workers: ["3", "4", 3],
  hosts: ["::1,localhost", "127.0.0.1", ["::1", "localhost"]],
  addresses: ["127.0.0.1:1,unix:/a", ":2", ["127.0.0.1:1", "unix:/a"]],
  permissions: ["0606", "0600", 0o606],
  user: ["www-data:web", "33", "www-data:web"],
  names: ["a,b", "c", ["a", "b"]],
  directory: ["public", "dist", "public"],
  file: ["a.json", "b.json", "a.json"],
  endpoint: ["[::1]:80", "localhost:1", { host: "::1", port: 80 }],
  adminAddress: ["[::1]:9091", "9091", { host: "::1", port: 9091 }],
  poller: ["poll", "busy", "poll"],
  logFile: ["a.log", "-", "a.log"],
  logFormat: ["json", "common", "json"],
  trigger: ["level", "edge", "level"],
};

/** A text that the option takes, what it means, and another text. */
export function sampleOf({ kind, range }) {
  if (SAMPLES[kind]) {
    const [text, other, value] = SAMPLES[kind];
    return { text, other, value };
  }
  const unit = kind === "duration" ? "ms" : "";
  const [value, greatest] = range;
  return { text: `${value}${unit}`, other: `${greatest}${unit}`, value };
}
