// What is kept per connection. Buffers are not part of it: see pool.ts.

import { ChunkState } from "../http/chunked";
import { Pieces } from "../http/pieces";
import { Content } from "../http/reply";
import { Slot } from "../loop/slot";

export const enum State {
  /** Between requests, or within the head of one. */
  Head,
  /** The head is complete; the content is being read and discarded. */
  Content,
  /** The last response is sent; what the client still sends is discarded until it closes. */
  Lingering,
}

/** The chunk state lies directly behind this record, and what is left of a body behind that. */
@unmanaged
export class Connection extends Slot {
  state: State;
  /** No further request is read; the connection ends when the output is sent. */
  isLast: bool;
  /** There is input nobody will read: close in such a way that the client can read the answer. */
  mustLinger: bool;
  /** There are responses that leave when the turn ends: see sends.ts. */
  isWaiting: bool;
  /** What fills no packet is held back, while a body is sent in several turns: see body.ts. */
  isCorked: bool;
  /** Responses that are being sent, of which the client has not taken the last. */
  unsent: u16;

  /** Answers after which the connection persisted. */
  requests: u32;
  /** Bytes sent, or received of a content, in the window that the deadline ends: see pace.ts. */
  progress: f64;

  /** Input of an incomplete request: a pool buffer (a Request, then the bytes), or 0. */
  input: usize;
  inputLength: u32;
  /** State.Content: length of the head, which stays in the input buffer. */
  headLength: u32;
  /** When the turn began that could not send them all: see durations.ts. */
  began: u32;
  /** State.Content with a Content-Length: how much is still to come. */
  contentLeft: f64;

  /** Output the client has not taken: a pool buffer, or 0. */
  output: usize;
  outputStart: u32;
  outputEnd: u32;

  /** Retained for the content, or 0. */
  lease: usize;

  /** Whose it is, if connections of a client are counted, or 0: see clients.ts. */
  client: usize;

  get chunk(): ChunkState {
    return changetype<ChunkState>(changetype<usize>(this) + offsetof<Connection>());
  }

  /** What is sent from its place. */
  get body(): Pieces {
    return changetype<Pieces>(changetype<usize>(this) + BODY);
  }

  get hasOutput(): bool {
    return this.output != 0 || this.body.kind != Content.None;
  }

  /** Between requests, with nothing to send. */
  get isIdle(): bool {
    return this.input == 0 && !this.hasOutput && !this.isWaiting && this.state == State.Head;
  }

  /** Would its end cost nobody an answer? */
  get isDispensable(): bool {
    return this.isIdle || this.state == State.Lingering;
  }
}

const BODY: usize = (offsetof<Connection>() + offsetof<ChunkState>() + 7) & ~7;

/** Bytes of a slot that holds a connection. */
export const CONNECTION_SIZE: usize = (BODY + offsetof<Pieces>() + 15) & ~15;
