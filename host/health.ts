// Whether the process lives (/health) and whether it serves (/ready).

import type { Snapshot, WorkerSnapshot } from "./snapshot.js";

export interface Answer {
  status: number;
  type: string;
  content: string | Buffer;
  fields?: Readonly<Record<string, string>>;
}

/** 200 while every worker that is to work answers. */
export function healthAnswer(snapshot: Snapshot, accept = ""): Answer {
  const { phase, time, build, workers } = snapshot;
  const down = phase === "starting" ? [] : workers.filter(({ state }) => state === "down");
  const status = down.length === 0 ? "ok" : "failing";
  const code = down.length === 0 ? 200 : 503;
  const fields = { Vary: "Accept" };
  if (/\bapplication\/json\b/i.test(accept)) {
    const content = JSON.stringify({
      status,
      phase,
      version: build.version,
      wasm: `sha256:${build.wasm}`,
      uptimeSeconds: time - build.startTime,
      workers: workers.length,
      workersUp: workers.filter(({ state }) => state === "up").length,
    });
    return { status: code, type: "application/json", content: `${content}\n`, fields };
  }
  return { ...plain(code, down.length === 0 ? status : noAnswer(down)), fields };
}

function noAnswer(workers: readonly WorkerSnapshot[]): string {
  const silent = workers.filter(({ state }) => state !== "up");
  return `no answer from worker ${silent.map(({ worker }) => worker).join(", ")}`;
}

/** 200 while connections are accepted and every worker answers. */
export function readyAnswer({ phase, workers }: Snapshot): Answer {
  if (phase !== "serving") return plain(503, phase);
  const isReady = workers.every(({ state }) => state === "up");
  return isReady ? plain(200, "ready") : plain(503, noAnswer(workers));
}

export function plain(status: number, line: string): Answer {
  return { status, type: "text/plain; charset=utf-8", content: `${line}\n` };
}
