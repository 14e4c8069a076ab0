// The admin listener: metrics, health checks, and a dashboard, on an address of its own and in the
// main thread. It answers from what the workers say when asked, and never touches what they serve.
// Loaded with --admin only. What it answers is described in docs/metrics.md.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { formatAddress } from "./address.js";
import { dashboardFile } from "./dashboard.js";
import { describeErrno, StartError } from "./errors.js";
import { Events } from "./events.js";
import { EXPOSITION_TYPE, exposition } from "./exposition.js";
import { type Answer, healthAnswer, plain, readyAnswer } from "./health.js";
import { isOwnName } from "./host-field.js";
import type { Endpoint } from "./kinds.js";
import { makeSnapshot, type Snapshot } from "./snapshot.js";
import type { Standing } from "./standing.js";
import { listUrls } from "./urls.js";

export type Phase = "starting" | "serving" | "draining";

/** A worker that takes longer than that to answer counts as down. */
export const ANSWER_MS = 1000;
/** Whoever comes as one more is disconnected at once. */
export const MAX_CONNECTIONS = 64;
/** For the head of a request. */
export const REQUEST_TIMEOUT_MS = 5000;
/** How often Node looks for those who have taken longer; by itself every 30 s. */
export const CHECK_INTERVAL_MS = 1000;

/** What is told about. */
export interface Watched {
  /** SHA-256 of the module that serves. */
  readonly checksum: string;
  report(patienceMs: number): Promise<Standing[]>;
}

const SECURITY = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

export class Admin {
  readonly #watched: Watched;
  readonly #server = createServer(
    {
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    (request, response) => void this.#respond(request, response),
  );
  readonly #events = new Events(() => this.#snapshot());
  #phase: Phase = "starting";
  #collecting: Promise<Snapshot> | undefined;
  readonly #asked: Endpoint;

  private constructor(asked: Endpoint, watched: Watched) {
    this.#asked = asked;
    this.#watched = watched;
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Throws `StartError` if the address cannot be had. */
  static async open(asked: Endpoint, watched: Watched): Promise<Admin> {
    const admin = new Admin(asked, watched);
    await admin.#listen();
    return admin;
  }

  /** `http://127.0.0.1:9091/` */
  get url(): string {
    const { address: ip, port } = this.#server.address() as AddressInfo;
    return listUrls([{ type: "tcp", ip, port, isDualStack: ip === "::" }])[0]?.name ?? "";
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#events.send();
  }

  /** Ends every connection. */
  close(): void {
    this.#events.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#asked;
    try {
      await once(this.#server.listen(port, host), "listening");
      this.#server.on("error", () => undefined); // accept(2) may fail for want of descriptors
    } catch (error) {
      const { errno = 0 } = error as NodeJS.ErrnoException;
      const reason = `cannot listen on ${formatAddress(host, port)}: ${describeErrno(errno)}`;
      throw new StartError(`--admin: ${reason}`);
    }
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const [path = ""] = (request.url ?? "").split("?");
    const { address } = this.#server.address() as AddressInfo;
    for (const [name, value] of Object.entries(SECURITY)) response.setHeader(name, value);
    if (!isOwnName(request.headers.host, address, this.#asked.host)) {
      return send(request, response, plain(421, "misdirected request: not a name of this server"));
    }
    try {
      const answer = await this.#answer(path, request, response);
      if (answer) send(request, response, answer);
    } catch (error) {
      // A file that has gone, no descriptor left: no reason to end what is served.
      send(request, response, plain(500, `cannot answer: ${(error as Error).message}`));
    }
  }

  /** The answer for a path; none if it goes on for ever. */
  async #answer(
    path: string, request: IncomingMessage, response: ServerResponse,
  ): Promise<Answer | undefined> {
    const file = dashboardFile(path);
    const isKnown = file || ["/metrics", "/events", "/health", "/ready"].includes(path);
    if (!isKnown) return plain(404, "not found");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return { ...plain(405, "method not allowed"), fields: { Allow: "GET, HEAD" } };
    }
    if (file) return { status: 200, ...file };
    if (path === "/events") {
      if (request.method === "GET") return void this.#events.add(response);
      return { status: 200, type: Events.TYPE, content: "" };
    }
    const snapshot = await this.#snapshot();
    if (path === "/ready") return readyAnswer(snapshot);
    if (path === "/health") return healthAnswer(snapshot, request.headers.accept);
    return { status: 200, type: EXPOSITION_TYPE, content: exposition(snapshot) };
  }

  /** Whoever asks while the workers are being asked gets the same answer. */
  #snapshot(): Promise<Snapshot> {
    this.#collecting ??= this.#collect().finally(() => (this.#collecting = undefined));
    return this.#collecting;
  }

  async #collect(): Promise<Snapshot> {
    // Those who have not started are not asked: they could not answer.
    const patience = this.#phase === "starting" ? 0 : ANSWER_MS;
    const standings = await this.#watched.report(patience);
    return makeSnapshot(this.#watched.checksum, this.#phase, standings);
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, type, content, fields } = answer;
  response.writeHead(status, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Length": Buffer.byteLength(content),
    ...fields,
  });
  response.end(request.method === "HEAD" ? undefined : content);
}
