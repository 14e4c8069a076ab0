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
  const { phase, time, build } = snapshot;
  const workers = presentOf(snapshot);
  const down = phase === "starting" ? [] : downOf(workers);
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

/** Without places that a reload to fewer workers has done away with. */
function presentOf({ workers }: Snapshot): WorkerSnapshot[] {
  return workers.filter(({ state }) => state !== "ended");
}

function downOf(workers: readonly WorkerSnapshot[]): WorkerSnapshot[] {
  return workers.filter(({ state }) => state === "down");
}

function noAnswer(down: readonly WorkerSnapshot[]): string {
  return `no answer from worker ${down.map(({ worker }) => worker).join(", ")}`;
}

/** 200 while connections are accepted and every worker answers. */
export function readyAnswer(snapshot: Snapshot): Answer {
  if (snapshot.phase !== "serving") return plain(503, snapshot.phase);
  const down = downOf(presentOf(snapshot));
  return down.length === 0 ? plain(200, "ready") : plain(503, noAnswer(down));
}

export function plain(status: number, line: string): Answer {
  return { status, type: "text/plain; charset=utf-8", content: `${line}\n` };
}
