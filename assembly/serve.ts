// The web server: reads its configuration, takes all memory, and wires the rooms together. What drives
// it is an entry: server.ts, or command.ts.

import { align, Arena } from "./bytes/arena";
import { Config } from "./config";
import { Batch } from "./connection/batch";
import { Bodies } from "./connection/body";
import { Clients } from "./connection/clients";
import { CONNECTION_SIZE } from "./connection/connection";
import { HttpConnections } from "./connection/connections";
import { Durations } from "./connection/durations";
import { ConnectionHandler } from "./connection/http";
import { Inputs } from "./connection/input";
import { Limits } from "./connection/limits";
import { LOG_RECORD_SIZE, LogEntries } from "./connection/log-entries";
import { LongestIdle } from "./connection/longest-idle";
import { Output } from "./connection/output";
import { Pace } from "./connection/pace";
import { Requests } from "./connection/requests";
import { REQUEST_SIZE } from "./http/request";
import { AccessLog } from "./log/access-log";
import { Ring } from "./log/ring";
import { Listeners } from "./loop/listeners";
import { Loop } from "./loop/loop";
import { Pool } from "./loop/pool";
import { Slots } from "./loop/slots";
import { Clock, microseconds } from "./platform/clock";
import { Counters, counters as record } from "./platform/counters";
import { DRAINED, MAX_ARENA, RUNNING } from "./platform/exports";
import { PeerRecord } from "./platform/layout";
import { printMessage } from "./platform/message";
import { metrics as more } from "./platform/metrics";
import { createPoller, pollerSize } from "./poller/choose";
import { Cache } from "./static/cache";
import { configureOpen } from "./static/open";
import { Site } from "./static/site";

/** Room in a buffer behind the longest head, for content. */
const CONTENT_ROOM: u32 = 4096;

export class Server {
  constructor(
    readonly config: Config,
    private loop: Loop,
    private listeners: Listeners,
    private connections: HttpConnections,
    private log: AccessLog | null,
    private durations: Durations,
    private cache: Cache,
    private clock: Clock,
  ) {}

  /** A server with these arguments (docs/abi.md); null, and a line that says so, if one is wrong. */
  static fromArguments(args: string[]): Server | null {
    const config = new Config();
    let fault = config.read(args);
    if (fault == "" && Server.arenaSize(config) > MAX_ARENA) {
      fault = "more than 1 GiB of memory: lower --max-connections, --max-buffers or --cache-size";
    }
    if (fault == "") return Server.build(config);
    printMessage("error: " + fault + "\n");
    return null;
  }

  /** How much memory a server with this configuration takes. */
  private static arenaSize(config: Config): u64 {
    const slotCount = config.maxConnections + config.listen.length;
    // Two buffers more than the pool: the input and the batch of the connection being served.
    const bufferCount = config.maxBuffers + 2;
    const counts = config.maxConnectionsPerClient > 0;
    return (
      <u64>slotCount * slotSize(config) +
      pollerSize(config.poller, slotCount + 1) +
      <u64>bufferCount * bufferSize(config.limits) +
      Site.scratchSize(config.limits.maxTarget) +
      (counts ? Clients.arenaSize(config.maxConnections) : 0) +
      Cache.arenaSize(config.cacheSize) +
      Server.logSize(config)
    );
  }

  /** Of the access log: the ring, and a buffer of entries. */
  private static logSize(config: Config): u32 {
    if (config.logFormat == "") return 0;
    return <u32>align(Ring.arenaSize(config.logBuffer)) + bufferSize(config.limits);
  }

  /** Takes all memory and wires the rooms together. */
  private static build(config: Config): Server {
    const limits = config.limits;
    const listenerCount = config.listen.length;
    const slotCount = config.maxConnections + listenerCount;
    const arena = new Arena(<usize>Server.arenaSize(config));
    const clock = new Clock();
    const slots = new Slots(arena, slotCount, slotSize(config));
    const poller = createPoller(config.poller, arena, slotCount + 1, clock);
    const loop = new Loop(slots, poller, clock, listenerCount + 1, config.isEdgeTriggered);
    const pool = new Pool(arena, config.maxBuffers, bufferSize(limits));
    const cache = new Cache(arena, config.cacheSize, config.maxOpenFiles);
    const site = new Site(cache, clock, arena.take(Site.scratchSize(limits.maxTarget)));
    const bodies = new Bodies(pool, site);
    // As large as a buffer of the pool, so that what is not taken fits in one.
    const batch = new Batch(arena.take(bufferSize(limits)), bufferSize(limits));
    const pace = new Pace(loop, limits);
    const durations = new Durations(clock, config.metrics);
    const inputs = new Inputs(pool, limits, arena.take(bufferSize(limits)));
    // Where the listeners put the address of a client, before they hand over its connection.
    const peer = needsPeer(config) ? memory.data(offsetof<PeerRecord>()) : 0;
    const counts = config.maxConnectionsPerClient > 0;
    const clients = counts ? Server.buildClients(arena, config, peer) : null;
    let log: AccessLog | null = null;
    let entries: LogEntries | null = null;
    if (config.logFormat != "") {
      log = new AccessLog(arena, config.logFormat, config.logBuffer, clock);
      entries = new LogEntries(log, pool, arena.take(bufferSize(limits)), peer);
    }
    const output = new Output(loop, pool, bodies, site, pace, clock, durations, batch, entries);
    const requests = new Requests(batch, output, site, pace, limits, entries);
    const handler = new ConnectionHandler(loop, inputs, output, requests, pace, clients, limits);
    const idle = new LongestIdle(clock, limits);
    const connections = new HttpConnections(loop, handler, output, requests, idle, entries);
    configureOpen(config.index, config.dotfiles);
    const listeners = new Listeners(loop, connections, config.listen, config.backlog, peer);
    return new Server(config, loop, listeners, connections, log, durations, cache, clock);
  }

  private static buildClients(arena: Arena, config: Config, peer: usize): Clients {
    const most = config.maxConnectionsPerClient;
    const seed = <u32>microseconds();
    return new Clients(arena, config.maxConnections, most, changetype<PeerRecord>(peer), seed);
  }

  /** 0 or −errno. */
  start(): i32 {
    const opened = this.loop.open();
    return opened < 0 ? opened : this.listeners.listen();
  }

  turn(timeoutMs: i32): i32 {
    const log = this.log;
    timeoutMs = this.cache.waitTime(timeoutMs, this.clock.tick);
    this.loop.turn(log ? log.waitTime(timeoutMs) : timeoutMs);
    this.connections.endTurn();
    this.durations.settle();
    this.listeners.resume();
    this.cache.closeUnused(this.clock.tick);
    if (log) log.endTurn();
    if (!this.connections.isDraining || this.loop.slots.used > 0) return RUNNING;
    return !log || log.end() ? DRAINED : RUNNING;
  }

  retire(): void {
    // First: those who are accepted last are told that they are.
    this.connections.beginToDrain();
    this.listeners.close();
    this.connections.endTurn();
  }

  drain(): void {
    this.retire();
    this.connections.drain();
  }

  stop(): void {
    this.connections.stop();
    const log = this.log;
    if (log) log.stop();
  }

  counters(): Counters {
    record.open = this.loop.slots.used - this.listeners.open;
    record.busy = this.connections.countBusy();
    more.entryBytes = this.cache.bytes;
    return record;
  }
}

function needsPeer(config: Config): bool {
  return config.maxConnectionsPerClient > 0 || config.logFormat != "";
}

/** Bytes of a slot. */
function slotSize(config: Config): usize {
  return config.logFormat == "" ? CONNECTION_SIZE : CONNECTION_SIZE + LOG_RECORD_SIZE;
}

/** A buffer holds a request record and the longest head, and some content behind it. */
function bufferSize(limits: Limits): u32 {
  return <u32>align(REQUEST_SIZE + limits.maxHead + CONTENT_ROOM);
}
