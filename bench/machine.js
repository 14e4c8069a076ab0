// Where the numbers come from: they mean nothing on another machine.

import { readFileSync } from "node:fs";
import { cpus, release } from "node:os";

export function describeMachine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    virtual: /^flags\s*:.*\bhypervisor\b/m.test(readFileSync("/proc/cpuinfo", "latin1")),
    kernel: release(),
    congestion: readText("/proc/sys/net/ipv4/tcp_congestion_control").trim(),
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(readText("/etc/os-release"))?.[1] ?? "unknown system",
  };
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
