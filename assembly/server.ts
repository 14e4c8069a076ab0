// Entry of server.wasm: reads the configuration, takes all memory, and wires the rooms together.
// docs/abi.md describes what it exports.

import { align, Arena } from "./bytes/arena";
import { writeText } from "./bytes/text";
import { Config } from "./config";
import { Bodies } from "./connection/body";
import { CONNECTION_SIZE } from "./connection/connection";
import { Counters, counters as record } from "./connection/counters";
import { HttpConnections } from "./connection/http";
import { Listener } from "./connection/listener";
import { Output } from "./connection/output";
import { Pool } from "./connection/pool";
import { MAX_REPLY_FIELDS } from "./http/reply";
import { REQUEST_SIZE } from "./http/request";
import { Loop } from "./loop/loop";
import { Slots } from "./loop/slots";
import { Clock } from "./platform/clock";
import { ENOMEM } from "./platform/errno";
import { listen } from "./platform/imports";
import { EpollPoller } from "./poller/epoll";
import { Cache } from "./static/cache";
import { configureOpen } from "./static/open";
import { Site } from "./static/site";

/** Room in a buffer behind the longest head, for content. */
const CONTENT_ROOM: u32 = 4096;

/** Slots besides connections: the listener. */
const OTHER_SLOTS: i32 = 1;
/** Kinds of slots: listener, HTTP connection. */
const KINDS: i32 = 2;

const RUNNING: i32 = 0;
const DRAINED: i32 = 1;
const BAD_ARGUMENT: i32 = 2;

class Server {
  constructor(
    private config: Config,
    private loop: Loop,
    private listener: Listener,
    private connections: HttpConnections,
  ) {}

  /** Takes all memory and wires the rooms together. */
  static build(config: Config): Server {
    const limits = config.limits;
    const bufferSize = <u32>align(REQUEST_SIZE + limits.maxHead + CONTENT_ROOM);
    const scratchSize = <u32>align(limits.maxTarget + MAX_REPLY_FIELDS);
    const slotCount = config.maxConnections + OTHER_SLOTS;
    const arena = new Arena(
      <usize>slotCount * CONNECTION_SIZE +
        // Two more than the pool: the input and the batch of the connection being served.
        <usize>(config.maxBuffers + 2) * bufferSize +
        scratchSize +
        Cache.arenaSize(config.cacheSize),
    );
    const clock = new Clock();
    const slots = new Slots(arena, slotCount, CONNECTION_SIZE);
    const loop = new Loop(slots, new EpollPoller(), clock, KINDS);
    const pool = new Pool(arena, config.maxBuffers, bufferSize);
    const cache = new Cache(arena, config.cacheSize, config.maxOpenFiles);
    const site = new Site(cache, clock, arena.take(scratchSize));
    const bodies = new Bodies(pool, site);
    const output = new Output(loop, pool, bodies, limits, clock, arena.take(bufferSize));
    const input = arena.take(bufferSize);
    const connections = new HttpConnections(loop, pool, output, site, limits, input);
    configureOpen(packNames(config.index), config.dotfiles);
    return new Server(config, loop, new Listener(loop, connections), connections);
  }

  /** 0 or −errno. */
  start(): i32 {
    const opened = this.loop.open();
    if (opened < 0) return opened;
    const address = String.UTF8.encode(this.config.listen);
    const fd = listen(changetype<usize>(address), address.byteLength, this.config.backlog);
    if (fd < 0) return fd;
    return this.listener.open(fd) ? 0 : -ENOMEM;
  }

  turn(timeoutMs: i32): i32 {
    this.loop.turn(timeoutMs);
    this.listener.resume();
    return this.connections.isDraining && this.loop.slots.used == 0 ? DRAINED : RUNNING;
  }

  drain(): void {
    this.listener.close();
    this.connections.drain();
  }

  counters(): Counters {
    record.open = this.loop.slots.used - (this.listener.isOpen ? 1 : 0);
    record.busy = this.connections.countBusy();
    return record;
  }
}

/** A list of names, separated by commas, as u8 length and bytes each, ended by 0. */
function packNames(list: string): usize {
  const names = list.split(",");
  const packed = heap.alloc(<usize>list.length * 3 + names.length + 1);
  let at = packed;
  for (let i = 0; i < names.length; i++) {
    const end = writeText(at + 1, names[i]);
    store<u8>(at, <u8>(end - at - 1));
    at = end;
  }
  store<u8>(at, 0);
  return packed;
}

let server = changetype<Server>(0);

export function configure(): i32 {
  const config = new Config();
  const fault = config.read(process.argv);
  if (fault != "") {
    console.error("error: " + fault);
    return BAD_ARGUMENT;
  }
  server = Server.build(config);
  return 0;
}

export function start(): i32 {
  return server.start();
}

export function turn(timeoutMs: i32): i32 {
  return server.turn(timeoutMs);
}

export function drain(): void {
  server.drain();
}

export function counters(): usize {
  return changetype<usize>(server.counters());
}
