// Prints who comes, what they send and who goes, one line each:
//
//   new client (127.0.0.1, 40312)
//   127.0.0.1:40312: TEXT             what one recv brought, escaped
//   offline (127.0.0.1, 40312)
//
// A line is begun only when there is room for the longest; until then its connection is held back.

import { align, Arena } from "../bytes/arena";
import { writeText } from "../bytes/text";
import { Loop } from "../loop/loop";
import { counters } from "../platform/counters";
import { isFault, isWouldBlock } from "../platform/errno";
import { recv } from "../platform/imports";
import { PeerRecord } from "../platform/layout";
import { panic } from "../platform/panic";
import { Connections, TcpConnection } from "./connections";
import { cutLength, escape, MAX_CUT, MAX_ESCAPED } from "./escape";
import { Lines } from "./lines";
import { MAX_PEER_TEXT, writeEndpoint, writePair } from "./peer";

/** What one recv brings at most. */
const MAX_RECEIVED: u32 = 4096;
const INPUT_SIZE: u32 = MAX_CUT + MAX_RECEIVED;

/** A peer with what stands around it in a line. */
const MAX_FRAME: u32 = MAX_PEER_TEXT + 16;

/** The most that one connection prints at once: who it is, what it sent, that it went. */
const MAX_PRINTED: u32 = 3 * MAX_FRAME + MAX_ESCAPED * INPUT_SIZE;

const LINES_SIZE: u32 = 262144;

/** How long to wait before standard output is tried again: nothing tells when it has room. */
const FULL_OUTPUT_PAUSE_MS: i32 = 5;

@unmanaged
class PrintConnection extends TcpConnection {
  isAnnounced: bool;
  /** The beginning of a UTF-8 sequence whose rest has not come: so many bytes of `cut`. */
  cutLength: u8;
  cut: u32;
  /** A PeerRecord. */
  peer0: u32;
  peer1: u32;
  peer2: u32;
  peer3: u32;
  peer4: u32;

  get peer(): PeerRecord {
    return changetype<PeerRecord>(changetype<usize>(this) + offsetof<PrintConnection>("peer0"));
  }
}

export class PrintConnections extends Connections {
  private lines: Lines;
  private input: usize;

  /** `peer`: the record that the listeners fill. */
  constructor(
    loop: Loop,
    arena: Arena,
    private peer: PeerRecord,
  ) {
    super(loop);
    this.lines = new Lines(arena, LINES_SIZE);
    this.input = arena.take(INPUT_SIZE);
  }

  static arenaSize(): u64 {
    return <u64>LINES_SIZE + align(INPUT_SIZE);
  }

  get busy(): i32 {
    return this.heldCount;
  }

  get isDone(): bool {
    return this.lines.isEmpty;
  }

  waitTime(timeoutMs: i32): i32 {
    if (this.lines.isEmpty) return timeoutMs;
    return timeoutMs < 0 ? FULL_OUTPUT_PAUSE_MS : min(timeoutMs, FULL_OUTPUT_PAUSE_MS);
  }

  endTurn(): void {
    this.lines.flush();
    if (this.lines.isClosed) this.mustStop = true;
    // Those for whom there is no room yet are held back anew.
    if (this.heldCount > 0 && this.lines.isEmpty) this.resume(LINES_SIZE / MAX_PRINTED);
  }

  protected opened(slot: TcpConnection): void {
    const connection = changetype<PrintConnection>(slot);
    memory.copy(
      changetype<usize>(connection.peer),
      changetype<usize>(this.peer),
      offsetof<PeerRecord>(),
    );
    if (this.lines.hasRoom(MAX_FRAME)) this.announce(connection);
    else this.hold(connection);
  }

  protected serve(slot: TcpConnection): bool {
    const connection = changetype<PrintConnection>(slot);
    if (!this.lines.hasRoom(MAX_PRINTED)) {
      this.hold(connection);
      return true;
    }
    if (!connection.isAnnounced) this.announce(connection);
    return this.receive(connection);
  }

  /** Reads once and prints it; what `ready` answers. */
  private receive(connection: PrintConnection): bool {
    store<u32>(this.input, connection.cut);
    const at = this.input + connection.cutLength;
    const received = recv(connection.fd, at, MAX_RECEIVED);
    if (received > 0) {
      counters.bytes += received;
      this.printInput(connection, at + received);
      if (this.isDraining) this.loop.callAgain(connection);
      return false;
    }
    if (isWouldBlock(received) && !this.isDraining) return true;
    if (received < 0 && isFault(received)) panic("recv", received, connection.fd);
    this.finish(connection);
    return true;
  }

  /** Prints the input up to `end`, but for a sequence that is cut off there. */
  private printInput(connection: PrintConnection, end: usize): void {
    const cut = cutLength(this.input, end);
    this.printText(connection, end - cut);
    connection.cutLength = <u8>cut;
    memory.copy(changetype<usize>(connection) + offsetof<PrintConnection>("cut"), end - cut, cut);
  }

  private printText(connection: PrintConnection, end: usize): void {
    if (end == this.input) return;
    let to = writeEndpoint(this.lines.next, connection.peer);
    to = escape(this.input, end, writeText(to, ": "));
    this.lines.add(writeText(to, "\n"));
  }

  private announce(connection: PrintConnection): void {
    connection.isAnnounced = true;
    this.printPeer("new client (", connection);
  }

  /** The rest of a sequence has not come, and will not. */
  private finish(connection: PrintConnection): void {
    this.printText(connection, this.input + connection.cutLength);
    this.printPeer("offline (", connection);
    this.loop.close(connection);
  }

  private printPeer(words: string, connection: PrintConnection): void {
    const to = writePair(writeText(this.lines.next, words), connection.peer);
    this.lines.add(writeText(to, ")\n"));
  }
}

export const PRINT_CONNECTION_SIZE: usize = (offsetof<PrintConnection>() + 15) & ~15;
