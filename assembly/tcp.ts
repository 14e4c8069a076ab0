// Entry of tcp.wasm: the TCP tools, on the same loop as the web server. Reads the configuration,
// takes all memory, and wires the rooms together. docs/abi.md describes what it exports.

import { Arguments, ServerArguments } from "./arguments";
import { align, Arena } from "./bytes/arena";
import { Listeners } from "./loop/listeners";
import { Loop } from "./loop/loop";
import { Pool } from "./loop/pool";
import { Slots } from "./loop/slots";
import { commandLine } from "./platform/arguments";
import { Clock } from "./platform/clock";
import { BAD_ARGUMENT, MAX_ARENA } from "./platform/exports";
import { PeerRecord } from "./platform/layout";
import { printMessage } from "./platform/message";
import { randomSeed } from "./platform/random";
import { createPoller, pollerSize } from "./poller/choose";
import { Connections } from "./tcp/connections";
import { ECHO_CONNECTION_SIZE, EchoConnections } from "./tcp/echo";
import { LoadClient } from "./tcp/load";
import { Mode } from "./tcp/mode";
import { PRINT_CONNECTION_SIZE, PrintConnections } from "./tcp/print";
import { RoundTrips } from "./tcp/round-trips";
import { Schedule } from "./tcp/schedule";
import { TcpServer } from "./tcp/server";
import { TALK_SIZE } from "./tcp/talk";
import { Talks } from "./tcp/talks";
import { LoadConfig } from "./tcp-config";

/** Bytes that echo reads at once, and holds for a peer that does not take them. */
const ECHO_BUFFER_SIZE: u32 = 16384;

/** Where the listeners of print tell who has been accepted. */
const peer = memory.data(20);

const TOO_MUCH = "more than 1 GiB of memory: lower --max-connections or --max-buffers";

let mode = changetype<Mode>(0);

/** Builds the mode that the arguments ask for; the text of a fault, or "". */
function build(args: string[]): string {
  const name = args.length > 1 ? args[1] : "";
  if (name == "echo" || name == "print") return buildServer(args, name == "echo");
  if (name == "load") return buildLoad(args);
  return "the first argument must be echo, print or load";
}

function buildServer(args: string[], isEcho: bool): string {
  const config = new ServerArguments();
  const fault = config.read(args);
  if (fault != "") return fault;
  const slotCount = config.maxConnections + config.listen.length;
  const slotSize = isEcho ? ECHO_CONNECTION_SIZE : PRINT_CONNECTION_SIZE;
  const size =
    <u64>slotCount * slotSize +
    pollerSize(config.poller, slotCount + 1) +
    (isEcho ? <u64>config.maxBuffers * ECHO_BUFFER_SIZE : PrintConnections.arenaSize());
  if (size > MAX_ARENA) return TOO_MUCH;

  const arena = new Arena(<usize>size);
  const loop = buildLoop(config, arena, slotCount, slotSize, config.listen.length + 1);
  const connections: Connections = isEcho
    ? new EchoConnections(loop, new Pool(arena, config.maxBuffers, ECHO_BUFFER_SIZE))
    : new PrintConnections(loop, arena, changetype<PeerRecord>(peer));
  const asked: usize = isEcho ? 0 : peer;
  const listeners = new Listeners(loop, connections, config.listen, config.backlog, asked);
  mode = new TcpServer(loop, listeners, connections);
  return "";
}

function buildLoop(
  config: Arguments,
  arena: Arena,
  slotCount: i32,
  slotSize: usize,
  kinds: i32,
): Loop {
  const clock = new Clock();
  const slots = new Slots(arena, slotCount, slotSize);
  const poller = createPoller(config.poller, arena, slotCount + 1, clock);
  return new Loop(slots, poller, clock, kinds, config.isEdgeTriggered);
}

function buildLoad(args: string[]): string {
  const config = new LoadConfig();
  const fault = config.read(args);
  if (fault != "") return fault;
  const count = config.connections;
  const size =
    <u64>count * TALK_SIZE +
    pollerSize(config.poller, count + 1) +
    align(RoundTrips.arenaSize()) +
    Talks.arenaSize();

  const arena = new Arena(<usize>size);
  const loop = buildLoop(config, arena, count, TALK_SIZE, 1);
  const roundTrips = new RoundTrips(arena);
  const talks = new Talks(loop, roundTrips, randomSeed(), arena);
  const schedule = new Schedule(<f64>config.intervalMs * 1000, count);
  mode = new LoadClient(loop, talks, roundTrips, schedule, count, config.connect);
  return "";
}

export function configure(): i32 {
  const fault = build(commandLine());
  if (fault == "") return 0;
  printMessage("error: " + fault + "\n");
  return BAD_ARGUMENT;
}

export function start(): i32 {
  return mode.start();
}

export function turn(timeoutMs: i32): i32 {
  return mode.turn(timeoutMs);
}

export function drain(): void {
  mode.drain();
}

export function counters(): usize {
  return changetype<usize>(mode.counters());
}

export function progress(): usize {
  return mode.progress();
}
